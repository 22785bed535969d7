"""No page asks the database more often because there is more to show.

The addresses are those of the table in test_doors, so a new page is counted without anybody thinking of it.
"""

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nocturnes import clock, history
from nocturnes.history import SYSTEM
from nocturnes.models import Heartbeat
from shifts import actions
from shifts.models import Ask, Assignment, Disruption, Offer, PlaceRequest, Post, StillComing, Swap
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_edition,
    make_evening,
    make_language,
    make_museum,
    make_opening,
    make_post,
    make_registration,
    make_reserve,
    make_role,
    make_volunteer,
)
from tests.messaging.factories import make_message
from tests.test_doors import DONE, DOORS, OK, address, sign_in
from tests.volunteers.data import make_answers
from volunteers.models import Note, SignUp

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# Everybody who gets somewhere; some addresses that act by POST are pages too.
VISITS = [(name, who) for name, door in DOORS.items() for who, gives in door.expected.items() if gives in (OK, DONE)]
# Not there on the real site, or one of two pages.
VISITS += [(name, "anonymous") for name in ("mailbox", "rehearsal", "home")]

# Pages with a list: none of these may fall out of the count.
PUBLIC = {"edition", "home", "sign_up", "mailbox", "rehearsal"}
THEIRS = {
    "mine",
    "mine_profile",
    "mine_places",
    "mine_swap",
    "evenings",
    "evenings_places",
    "evenings_profile",
    "offer",
    "help",
    "help_link",
    "museum",
}
HERS = {
    "season",
    "evening",
    "evening_publish",
    "opening_call_off",
    "post_panel",
    "post_history",
    "search",
    "search_live",
    "search_add",
}
HERS |= {"planning", "opening_posts", "posts_table", "post_copy", "museum_list", "museum_edit", "role_list"}
HERS |= {"people", "person", "person_edit", "swaps", "post_lend"}
HERS |= {"evening_ask_unanswered", "evening_unconfirmed", "invitation", "evening_write", "evening_print"}
HERS |= {"disruption", "disruption_live", "evening_disruption", "at_risk", "post_warm_up"}
HERS |= {"figures", "evening_reserve", "assignment_history", "welcome", "message_list", "requests"}

# Look for open places among all evenings only where the next few have not enough: in one query more.
LOOK_FURTHER = {"mine", "evenings"}


@pytest.fixture
def world(fresh_world, settings):
    """In a rehearsal, which has the pages of the real site and three more."""
    settings.REHEARSAL = True
    return fresh_world


def grow(world, number):
    """`number` more of everything that some page lists."""
    for _ in range(number):
        museum = make_museum()
        somebody_waits(world, museum)
        post = one_more_post(world, museum)
        one_more_on_the_post(world)
        somebody_is_asked(world, post)
        an_evening_later(world)
        messages_about(world)
        they_are_asked_whether_they_come(world)
        she_is_remembered(world, post)
        they_would_swap(world, post)
    make_edition(f"edition-{museum.pk}")


def somebody_waits(world, museum):
    """To be welcomed, or not this time; and a form that is not confirmed yet."""
    for fields in ({}, {"declined_at": NOW}):
        newcomer = make_volunteer("Noor", accepted_at=None, languages=[make_language()], **fields)
        make_available(newcomer, world.evening)
        registration = newcomer.registrations.get()
        registration.roles.add(make_role())
        registration.museums.add(museum)
    email = f"form-{museum.pk}@example.org"
    SignUp.objects.create(
        edition=world.edition, email=email, language="fr", data=make_answers(), created_at=NOW + timedelta(seconds=1)
    )


def one_more_post(world, museum):
    """At a museum of its own: somebody on it, and one place that a search fills."""
    opening = make_opening(world.evening, museum, title_fr="Visite")
    opening.languages.add(make_language("en"))
    post = make_post(opening, role=make_role(f"role-{museum.pk}"), places=3)
    post.languages.add(make_language())
    make_assignment(post, make_volunteer("Ina", languages=[make_language()]))
    actions.withdraw(make_assignment(post), by=SYSTEM, now=NOW)
    return post


def one_more_on_the_post(world):
    """Of Alice; of the draft, too."""
    for post in (world.post, world.draft.openings.first().posts.first()):
        Post.objects.filter(pk=post.pk).update(places=post.places + 2)
        post.refresh_from_db()
        draft = {} if post == world.post else {"published_at": None}
        make_assignment(post, make_volunteer("Kim", languages=[make_language()]), **draft)
    for evening in (world.evening, world.draft):
        make_reserve(make_volunteer("Rik", languages=[make_language()]), evening)
        make_reserve(make_volunteer("Ria", languages=[make_language()]), evening, accepted_at=None)
        make_reserve(make_volunteer("Rob"), evening, ended_at=NOW, ended_because="declined", accepted_at=None)
    history.record("confirmed", world.hers, by=SYSTEM, now=NOW, how="phone")


def somebody_is_asked(world, post):
    """For Alice's post; and Carol, for another one."""
    rik = make_volunteer("Rob")
    make_available(rik, world.evening)
    ask = Ask.objects.create(volunteer=rik, evening=world.evening, asked_at=NOW)
    common = {"wave": 1, "rank": 1, "asked_at": NOW}
    Offer.objects.create(search=world.post.searches.get(), ask=ask, volunteer=rik, **common)
    Offer.objects.create(search=post.searches.get(), ask=world.ask, volunteer=world.carol, **common)


def an_evening_later(world):
    """At the same museum, with Alice; and one behind us."""
    last = world.edition.evenings.latest("date").date
    first = world.edition.evenings.earliest("date").date
    for day in (last + timedelta(days=7), first - timedelta(days=7)):
        evening = make_evening(day, published_at=NOW)
        post = make_post(make_opening(evening, world.museum), role=make_role("cloakroom"))
        make_assignment(post, world.alice)
        make_assignment(post, make_volunteer("Jo"))
        # Open to Alice, and somebody asks for it too.
        free = make_post(post.opening, role=make_role("cloakroom"), report=time(14), starts=time(14), ends=time(16))
        PlaceRequest.objects.create(post=free, volunteer=make_volunteer("Lin"), asked_at=NOW)
        asked = make_post(post.opening, role=make_role("cloakroom"), report=time(11), starts=time(11), ends=time(12))
        PlaceRequest.objects.create(post=asked, volunteer=world.alice, asked_at=NOW)


def they_are_asked_whether_they_come(world):
    """About a strike, all of them; about another one, too."""
    Disruption.objects.create(evening=world.evening, why="weather", asked_at=NOW, asked_by=world.coordinator)
    everybody = Assignment.objects.active().published().of_evening(world.evening)
    for strike in Disruption.objects.all():
        new = everybody.exclude(pk__in=strike.questions.values("assignment"))
        StillComing.objects.bulk_create(StillComing(disruption=strike, assignment=one) for one in new)
    make_assignment(Post.objects.with_place().filter(opening__evening=world.evening).first())


def she_is_remembered(world, post):
    """Alice, by notes, by places that she asked for, and in other editions."""
    Note.objects.create(volunteer=world.alice, text="Kind.", written_at=NOW, written_by=world.coordinator)
    PlaceRequest.objects.create(post=post, volunteer=world.alice, asked_at=NOW, answered_at=NOW, answer="no")
    make_registration(world.alice, make_edition(f"autumn-{post.pk}"))
    for fields in ({}, {"ended_at": NOW, "ended_because": "freed"}):
        evening = make_evening(world.edition.evenings.latest("date").date + timedelta(days=1), published_at=NOW)
        make_reserve(world.alice, evening, **fields)


def they_would_swap(world, post):
    """Somebody with Alice, Alice with somebody, and two who wait for a coordinator."""
    ina, jo = post.assignments.active().first(), make_volunteer("Jo")
    later = world.alice.assignments.active().exclude(swaps__isnull=False).filter(report_at__gt=NOW).last()
    kim = make_assignment(make_post(post.opening, report=time(14), starts=time(14), ends=time(16)), make_volunteer())
    for place, volunteer, accepted_at in ((ina, world.alice, None), (later, jo, None), (kim, jo, NOW)):
        facts = {"proposed_at": NOW, "asked_at": NOW, "accepted_at": accepted_at}
        Swap.objects.create(assignment=place, volunteer=volunteer, **facts)


def messages_about(world):
    facts = {"edition": world.edition.pk}
    for about in (world.hers, world.post):
        make_message(make_volunteer("Mia").user, about=about, facts=facts, due=NOW + timedelta(days=1))
        make_message(world.alice.user, about=about, facts=facts, sent_at=NOW, subject="Objet", text="Texte")


def counted(client, world, *, first_visit):
    """How many queries each page takes, for everybody who may see it; the first visit of all fills what is kept."""
    found = {}
    for name, who in VISITS:
        # On a slow machine all these visits take longer than a sweep may be late.
        Heartbeat.objects.update(at=clock.machine_now())
        client.logout()
        sign_in(client, world, who)
        url = address(world, name, DOORS[name], who)
        if first_visit:
            client.get(url)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url)
        if response.status_code == 200:
            found[name, who] = len(queries)
    return found


def test_pages_take_no_more_queries_with_a_dozen_of_everything_than_with_two(world, client):
    grow(world, 1)
    few = counted(client, world, first_visit=True)

    grow(world, 11)
    many = counted(client, world, first_visit=False)

    more = {page: (few[page], many[page]) for page in few if many[page] > few[page] + (page[0] in LOOK_FURTHER)}
    assert more == {}
    assert {name for name, _who in few} >= PUBLIC | THEIRS | HERS
