"""Where a post is and what one does there, as a volunteer knows it; and the word to her when that changes."""

from datetime import datetime

from nocturnes.history import Actor
from shifts.actions.evenings import bump_sequence
from shifts.actions.locks import lock_users
from shifts.actions.telling import tell
from shifts.models import Assignment, Post

OF_OPENING = ("meeting_point_fr", "meeting_point_nl", "meeting_point_en")
OF_MUSEUM = ("street_fr", "street_nl", "postcode", "commune_fr", "commune_nl", "stop")


def details_of(post: Post) -> list[str]:
    """What she needs to find the door and know her task; `post` was read with its opening and museum."""
    opening = post.opening
    texts = [getattr(opening, name) for name in OF_OPENING] + [getattr(opening.museum, name) for name in OF_MUSEUM]
    return [str(post.role_id), *texts]


def details_now(posts) -> dict[int, list[str]]:
    """The details of `posts` (rows or a QuerySet), by their id, read afresh."""
    return {post.pk: details_of(post) for post in Post.objects.filter(pk__in=posts).select_related("opening__museum")}


def tell_changed(before: dict[int, list[str]], *, by: Actor, now: datetime) -> int:
    """Tell everybody on a post whose details are not those of `before` any more, each person once.

    Who does not know of her place yet, or whose post is over, hears nothing. Calendars read the new place by the next
    number of the event (RFC 5545, SEQUENCE). Returns how many people are told.
    """
    after = details_now(list(before))
    changed = [pk for pk in after if after[pk] != before[pk]]
    on_them = Assignment.objects.active().published().filter(post__in=changed, ends_at__gt=now)
    known = list(on_them.for_pages().select_related("volunteer__user").order_by("volunteer__user_id", "pk"))
    bump_sequence(Assignment.objects.filter(pk__in=[assignment.pk for assignment in known]))
    # Everybody at once, in the order of their ids, as whoever tells several people does.
    lock_users(assignment.volunteer.user_id for assignment in known)
    for assignment in known:
        due = now + assignment.post.opening.evening.edition.rules.undo
        tell(assignment, "details", was=before[assignment.post_id], due=due, by=by, now=now)
    return len({assignment.volunteer_id for assignment in known})
