"""People proposed to be on call, or taken from it."""

from datetime import datetime

from django.db.models import QuerySet

from messaging.models import Message
from nocturnes.history import Actor
from nocturnes.models import Edition, Entry, Evening
from shifts.actions import on_call
from shifts.actions.locks import lock_evening, lock_volunteers
from shifts.actions.reserve import telling
from shifts.models import Reserve

from . import publishing
from .deeds import ChangedSince, Deed, hold_back, since


def row_of(entry: Entry) -> Reserve:
    return Reserve.objects.select_related("evening__edition", "volunteer").get(pk=entry.about_id)


def edition_of(reserve: Reserve) -> Edition:
    return reserve.evening.edition


def _asking(evening, entry) -> QuerySet[Message]:
    return since(entry, telling.telling(telling.PROPOSED, entry.data["reserves"], evening))


def _telling_no(reserve, entry) -> QuerySet[Message]:
    return since(entry, telling.telling(telling.TAKEN_BACK, [reserve.pk], reserve.evening))


def _ask_nobody(evening: Evening, entry: Entry, *, by: Actor, now: datetime) -> None:
    """The proposals are taken back; who agreed meanwhile, by telephone, stays on call."""
    rows = _locked(evening.pk, Reserve.objects.proposed().filter(pk__in=entry.data["reserves"]))
    hold_back(_asking(evening, entry))
    for reserve in rows:
        on_call.end(reserve, on_call.Because.TAKEN_BACK, by=by, now=now)


def _leave_it(reserve: Reserve, entry: Entry, *, by: Actor, now: datetime) -> None:
    """She is on call as before, or asked. Raises ChangedSince where she cannot be any more."""
    ended = Reserve.objects.filter(pk=reserve.pk, ended_at=entry.at)
    _locked(reserve.evening_id, ended)
    hold_back(_telling_no(reserve, entry))
    still = {"evening__called_off_at": None, "volunteer__blocked_at": None}
    on_call.call_again(ended.filter(**still), by=by, now=now)
    if not Reserve.objects.live().filter(pk=reserve.pk).exists():
        raise ChangedSince


def _locked(evening: int, rows: QuerySet[Reserve]) -> list[Reserve]:
    lock_evening(evening)
    lock_volunteers(rows.values_list("volunteer_id", flat=True))
    return list(rows.select_related("evening__edition", "volunteer__user").order_by("volunteer_id", "pk"))


DEEDS = {
    "proposed_reserve": Deed(publishing.row_of, publishing.edition_of, _asking, _ask_nobody),
    "took_back_reserve": Deed(row_of, edition_of, _telling_no, _leave_it),
}
