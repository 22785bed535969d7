"""How many places a post has."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from nocturnes import history
from nocturnes.history import Actor
from nocturnes.refusals import Refusal
from shifts.actions import places, searches
from shifts.actions.locks import lock_post
from shifts.models import Post


class TooManyAssigned(Refusal):
    sentence = ngettext_lazy(
        "%(taken)d person is on this post: remove somebody first.",
        "%(taken)d people are on this post: remove somebody first.",
        "taken",
    )


class NeededAreWanted(Refusal):
    sentence = _("No more places can be needed than there are.")


@transaction.atomic
def change_places(
    post: Post, *, places_wanted: int, needed: int, then: str = "leave_open", by: Actor, now: datetime
) -> None:
    """Want more or fewer places on `post`. Raises PostIsOver, TooManyAssigned, NeededAreWanted.

    `then` "search" looks for people for what is open at once.
    """
    post = lock_post(post.pk)
    if post.has_ended(now):
        raise places.PostIsOver
    if places_wanted < post.taken:
        raise TooManyAssigned(taken=post.taken)
    if needed > places_wanted:
        raise NeededAreWanted
    history.record("changed_places", post, by=by, now=now, old=[post.places, post.needed], new=[places_wanted, needed])
    Post.objects.filter(pk=post.pk).update(places=places_wanted, needed=needed)
    post.refresh_from_db()
    if then == "search" and post.open_places:
        searches.open_search(post, by=by, now=now)
    searches.settle(post, by=by, now=now)
