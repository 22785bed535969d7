"""One small world with somebody behind every door: for the tests that go through all addresses."""

from dataclasses import dataclass
from datetime import timedelta

from messaging import actions as messaging
from messaging.models import Message
from museums.models import Contact
from nocturnes import clock
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry, Heartbeat
from shifts import actions
from shifts.health import SWEEPS
from shifts.models import Ask, Assignment, Disruption, Offer, PlaceRequest, Reserve, StillComing, Swap
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_edition,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_reserve,
    make_volunteer,
)
from tests.volunteers.data import make_answers
from volunteers import actions as volunteers
from volunteers.models import AgeGroup, Note, Notice, SignUp, Volunteer


@dataclass
class World:
    """Alice is on a post at BELvue, which looks for somebody else too and asked her friend Carol; Bob is elsewhere.

    Bob asks Carol to come for him.
    """

    edition: object
    evening: object
    draft: object
    post: object
    other_post: object
    alice: Volunteer
    bob: Volunteer
    carol: Volunteer
    newcomer: Volunteer
    young: Volunteer
    coordinator: object
    hers: Assignment
    bobs: Assignment
    ask: Ask
    sign_up: SignUp
    message: object
    entry: Entry
    note: Note
    question: StillComing
    bobs_question: StillComing
    request: PlaceRequest
    reserve: Reserve
    swap: Swap

    @property
    def museum(self):
        return self.post.opening.museum

    @property
    def other_museum(self):
        return self.other_post.opening.museum


def make_world() -> World:
    """At `NOW`, two days before a published evening."""
    edition = make_edition(rules_data={"self_service": "approve"})
    lea = make_coordinator()
    evening = make_evening(published_at=NOW - timedelta(days=8), lead=lea)
    draft = make_evening(evening.date + timedelta(days=7))
    post = make_post(make_opening(evening, make_museum("Musée BELvue")), places=3)
    Contact.objects.create(museum=post.opening.museum, name="Anne", email="anne@example.org", phone="+32 470 00 00 77")
    other_post = make_post(make_opening(evening, make_museum("Musée Horta")), places=2)
    make_post(make_opening(draft, make_museum("Train World")), places=2)
    alice, bob, carol, dave = (make_volunteer(name) for name in ("Alice", "Bob", "Carol", "Dave"))
    for volunteer in (alice, bob, carol, dave):
        make_available(volunteer, evening)
    newcomer = make_volunteer("Nora", accepted_at=None)
    make_available(newcomer, evening)
    young = make_volunteer("Zoé", age_group=AgeGroup.YOUNG, parent_name="Luc", parent_email="luc@example.org")
    make_available(young, evening)
    hers, bobs = make_assignment(post, alice), make_assignment(other_post, bob)
    gone = make_assignment(post, dave)
    actions.withdraw(gone, by=SYSTEM, now=NOW - timedelta(hours=5))
    actions.advance_searches(now=NOW)
    ask = Offer.objects.get(search__post=post, volunteer=carol).ask
    for kind in Notice.Kind.values:
        Notice.objects.get_or_create(
            kind=kind, version=1, defaults={"text_fr": "Texte", "text_nl": "Tekst", "text_en": "Text", "since": NOW}
        )
    sign_up = volunteers.sign_up(
        edition, email="eve@example.org", language="fr", answers=make_answers(), by=SYSTEM, now=NOW
    )
    swap = actions.propose_swap(bobs, carol, by=Actor.volunteer_link(bob), now=NOW)
    fay = make_assignment(other_post, make_volunteer("Fay"))
    actions.confirm(fay, how="phone", by=Actor.user(lea), now=NOW)
    message = messaging.plan(
        "reminder_eve",
        "reminder_eve:world",
        about=hers,
        to=alice.user,
        language="fr",
        facts={"edition": edition.pk, "evening": evening.pk},
        due=NOW + timedelta(hours=30),
        by=SYSTEM,
        now=NOW,
    )
    for sent in Message.objects.due(NOW):
        messaging.record_as_sent(sent, now=NOW)
    texts = {"text_fr": "Grève", "text_nl": "Staking", "text_en": "Strike"}
    asked = NOW - timedelta(hours=2)
    strike = Disruption.objects.create(evening=evening, why="strike", asked_at=asked, asked_by=lea, **texts)
    for name in SWEEPS:
        Heartbeat.objects.create(name=name, at=clock.machine_now())
    return World(
        edition=edition,
        evening=evening,
        draft=draft,
        post=post,
        other_post=other_post,
        alice=alice,
        bob=bob,
        carol=carol,
        newcomer=newcomer,
        young=young,
        coordinator=lea,
        hers=hers,
        bobs=bobs,
        ask=ask,
        sign_up=sign_up,
        message=message,
        note=Note.objects.create(volunteer=alice, text="Comes with her sister.", written_at=NOW, written_by=lea),
        entry=Entry.objects.filter(verb="confirmed").latest("pk"),
        question=StillComing.objects.create(disruption=strike, assignment=hers),
        bobs_question=StillComing.objects.create(disruption=strike, assignment=bobs),
        reserve=make_reserve(alice, draft),
        request=PlaceRequest.objects.create(post=other_post, volunteer=alice, asked_at=NOW),
        swap=swap,
    )
