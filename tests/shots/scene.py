"""The rehearsal's edition with somebody behind every door: what tests/world.py is to the tests, on real content."""

from datetime import timedelta
from types import SimpleNamespace

from messaging.models import Message
from nocturnes import clock
from nocturnes.background import hushed
from nocturnes.history import Actor
from nocturnes.models import Edition, Entry, Evening, Heartbeat, User
from shifts import actions, rehearsal
from shifts.health import SWEEPS
from shifts.models import Assignment, Disruption, Offer, PlaceRequest, Post, Reserve, Search, StillComing
from shifts.pages import disruptions
from tests.factories import make_reserve
from tests.volunteers.data import make_answers
from tests.world import World
from volunteers import actions as volunteers
from volunteers.models import Note, Volunteer

# A search that the edition begins with asks its first wave within this time.
UNTIL_ASKED = timedelta(minutes=45)
# A coordinator's click can be taken back no longer, and what it sends has left.
UNTIL_SENT = timedelta(minutes=5)
# No worker runs, and no page has to say so.
WHILE_WE_LOOK = timedelta(hours=6)


def make_scene() -> World:
    """The Tuesday before an evening, about eleven: somebody withdrew, others are asked, a strike is announced."""
    rehearsal.advance(clock.now() + UNTIL_ASKED)
    found = SimpleNamespace(now=clock.now())
    # No worker runs: moving the time does what is due.
    with hushed():
        for name, row in ROWS.items():
            setattr(found, name, row(found))
    rehearsal.advance(found.now + UNTIL_SENT)
    del found.now
    for name in SWEEPS:
        Heartbeat.objects.update_or_create(name=name, defaults={"at": clock.machine_now() + WHILE_WE_LOOK})
    return World(**vars(found))


def go_to_the_evening(world):
    """Half an hour before the doors open; the coordinator has just clicked, and may take it back."""
    rehearsal.advance(world.post.report_at)
    unconfirmed = Assignment.objects.unconfirmed().filter(post__opening__evening=world.evening)
    with hushed():
        actions.confirm(unconfirmed.latest("pk"), how="phone", by=Actor.user(world.coordinator), now=clock.now())


def _post(w):
    return Search.objects.live().select_related("post").earliest("pk").post


def _other_post(w):
    """The post of the evening with most places, at another museum."""
    others = Post.objects.filter(opening__evening=w.evening).exclude(opening__museum=w.post.opening.museum)
    return others.order_by("-places", "pk").first()


def _ask(w):
    """Of the first wave; the search of `w.post` has asked by now."""
    return Offer.objects.filter(search__post=w.post).earliest("pk").ask


def _sign_up(w):
    answers = make_answers(first_name="Ève", last_name="Lambert")
    return volunteers.sign_up(
        w.edition, email="eve@example.org", language="fr", answers=answers, by=Actor.anonymous(), now=w.now
    )


def _question(w):
    """A strike on the published evening after this one; the first two have answered."""
    evening = Evening.objects.filter(date__gt=w.evening.date, published_at__isnull=False).earliest("date")
    texts = disruptions.our_texts(Disruption.Why.STRIKE, evening)
    strike = actions.ask_still_coming(
        evening, why=Disruption.Why.STRIKE, texts=texts, by=Actor.user(w.coordinator), now=w.now
    )
    return StillComing.objects.filter(disruption=strike).earliest("pk")


def _reserve(w):
    """She is asked to be on call on the draft evening, unless she is already somewhere."""
    return Reserve.objects.live().filter(volunteer=w.alice).first() or make_reserve(w.alice, w.draft, accepted_at=None)


ROWS = {
    "edition": lambda w: Edition.objects.get(),
    "coordinator": lambda w: User.objects.filter(is_coordinator=True).earliest("pk"),
    "post": _post,
    "evening": lambda w: w.post.opening.evening,
    "draft": lambda w: Evening.objects.filter(published_at=None).earliest("date"),
    "other_post": _other_post,
    "hers": lambda w: Assignment.objects.active().filter(post=w.post).earliest("pk"),
    "alice": lambda w: w.hers.volunteer,
    "bobs": lambda w: Assignment.objects.active().filter(post=w.other_post).earliest("pk"),
    "bob": lambda w: w.bobs.volunteer,
    "ask": _ask,
    "carol": lambda w: w.ask.volunteer,
    "newcomer": lambda w: Volunteer.objects.to_welcome().earliest("pk"),
    "young": lambda w: Volunteer.objects.exclude(parent_email="").earliest("pk"),
    "sign_up": _sign_up,
    "message": lambda w: Message.objects.filter(user=w.alice.user).exclude(html="").latest("sent_at"),
    "entry": lambda w: Entry.objects.filter(verb="confirmed").latest("pk"),
    "note": lambda w: Note.objects.create(
        volunteer=w.alice, text="Vient avec sa sœur.", written_at=w.now, written_by=w.coordinator
    ),
    "question": _question,
    "bobs_question": lambda w: StillComing.objects.filter(disruption=w.question.disruption).latest("pk"),
    "request": lambda w: PlaceRequest.objects.create(post=w.other_post, volunteer=w.alice, asked_at=w.now),
    "reserve": _reserve,
    "swap": lambda w: actions.propose_swap(w.bobs, w.carol, by=Actor.volunteer_link(w.bob), now=w.now),
}
