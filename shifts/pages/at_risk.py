"""Whose place may come free: who has not confirmed, gave one back late before, gets no mail, or is new."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, Max, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from messaging.models import Message
from nocturnes import hours
from nocturnes.models import Edition, Evening
from shifts import actions
from shifts.models import Assignment, Call, StillComing

from .phone_list import called_words

# In the order in which they weigh.
SIGNS = {
    "to_phone": _("not confirmed: to phone"),
    "mail_failed": _("our mails do not arrive"),
    "withdrew_late": _("has dropped out late before"),
    "first_time": _("first time"),
}


@dataclass(frozen=True)
class AtRisk:
    """Somebody with a place, and the codes of SIGNS that hold for her, the heaviest first.

    `called` is the last call about her place.
    """

    assignment: Assignment
    signs: tuple[str, ...]
    was_asked: bool = False
    called: Call | None = None

    @property
    def called_words(self) -> str:
        return called_words(self.called) if self.called else ""

    @property
    def words(self) -> list[str]:
        return [str(SIGNS[sign]) for sign in self.signs]

    @property
    def states(self) -> list[tuple[str, str]]:
        """Each sign as a state of look.md and its words: being new is no fault."""
        return [("to_welcome" if sign == "first_time" else "warned", str(SIGNS[sign])) for sign in self.signs]

    @property
    def is_new_alone(self):
        """It is her first time, and nothing else is the matter."""
        return self.signs == ("first_time",)

    @property
    def can_be_asked(self):
        """Whether one more mail may ask her to confirm; the click says why not where it changed meanwhile."""
        return not (self.assignment.is_confirmed or self.was_asked) and bool(self.assignment.volunteer.user.email)

    @property
    def order(self):
        weights = list(SIGNS)
        return [weights.index(sign) for sign in self.signs], self.assignment.report_at, self.assignment.pk


@dataclass(frozen=True)
class Night:
    """An evening to come; `phone_from` is when who has not confirmed comes on the list."""

    evening: Evening
    people: list[AtRisk]
    newcomers: list[AtRisk]
    phone_from: datetime
    now: datetime

    @property
    def is_early(self):
        return self.now < self.phone_from


def at_risk(edition: Edition, *, now: datetime) -> list[Night]:
    """The published evenings to come, the next first; a number of queries that does not grow with the people."""
    evenings = list(edition.coming_evenings(now).published().filter(called_off_at=None))
    rows = expected(Assignment.objects.filter(post__opening__evening__in=evenings), now=now)
    found = signs(rows, edition, now=now)
    asked, calls = actions.asked_today(rows, now=now), last_calls(rows)
    people: dict[int, list[AtRisk]] = {}
    for row in rows:
        if found[row.pk]:
            one = AtRisk(row, found[row.pk], row.pk in asked, calls.get((row.post_id, row.volunteer_id)))
            people.setdefault(row.post.opening.evening_id, []).append(one)
    return [_night(evening, edition, people.get(evening.pk, []), now) for evening in evenings]


def last_calls(rows: Iterable[Assignment]) -> dict[tuple[int, int], Call]:
    """What was heard when she was called about her place, by the post's id and hers: the last time; one query."""
    rows = list(rows)
    calls = Call.objects.filter(
        post__in={row.post_id for row in rows}, volunteer__in={row.volunteer_id for row in rows}
    ).select_related("called_by")
    return {(call.post_id, call.volunteer_id): call for call in calls}


def with_calls(rows: Iterable[Assignment]) -> list[AtRisk]:
    """`rows` with what was heard on the phone, and no signs."""
    rows, calls = list(rows), last_calls(rows)
    return [AtRisk(row, (), called=calls.get((row.post_id, row.volunteer_id))) for row in rows]


def _night(evening, edition, people, now):
    evening.edition = edition
    people = sorted(people, key=lambda one: one.order)
    return Night(
        evening,
        people=[one for one in people if not one.is_new_alone],
        newcomers=[one for one in people if one.is_new_alone],
        phone_from=phone_from(evening),
        now=now,
    )


def of_post(post_id: int, edition: Edition, *, now: datetime) -> list[AtRisk]:
    """Those on one post."""
    rows = expected(Assignment.objects.filter(post=post_id), now=now)
    found = signs(rows, edition, now=now)
    return sorted((AtRisk(row, found[row.pk]) for row in rows if found[row.pk]), key=lambda one: one.order)


def expected(rows: QuerySet[Assignment], *, now: datetime) -> list[Assignment]:
    """Those of `rows` who have still to come."""
    rows = rows.active().published().filter(ends_at__gt=now, arrived_at=None, absent_at=None)
    return list(rows.for_pages().select_related("volunteer__user").order_by("report_at", "pk"))


def phone_from(evening: Evening) -> datetime:
    """From when on who has not confirmed is to be phoned: as the edition's rule says, on the clock of its zone."""
    rule, zone = evening.edition.rules.to_phone, evening.edition.zone
    return hours.instant(evening.date - timedelta(days=rule.days), rule.at, zone)


def signs(rows: Iterable[Assignment], edition: Edition, *, now: datetime) -> dict[int, tuple[str, ...]]:
    """The codes of SIGNS that hold, by the id of the assignment; three queries."""
    rows = list(rows)
    people = {row.volunteer_id for row in rows}
    late, known = _withdrew_late(people, edition), _came_before(people, now)
    unreachable = _unreachable({row.volunteer.user_id for row in rows})
    found = {}
    for row in rows:
        holds = {
            "to_phone": not row.is_confirmed and now >= phone_from(row.post.opening.evening),
            "mail_failed": row.volunteer.user_id in unreachable,
            "withdrew_late": row.volunteer_id in late,
            "first_time": row.volunteer_id not in known,
        }
        found[row.pk] = tuple(sign for sign in SIGNS if holds[sign])
    return found


def _withdrew_late(people, edition):
    """Who gave a place of this edition back when it was near, and not because we asked whether she could still come.

    Who took it again, or was put back, gave nothing back.
    """
    same = Assignment.objects.filter(post=OuterRef("post"), volunteer=OuterRef("volunteer"), pk__gt=OuterRef("pk"))
    asked = StillComing.objects.filter(assignment=OuterRef("pk"), answer=StillComing.Answer.NO)
    rows = Assignment.objects.withdrawn().filter(volunteer__in=people, post__opening__evening__edition=edition)
    rows = rows.filter(cancelled_at__gt=F("report_at") - edition.rules.alert_within)
    return set(rows.exclude(Exists(same)).exclude(Exists(asked)).values_list("volunteer_id", flat=True))


def _came_before(people, now):
    rows = Assignment.objects.active().filter(volunteer__in=people, ends_at__lte=now, absent_at=None)
    return set(rows.values_list("volunteer_id", flat=True))


def _unreachable(users):
    """Whose latest mail failed: one that arrived since says that the address is good again."""
    mails = Message.objects.filter(user__in=users).order_by().values("user")
    mails = mails.annotate(failed=Max("failed_at"), sent=Max("sent_at")).exclude(failed=None)
    return {mail["user"] for mail in mails if mail["sent"] is None or mail["sent"] < mail["failed"]}
