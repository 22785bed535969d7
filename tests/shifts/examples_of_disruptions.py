"""An example of the question whether somebody still comes, to one place and to two."""

from datetime import time

from messaging.models import Message
from nocturnes.history import Actor
from shifts import actions
from tests.factories import (
    NOW,
    make_assignment,
    make_coordinator,
    make_evening,
    make_opening,
    make_post,
    make_volunteer,
)
from tests.messaging.examples import example

TEXTS = {"fr": "Les trams sont en grève.", "nl": "De trams staken.", "en": "Trams are on strike."}


def _asked(*, twice=False):
    lea = make_coordinator()
    opening = make_opening(make_evening(lead=lea, published_at=NOW))
    first = make_assignment(make_post(opening), make_volunteer("Zoë"))
    if twice:
        make_assignment(make_post(opening, report=time(22), starts=time(22), ends=time(23)), first.volunteer)
    actions.ask_still_coming(opening.evening, why="strike", texts=TEXTS, by=Actor.user(lea), now=NOW)
    return Message.objects.get(kind="still_coming")


@example("still_coming")
def about_one_place():
    return _asked()


@example("still_coming")
def about_two_places():
    return _asked(twice=True)
