"""The locks of a swap, in the order of everybody else: posts by id, then volunteers by id."""

from shifts.actions.locks import lock_posts, lock_volunteers
from shifts.models import Offer, Swap


def locked(swap: Swap) -> Swap:
    """The swap as it is under the locks of both posts and both people, with what pages read of it.

    The posts of what either was offered on these evenings too: a place that changes hands answers offers. `locked` of
    the swap are the ids of all of them.
    """
    swap = Swap.objects.for_pages().get(pk=swap.pk)
    people = [pk for pk in (swap.assignment.volunteer_id, swap.volunteer_id) if pk]
    evenings = [place.post.opening.evening_id for place in swap.places]
    offered = Offer.objects.filter(volunteer__in=people, ask__evening__in=evenings)
    posts = {place.post_id for place in swap.places}
    posts = {*posts, *offered.values_list("search__post_id", flat=True)}
    lock_posts(posts)
    lock_volunteers(people)
    swap = Swap.objects.for_pages().get(pk=swap.pk)
    swap.locked = posts
    return swap
