"""3.2 and 6: a search begins with each withdrawal, goes on, and says why it stopped."""

from datetime import timedelta

from django.db.models import Exists, OuterRef

from nocturnes.models import Entry
from shifts.models import Assignment, Offer, Search

# Of the edition's rules the default is used.
LAST_USEFUL = timedelta(minutes=60)


def withdrawals_without_one():
    """3.2: in its transaction a withdrawal opens a search, or one goes on already, or it is said why not."""
    said = set(Entry.objects.filter(verb="no_search").values_list("about_id", "at"))
    for gone in Assignment.objects.filter(cause="withdrew"):
        at = gone.cancelled_at
        works = any(
            search.opened_at <= at and (search.ended_at is None or search.ended_at >= at)
            for search in Search.objects.filter(post=gone.post_id)
        )
        if not works and (gone.post_id, at) not in said:
            yield f"nobody looks for somebody instead of assignment {gone.pk}, and nothing says why"


def that_should_have_ended(now):
    """A search that goes on has a place to fill, on a published evening, before the last useful moment."""
    live = Search.objects.filter(ended_at=None).select_related("post__opening__evening")
    for search in live:
        post = search.post
        if post.taken >= post.places:
            yield f"search {search.pk} goes on, and its post is full"
        if post.opening.called_off_at or post.opening.evening.called_off_at:
            yield f"search {search.pk} goes on, and its post is called off"
        if not post.opening.evening.published_at:
            yield f"search {search.pk} goes on for a draft"
        if now >= post.starts_at + LAST_USEFUL:
            yield f"search {search.pk} goes on past its last useful moment"


def that_stand_still(now):
    """A search that goes on looks again at a moment to come, waits for an answer, or said why it asks nobody."""
    waits = Offer.objects.filter(search=OuterRef("pk"), answered_at=None)
    live = Search.objects.filter(ended_at=None, held_at=None, wave_proposed_at=None, nobody_left_at=None)
    for search in live.filter(~Exists(waits)):
        if search.next_wave_at is None or search.next_wave_at <= now:
            yield f"search {search.pk} asks nobody, and does not say why"
