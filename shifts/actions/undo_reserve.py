"""Taking back what a coordinator did with the reserve, before anybody was told (design.md 3.9)."""

from datetime import datetime

from django.db.models import QuerySet

from messaging.models import Message
from nocturnes.history import Actor
from nocturnes.models import Edition, Entry, Evening
from shifts.models import Reserve

from . import on_call
from .locks import lock_evening, lock_volunteers
from .reserve import telling
from .undo_deeds import Deed, hold_back, register
from .undo_together import ChangedSince


def _evening(entry: Entry) -> Evening:
    return Evening.objects.select_related("edition").get(pk=entry.about_id)


def _reserve(entry: Entry) -> Reserve:
    return Reserve.objects.select_related("evening__edition", "volunteer").get(pk=entry.about_id)


def _edition(entry: Entry) -> Edition:
    return Edition.objects.get(evenings=entry.data["evening"])


def _asking(entry: Entry) -> QuerySet[Message]:
    return telling.telling(telling.PROPOSED, entry.data["reserves"], _evening(entry)).exclude(sent_at__lt=entry.at)


def _telling_no(entry: Entry) -> QuerySet[Message]:
    messages = telling.telling(telling.TAKEN_BACK, [entry.about_id], _reserve(entry).evening)
    return messages.exclude(sent_at__lt=entry.at).exclude(skipped_at__lt=entry.at)


def _ask_nobody(evening: Evening, entry: Entry, *, by: Actor, now: datetime) -> None:
    """The proposals are taken back; who agreed meanwhile, by telephone, stays on call."""
    rows = _locked(evening.pk, Reserve.objects.proposed().filter(pk__in=entry.data["reserves"]))
    hold_back(_asking(entry))
    for reserve in rows:
        on_call.end(reserve, on_call.Because.TAKEN_BACK, by=by, now=now)


def _leave_it(reserve: Reserve, entry: Entry, *, by: Actor, now: datetime) -> None:
    """She is on call as before, or asked. Raises ChangedSince where she cannot be any more."""
    ended = Reserve.objects.filter(pk=reserve.pk, ended_at=entry.at)
    _locked(reserve.evening_id, ended)
    hold_back(_telling_no(entry))
    still = {"evening__called_off_at": None, "volunteer__blocked_at": None}
    on_call.call_again(ended.filter(**still), by=by, now=now)
    if not Reserve.objects.live().filter(pk=reserve.pk).exists():
        raise ChangedSince


def _locked(evening, rows):
    lock_evening(evening)
    lock_volunteers(rows.values_list("volunteer_id", flat=True))
    return list(rows.select_related("evening__edition").order_by("volunteer_id", "pk"))


register("proposed_reserve", Deed(_evening, lambda entry: _evening(entry).edition, _asking, _ask_nobody))
register("took_back_reserve", Deed(_reserve, _edition, _telling_no, _leave_it))
