"""The reserve of an evening: as its coordinator sees it, and as somebody who is asked to be on call does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from nocturnes.models import Evening, Language
from nocturnes.prepared import Prepared
from shifts import ranking
from shifts.actions import on_call
from shifts.models import Assignment, Reserve
from shifts.ranking.reserve import OnCall, for_the_reserve
from volunteers.models import Volunteer

from .reserve_words import with_icons

# Nobody reads on for longer, and two or three are wanted.
MOST = 12


@dataclass(frozen=True)
class Choice:
    """One person who may be asked. `ticks` are the codes that the coordinator has to accept before she can ask her."""

    one: OnCall
    languages: list[Language]
    why: str
    warnings: str
    asks_tick: bool
    is_chosen: bool

    @property
    def volunteer(self) -> Volunteer:
        return self.one.volunteer

    @property
    def ticks(self):
        return self.one.ticks

    @property
    def nights(self):
        return self.one.nights


@dataclass(frozen=True)
class ReservePage:
    """`agreed` and `asked` go on, `ended` are told with why; `most` is how many the evening may have on call."""

    evening: Evening
    most: int
    agreed: list[Reserve]
    asked: list[Reserve]
    ended: list[Reserve]
    choices: list[Choice]
    total: int
    terms: list[tuple[str, str]]
    now: datetime

    @property
    def is_full(self):
        return len(self.agreed) >= self.most

    @property
    def is_open(self):
        """Whether somebody can still be asked."""
        return self.evening.called_off_at is None and self.now < on_call.until(self.evening)

    @property
    def is_over(self):
        return not self.is_open and not self.agreed

    @property
    def has_more(self):
        return self.total > len(self.choices)


def reserve_page(
    evening: Evening, *, now: datetime, chosen: frozenset[int] = frozenset(), everybody: bool = False
) -> ReservePage:
    """The page of `evening`, in a constant number of queries.

    `chosen` are the ids of people who were just chosen, and of whom somebody needs a tick: they stay chosen.
    """
    rows = Reserve.objects.filter(evening=evening).select_related("volunteer__user", "evening__edition")
    rows = list(rows.order_by("proposed_at", "volunteer__first_name", "pk"))
    known = [one for one in for_the_reserve(evening, now=now) if "blocked" not in one.ticks]
    first = known if everybody else [one for rank, one in enumerate(known) if rank < MOST or one.pk in chosen]
    return ReservePage(
        evening=evening,
        most=on_call.most(evening),
        agreed=[row for row in rows if row.is_agreed],
        asked=[row for row in rows if row.is_live and not row.is_agreed],
        ended=_ended(rows),
        choices=_choices(first, chosen) if now < on_call.until(evening) else [],
        total=len(known),
        terms=with_icons(evening.edition),
        now=now,
    )


def _ended(rows):
    """The newest of each person, who is not on call or asked by now."""
    live = {row.volunteer_id for row in rows if row.is_live}
    newest = {row.volunteer_id: row for row in rows if row.volunteer_id not in live}
    return list(newest.values())


def _choices(found, chosen):
    if found:
        found[0].person.crowd.show([one.pk for one in found])
    spoken = Language.objects.in_bulk(field_name="code")
    return [
        Choice(
            one=one,
            languages=list(one.volunteer.languages.all()),
            why=ranking.for_the_coordinator(one.reasons, None, spoken),
            warnings=ranking.warning_words([*one.ticks, *one.notes]),
            asks_tick=bool(one.ticks) and one.pk in chosen,
            is_chosen=one.pk in chosen,
        )
        for one in found
    ]


@dataclass(frozen=True)
class HerReserve:
    """`state` is asked, agreed, full, declined, gave_back, has_place, freed, over, called_off, taken_back or talk."""

    reserve: Reserve
    state: str
    terms: list[tuple[str, str]]
    place: Assignment | None
    can_say_yes: bool = False

    @property
    def evening(self) -> Evening:
        return self.reserve.evening


def current(reserve: Reserve) -> Reserve:
    """The agreement that an old link is about today: who was asked again for that evening has a newer one."""
    if reserve.is_live:
        return reserve
    newer = Reserve.objects.filter(evening=reserve.evening_id, volunteer=reserve.volunteer_id, pk__gt=reserve.pk)
    return newer.select_related("volunteer__user", "evening__edition", "evening__lead").last() or reserve


def her_reserve(reserve: Reserve, *, now: datetime) -> HerReserve:
    """What her page says of `reserve`, which comes with its evening and edition; the place is hers that evening."""
    places = Assignment.objects.active().published().of_evening(reserve.evening)
    place = places.filter(volunteer=reserve.volunteer_id).order_by("report_at").first()
    state = _state(reserve, place, now)
    can_say_yes = state in ("asked", "declined", "gave_back") and not on_call.is_full(reserve.evening)
    if state == "asked" and not can_say_yes:
        state = "full"
    return HerReserve(reserve, state, with_icons(reserve.evening.edition), place, can_say_yes)


def _state(reserve, place, now):
    if reserve.volunteer.blocked_at:
        return "talk"
    if reserve.evening.called_off_at:
        return "called_off"
    if place:
        return "has_place"
    if reserve.is_agreed:
        return "agreed"
    if reserve.ended_because in (Reserve.Because.FREED, Reserve.Because.TAKEN_BACK) and reserve.accepted_at:
        return str(reserve.ended_because)
    if now >= on_call.until(reserve.evening):
        return "over"
    if reserve.is_live:
        return "asked"
    return str(reserve.ended_because) if reserve.is_hers_to_take_up else "taken_back"


@dataclass(frozen=True)
class HerReserves:
    """What she agreed to and what she is asked, for evenings to come, the next first; `kept_free` are the evenings on
    which she was not needed, the last first: on each of them she helped."""

    agreed: list[Reserve]
    asked: list[Reserve]
    kept_free: list[Reserve]


def hers(volunteer: Volunteer, places: Iterable[Assignment], *, now: datetime) -> HerReserves:
    """Of all evenings but those on which she has one of `places`, all that she was ever assigned to; one query.

    Of an evening that is not published she knows only what she agreed to.
    """
    evenings = {one.post.opening.evening_id for one in places if one.is_active}
    published = {one.post.opening.evening_id for one in places if one.is_active and not one.is_draft}
    rows = _hers(volunteer=volunteer.pk)
    live = [row for row in rows if row.is_live and not row.evening.called_off_at and row.evening_id not in published]
    return HerReserves(
        agreed=[row for row in live if row.is_agreed and _is_ahead(row, now)],
        asked=[row for row in live if not row.is_agreed and row.evening.is_published and _is_ahead(row, now)],
        kept_free=[row for row in reversed(rows) if not row.is_live and row.evening_id not in evenings],
    )


@Prepared
def _hers(volunteer):
    rows = (Reserve.objects.live() | Reserve.objects.kept_free()).filter(volunteer=volunteer)
    return rows.select_related("evening__edition").order_by("evening__date", "pk")


def _is_ahead(reserve, now):
    return (reserve.is_agreed and not reserve.evening.is_past(now)) or now < on_call.until(reserve.evening)
