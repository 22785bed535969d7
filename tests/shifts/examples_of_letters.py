"""An example of a coordinator's words to everybody of an evening."""

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


@example("letter")
def to_somebody_with_a_place():
    lea = make_coordinator()
    opening = make_opening(make_evening(lead=lea, published_at=NOW))
    make_assignment(make_post(opening), make_volunteer("Zoë"))
    texts = {"fr": "L’entrée est derrière.", "nl": "De ingang is achteraan.", "en": "The entrance is at the back."}
    actions.write_to_all(opening.evening, texts=texts, by=Actor.user(lea), now=NOW)
    return Message.objects.get(kind="letter")
