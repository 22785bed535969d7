"""Whether the product does its background work, for the red bar and `/healthz`."""

from datetime import datetime, timedelta

from django.db.models import Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from messaging import actions as messaging
from nocturnes.models import Heartbeat

# In machine time: beat sweeps every 15 seconds, so two minutes are eight sweeps missed.
SILENCE = timedelta(minutes=2)
SWEEPS = ("messages", "searches")


def problems(*, now: datetime, machine_now: datetime) -> list[str]:
    """What is wrong, in sentences; nothing is wrong where the list is empty. `now` is product time."""
    beats = dict(Heartbeat.objects.filter(name__in=SWEEPS).values_list("name", "at"))
    return sentences([beats.get(name) for name in SWEEPS], messaging.overdue(now).count(), machine_now=machine_now)


def beats() -> list[Subquery]:
    """When each sweep last came to its end, as columns of somebody else's query."""
    return [Subquery(Heartbeat.objects.filter(name=name).values("at")) for name in SWEEPS]


def sentences(beats: list[datetime | None], late: int, *, machine_now: datetime) -> list[str]:
    """What is wrong, by when each of SWEEPS last came to its end and how many messages are late."""
    found = []
    if any(beat is None or machine_now - beat > SILENCE for beat in beats):
        found.append(
            _("The background work has stopped. Nothing is lost: it goes on as soon as the workers are started again.")
        )
    if late:
        found.append(
            ngettext(
                "%(count)d message is late. It is not lost, and leaves as soon as the mail server takes it.",
                "%(count)d messages are late. They are not lost, and leave as soon as the mail server takes them.",
                late,
            )
            % {"count": late}
        )
    return found
