"""Being on call for an evening, and what hangs on it: what searches read, and the word at noon.

The one place that writes `Availability.on_call_at`, in step with the agreement (`Reserve`); `reserve` has the verbs.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import history, hours
from nocturnes.history import Actor
from nocturnes.models import Entry, Evening
from nocturnes.prepared import Prepared
from shifts.models import Assignment, Post, Reserve
from volunteers.models import Availability, Registration

from .reminders import plan_reserve_reminder

NOT_ON_CALL = _("This person is no longer on call.")
Because = Reserve.Because
# How the history says that an agreement ended; taking it back and calling an evening off have lines of their own.
VERBS = {
    Because.DECLINED: "declined_reserve",
    Because.GAVE_BACK: "gave_back_reserve",
    Because.FREED: "freed_reserve",
    Because.OVER: "freed_reserve",
    Because.CAME: "came_from_reserve",
}

# What a No for the evening ends.
BY_A_NO = (Because.DECLINED, Because.GAVE_BACK)

NOTED = {
    "accepted_reserve": "put_on_call",
    "declined_reserve": "noted_not_on_call",
    "gave_back_reserve": "noted_not_on_call",
}


def since(evening: Evening) -> datetime:
    """From when on that evening who is on call can be reached, an instant."""
    return _instant(evening, evening.edition.rules.reserve_from)


def until(evening: Evening) -> datetime:
    """Until when she can be reached: from here on she is free, unless a place is open. An instant."""
    return _instant(evening, evening.edition.rules.reserve_until)


def _instant(evening, hour):
    return hours.instant(hours.evening_day(evening.date, hour), hour, evening.edition.zone)


def most(evening: Evening) -> int:
    """How many people may be on call: more where the evening has many places. One query."""
    rules = evening.edition.rules
    posts = Post.objects.filter(opening__evening=evening, opening__called_off_at=None)
    places = posts.aggregate(n=Sum("places"))["n"] or 0
    return rules.reserve_many if places >= rules.reserve_many_from else rules.reserve_most


def is_full(evening: Evening) -> bool:
    """Whether as many people agreed as the evening may have on call."""
    return Reserve.objects.on_call().filter(evening=evening).count() >= most(evening)


def end(reserve: Reserve, because: str, *, by: Actor, now: datetime) -> bool:
    """End a live proposal or agreement; False where it had ended already, and nothing changed. Her row is locked."""
    if not Reserve.objects.live().filter(pk=reserve.pk).update(ended_at=now, ended_because=because):
        return False
    reserve.refresh_from_db(fields=["accepted_at", "ended_at", "ended_because"])
    # Of an evening that is called off her answer stays, as everybody's does: that may be taken back.
    if reserve.accepted_at and because != Because.CALLED_OFF:
        messaging.skip(_noon_words(_answers(reserve)), reason=NOT_ON_CALL, by=by, now=now)
        _answers(reserve).exclude(on_call_at=None).update(on_call_at=None)
    if because in VERBS:
        verb, evening = worded(VERBS[because], reserve, by), reserve.evening_id
        history.record(verb, reserve, by=by, now=now, evening=evening, because=str(because))
    return True


def worded(verb: str, reserve: Reserve, by: Actor) -> str:
    """The verb of the history for what she says herself, or somebody notes for her."""
    is_herself = by in (Actor.user(reserve.volunteer.user), Actor.volunteer_link(reserve.volunteer))
    return verb if is_herself else NOTED.get(verb, verb)


def take_up(reserve: Reserve, *, accepted_at: datetime, by: Actor, now: datetime) -> None:
    """Make `reserve` an agreement: of a proposal, or again of one that ended. Her row is locked."""
    reserve.accepted_at, reserve.ended_at, reserve.ended_because = accepted_at, None, ""
    reserve.save(update_fields=["accepted_at", "ended_at", "ended_because"])
    registration = Registration.objects.get(volunteer=reserve.volunteer_id, edition=reserve.evening.edition_id)
    answer, _new = Availability.objects.update_or_create(
        registration=registration, evening=reserve.evening, defaults={"on_call_at": accepted_at}
    )
    if reserve.evening.is_published:
        plan_reserve_reminder(answer, by=by, now=now)
        messaging.resume(_noon_words(_answers(reserve)), by=by, now=now)


def call_again(ended: QuerySet[Reserve], *, by: Actor, now: datetime) -> None:
    """What ended these is taken back: they are as they were, where nothing else came in between.

    Their evenings are locked, for nobody else may be counted on call meanwhile, and so are they: who takes a place at
    this moment comes before, and is not on call, or after.
    """
    for reserve in ended.select_related("evening__edition", "volunteer").order_by("volunteer_id", "pk"):
        hers = Reserve.objects.filter(evening=reserve.evening_id, volunteer=reserve.volunteer_id)
        if hers.live().exists() or has_place(reserve):
            continue
        if reserve.accepted_at is None:
            hers.filter(pk=reserve.pk).update(ended_at=None, ended_because="")
        elif not is_full(reserve.evening):
            take_up(reserve, accepted_at=reserve.accepted_at, by=by, now=now)


def has_place(reserve: Reserve) -> bool:
    """Whether she knows of a place on that evening: then she is not on call for it as well."""
    there = Assignment.objects.active().published().of_evening(reserve.evening)
    return there.filter(volunteer=reserve.volunteer_id).exists()


def ended_with(entry: Entry, **what) -> QuerySet[Reserve]:
    """What the click `entry` ended, narrowed by columns: because of a place that somebody got, or her being blocked."""
    because = (Because.CAME, Because.TAKEN_BACK)
    return Reserve.objects.filter(ended_at=entry.at, ended_because__in=because, **what)


def came(assignments: Iterable[Assignment], *, by: Actor, now: datetime) -> None:
    """Who just got these places is on call no more for their evening: she comes. Their volunteers are locked."""
    for assignment in _of_who_is_on_call(list(assignments)):
        evening = assignment.post.opening.evening_id
        for reserve in _live(volunteer=assignment.volunteer_id, evening=evening):
            end(reserve, Because.CAME, by=by, now=now)


def _of_who_is_on_call(assignments):
    """Those of many whose volunteer has anything to do with a reserve: she is one in a hundred."""
    if len(assignments) < 2:
        return assignments
    live = Reserve.objects.live().filter(volunteer__in=[one.volunteer_id for one in assignments])
    these = set(live.values_list("volunteer", flat=True))
    return [one for one in assignments if one.volunteer_id in these]


@Prepared
def _live(volunteer, evening):
    return Reserve.objects.live().filter(volunteer=volunteer, evening=evening)


def of_evening(evening: Evening) -> QuerySet[Reserve]:
    """What is proposed and agreed for `evening`, in the order in which people are locked."""
    rows = Reserve.objects.live().filter(evening=evening).select_related("evening__edition", "volunteer__user")
    return rows.order_by("volunteer_id", "pk")


def _answers(reserve):
    return Availability.objects.filter(registration__volunteer=reserve.volunteer_id, evening=reserve.evening_id)


def _noon_words(answers):
    about = Message.objects.filter(about_type=Availability._meta.label_lower, about_id__in=answers.values("pk"))
    return about.filter(kind="reminder_reserve")
