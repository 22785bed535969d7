"""What must always hold (design.md 3), read from the rows alone: none of the product's own rules is called here.

`broken(now)` returns a sentence for every row that breaks one; an empty list is a sound database. For tests that drive
the product about at random, and for the end of a race.
"""

from collections import defaultdict
from datetime import time, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from django.db.models import F

from messaging.models import Message
from nocturnes.models import Entry
from shifts.models import Assignment, Offer, Post, Search

# Of the edition's rules the tests below use the defaults of design.md 6 and 3.7.
ZONE = ZoneInfo("Europe/Brussels")
LAST_USEFUL = timedelta(minutes=60)
URGENT_KINDS = {"sign_up", "sign_in_code", "already_registered"}
# What happens so near to an evening is told to who is on duty whatever the hour.
NEAR = timedelta(hours=48)


def broken(now) -> list[str]:
    return [
        *counters(),
        *double_bookings(),
        *places_where_nothing_takes_place(),
        *withdrawals_without_a_search(),
        *searches(now),
        *offers(),
        *messages(now),
        *drafts_that_somebody_heard_of(),
    ]


def counters():
    """3.1: `taken` is the number of active assignments and never more than the places; hours are the post's."""
    for post in Post.objects.all():
        active = list(post.assignments.filter(cancelled_at=None))
        if post.taken != len(active):
            yield f"post {post.pk} counts {post.taken} taken, and has {len(active)} people"
        if len(active) > post.places:
            yield f"post {post.pk} has {len(active)} people on {post.places} places"
        for assignment in active:
            if (assignment.report_at, assignment.ends_at) != (post.report_at, post.ends_at):
                yield f"assignment {assignment.pk} has other hours than its post"


def double_bookings():
    """3.1: a volunteer never has two active assignments that overlap; intervals are half open."""
    by_volunteer = defaultdict(list)
    for assignment in Assignment.objects.filter(cancelled_at=None):
        by_volunteer[assignment.volunteer_id].append(assignment)
    for volunteer, hers in by_volunteer.items():
        for one, other in combinations(hers, 2):
            if one.report_at < other.ends_at and other.report_at < one.ends_at:
                yield f"volunteer {volunteer} is in two places: {one.pk} and {other.pk}"


def places_where_nothing_takes_place():
    for assignment in Assignment.objects.filter(cancelled_at=None).select_related("post__opening__evening"):
        opening = assignment.post.opening
        if opening.called_off_at or opening.evening.called_off_at:
            yield f"assignment {assignment.pk} is active where nothing takes place"


def withdrawals_without_a_search():
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


def searches(now):
    """3.2, 6: a search that goes on has a place to fill and a moment to look again, or has said that nobody is left."""
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


def offers():
    """3.4: who is never asked, and that nobody has two live offers that overlap but in one message."""
    rows = Offer.objects.filter(by_hand=False).select_related("search__post__opening", "ask", "volunteer")
    live = defaultdict(list)
    for offer in rows:
        post = offer.search.post
        if offer.asked_at >= post.starts_at + LAST_USEFUL and not _moved_since(post, offer.asked_at):
            yield f"offer {offer.pk} was made after the last useful moment"
        if offer.volunteer.age_group != "18+" and post.minimum_age >= 18:
            yield f"offer {offer.pk} was made to somebody too young"
        if offer.volunteer.accepted_at is None or offer.volunteer.accepted_at > offer.asked_at:
            yield f"offer {offer.pk} was made to somebody who is not welcomed"
        if not offer.volunteer.merged.exists():
            # Of two records that turned out to be one person each was asked for itself.
            yield from _was_busy_or_gone(offer, post)
            yield from _had_said_no(offer)
        if offer.answered_at is None and offer.search.ended_at is None:
            live[offer.volunteer_id].append(offer)
    for hers in live.values():
        for one, other in combinations(hers, 2):
            a, b = one.search.post, other.search.post
            if one.ask_id != other.ask_id and a.report_at < b.ends_at and b.report_at < a.ends_at:
                yield f"offers {one.pk} and {other.pk} overlap, in two messages"


def _was_busy_or_gone(offer, post):
    for hers in Assignment.objects.filter(volunteer=offer.volunteer_id).select_related("post__opening"):
        was_active = hers.made_at < offer.asked_at and (hers.cancelled_at is None or hers.cancelled_at > offer.asked_at)
        overlaps = hers.report_at < post.ends_at and post.report_at < hers.ends_at
        moved = _moved_since(post, offer.asked_at) or _moved_since(hers.post, offer.asked_at)
        if was_active and overlaps and not moved:
            yield f"offer {offer.pk} was made to somebody who was on post {hers.post_id}"
        if hers.post_id == post.pk and hers.cause == "withdrew" and hers.cancelled_at < offer.asked_at:
            yield f"offer {offer.pk} was made to somebody who had withdrawn from that post"


def _had_said_no(offer):
    earlier = Offer.objects.filter(
        volunteer=offer.volunteer_id, search=offer.search_id, answer="no", answered_at__lt=offer.asked_at
    )
    if earlier.exists():
        yield f"offer {offer.pk} was made to somebody who had said no"


def _moved_since(post, moment):
    return Entry.objects.filter(verb="moved", about_type="shifts.post", about_id=post.pk, at__gte=moment).exists()


def messages(now):
    """3.3, 3.7: one end a message; nothing before its time; what is not urgent keeps the quiet hours and Sundays."""
    for message in Message.objects.filter(sent_at__isnull=False, skipped_at__isnull=False):
        yield f"message {message.pk} is sent and skipped"
    for message in Message.objects.filter(sent_at__lt=F("due")):
        yield f"message {message.pk} left before its time"
    for message in Message.objects.filter(sent_at__gt=now):
        yield f"message {message.pk} left in the future"
    for message in Message.objects.filter(sent_at__isnull=False).exclude(kind__in=URGENT_KINDS):
        if not _is_urgent(message) and _is_quiet(message.sent_at.astimezone(ZONE)):
            yield f"message {message.pk} ({message.kind}) left in quiet hours"


def _is_urgent(message):
    if message.kind == "withdrawn":
        return Assignment.objects.get(pk=message.about_id).report_at - message.due < NEAR
    return bool(message.facts.get("urgent"))


def _is_quiet(local):
    return local.weekday() == 6 or not time(9) <= local.time() < time(20, 30)


def drafts_that_somebody_heard_of():
    """3.9: a draft sends nothing."""
    for assignment in Assignment.objects.filter(published_at=None):
        heard = Message.objects.filter(
            about_type="shifts.assignment",
            about_id=assignment.pk,
            sent_at__isnull=False,
            user=assignment.volunteer.user,
        )
        if heard.exists():
            yield f"somebody heard of the draft {assignment.pk}"
