"""How requests for a place end by themselves, and wait again where what ended them is taken back (`self_service`)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import history
from nocturnes.history import SYSTEM, Actor
from nocturnes.prepared import Prepared
from shifts.models import PlaceRequest, Post
from volunteers.models import Volunteer

from .locks import lock_posts
from .telling import about_evening


def settle_requests(post: Post, *, by: Actor, now: datetime) -> None:
    """Bring the requests for `post`, which is locked, in step with what just changed there.

    Who got the place in another way than by her request has it: her request is a yes. Where no place is open any more,
    or the opening is called off, those that wait are over, and hear so. Once the team meets they end without a word.
    """
    # Also where places are given out in another way by now: what was asked for before is still waiting.
    waiting = _waiting(post=post.pk)
    if not waiting:
        return
    gone = post.is_called_off or not post.open_places or now >= post.report_at
    there = set(post.assignments.active().values_list("volunteer_id", flat=True))
    for request in waiting:
        if request.volunteer_id in there:
            close(request, PlaceRequest.Answer.YES, now=now)
        elif gone:
            close(request, PlaceRequest.Answer.GONE, now=now)
            history.record("request_gone", request, by=by, now=now, post=post.pk, volunteer=request.volunteer_id)
            if now < post.report_at:
                tell_declined(request, post, by=by, now=now)


@Prepared
def _waiting(post):
    return PlaceRequest.objects.waiting().filter(post=post).select_related("volunteer__user").order_by("pk")


@transaction.atomic
def end_stale_requests(*, now: datetime) -> None:
    """End the requests that nobody answered before the team met: nobody waits for an answer any more."""
    stale = PlaceRequest.objects.waiting().filter(post__report_at__lte=now).values_list("post", flat=True)
    for post in lock_posts(stale):
        settle_requests(Post.objects.for_pages().get(pk=post.pk), by=SYSTEM, now=now)


def reopen_requests(
    post: Post, *, ended_at: datetime, granted: Volunteer | None = None, by: Actor, now: datetime
) -> None:
    """What ended the requests for `post` at `ended_at` is taken back: they wait again, and nobody hears of it.

    `granted` is who had got the place, by her request perhaps. The post is locked.
    """
    gone, yes = PlaceRequest.Answer.GONE, PlaceRequest.Answer.YES
    again = PlaceRequest.objects.waiting().filter(post=post).values("volunteer")
    ended = PlaceRequest.objects.filter(Q(answer=gone) | Q(answer=yes, volunteer=granted))
    for request in ended.filter(post=post, answered_at=ended_at).exclude(volunteer__in=again).order_by("pk"):
        close(request, "", now=None)
        forget_declined(request, by=by, now=now)


def close(request: PlaceRequest, answer: str, *, now: datetime | None) -> None:
    """Write down the answer to a request, whose post is locked; an empty one at no time is that it waits."""
    request.answer, request.answered_at = answer, now
    request.save(update_fields=["answer", "answered_at"])


def tell_declined(request: PlaceRequest, post: Post, *, by: Actor, now: datetime) -> None:
    """Say once, in the two minutes in which it may be taken back, that the place is not hers."""
    evening, user = post.opening.evening, request.volunteer.user
    # A request that waits again and ends again is told again; the lock of its post keeps count.
    before = Message.objects.about(request).filter(kind="request_declined").count()
    key, due = f"request_declined:{request.pk}:{before + 1}", now + evening.edition.rules.undo
    word = about_evening("request_declined", key, evening, about=request, to=user, due=due)
    messaging.plan_all([word], by=by, now=now)


def forget_declined(request: PlaceRequest, *, by: Actor, now: datetime) -> None:
    """What has not been told yet of a request that is answered otherwise is not told."""
    waiting = Message.objects.about(request).filter(kind="request_declined")
    messaging.skip(waiting, reason=_("It was answered otherwise in the meantime."), by=by, now=now)
