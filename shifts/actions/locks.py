"""The locks that actions take, in one order everywhere (design.md 4): whoever takes them in another one may deadlock.

Evenings by id, posts by id, volunteers by id, then their users by id, and last the messages that wait for them. An
opening comes after its posts, but for who adds a post, which nobody else can have locked. What is locked comes back as
it is under the lock; inside a transaction only. A lock of these holds up who wants the same one, and nobody who writes
a row that refers to it. A post's lock also guards its search, offers, requests and swaps; an evening's, who is on call
there and whether it is published.

Two of these may hold up the same people, her posts and herself above all: who takes either takes both, so that the
order holds whatever comes next. Where a race shows what a lock is for, its test is in tests/…/test_races*.py.
"""

from collections.abc import Iterable

from django.db.models import F

from museums.models import Opening
from nocturnes.models import Evening, User
from nocturnes.prepared import Among, Many, Prepared
from shifts.models import Offer, Post
from volunteers.models import Volunteer


def lock_evening(pk: int) -> Evening:
    """Lock this evening, and read it with its edition."""
    return _evenings().get(pk=pk)


def lock_evening_of(post: int) -> Evening:
    """Lock the evening of the post with this id, and read it with its edition."""
    return _evenings().get(openings__posts=post)


def lock_evenings(pks: Iterable[int]) -> list[Evening]:
    """Lock these evenings, in the order of their ids, and read them with their editions."""
    return list(_evenings().filter(pk__in=pks).order_by("pk"))


def _evenings():
    return Evening.objects.select_for_update(no_key=True, of=("self",)).select_related("edition")


def lock_opening(pk: int) -> Opening:
    """Lock this opening, and read it with its museum and evening: who adds a post there at the same time waits."""
    rows = Opening.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("museum", "evening__edition").get(pk=pk)


def lock_post(pk: int) -> Post:
    """Lock this post, and read it as it is now."""
    return Post.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)


def lock_posts(pks: Iterable[int]) -> list[Post]:
    """Lock these posts, in the order of their ids, and read them as they are now."""
    return _locked_posts(pks=Many(pks))


@Prepared
def _locked_posts(pks):
    return Post.objects.select_for_update(no_key=True, of=("self",)).filter(Among(F("pk"), pks)).order_by("pk")


def lock_her_offers(volunteer: Volunteer, evening_id: int, *posts: int) -> list[Offer]:
    """Her offers of the evening that a yes may still answer, those with a no too, under the locks of their posts."""
    hers = {"volunteer": volunteer.pk, "evening": evening_id}
    lock_posts({*posts, *(post for (post,) in _offered_posts(**hers))})
    return _open_to_yes(**hers)


@Prepared
def _offered_posts(volunteer, evening):
    return Offer.objects.filter(volunteer=volunteer, ask__evening=evening).order_by().values_list("search__post_id")


@Prepared
def _open_to_yes(volunteer, evening):
    offers = Offer.objects.filter(volunteer=volunteer, ask__evening=evening).exclude(answer=Offer.Answer.YES)
    return offers.select_related("search__post__opening").order_by("pk")


def lock_volunteers(pks: Iterable[int]) -> list[Volunteer]:
    """Lock these volunteers, in the order of their ids, and read them with their users."""
    return _locked_volunteers(pks=Many(pks))


@Prepared
def _locked_volunteers(pks):
    people = Volunteer.objects.select_for_update(no_key=True, of=("self",)).select_related("user")
    return people.filter(Among(F("pk"), pks)).order_by("pk")


def lock_users(pks: Iterable[int]) -> None:
    """Lock these users, in the order of their ids: whoever tells somebody anything locks her user first."""
    list(User.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk"))
