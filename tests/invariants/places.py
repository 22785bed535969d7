"""3.1: places, people and hours."""

from collections import defaultdict
from itertools import combinations

from django.db.models import F

from shifts.models import Assignment, Post


def counters():
    """3.1: `taken` is the number of active assignments and never more than the places; hours are the post's."""
    on_post = defaultdict(list)
    for assignment in Assignment.objects.filter(cancelled_at=None):
        on_post[assignment.post_id].append(assignment)
    for post in Post.objects.all():
        active = on_post[post.pk]
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


def on_another_evening_than_their_post():
    for assignment in Assignment.objects.exclude(evening=F("post__opening__evening")):
        yield f"assignment {assignment.pk} is counted for evening {assignment.evening_id}, where its post is not"


def where_nothing_takes_place():
    for assignment in Assignment.objects.filter(cancelled_at=None).select_related("post__opening__evening"):
        opening = assignment.post.opening
        if opening.called_off_at or opening.evening.called_off_at:
            yield f"assignment {assignment.pk} is active where nothing takes place"


def moments_in_which_nobody_had_a_place():
    """What was handed over went from one hand into the other: who has it now began when the one before ended."""
    for given in Assignment.objects.filter(cause="swapped"):
        if not Assignment.objects.filter(post=given.post_id, made_at=given.cancelled_at).exists():
            yield f"assignment {given.pk} was handed over, and nobody took it"
