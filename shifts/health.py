"""Whether the product does its background work, for the red bar and `/healthz`."""

from datetime import datetime, timedelta

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
    silent = [name for name in SWEEPS if name not in beats or machine_now - beats[name] > SILENCE]
    sentences = []
    if silent:
        sentences.append(
            _("The background work has stopped. Nothing is lost: it goes on as soon as the workers are started again.")
        )
    if late := messaging.overdue(now).count():
        sentences.append(
            ngettext(
                "%(count)d message is late. It is not lost, and leaves as soon as the mail server takes it.",
                "%(count)d messages are late. They are not lost, and leave as soon as the mail server takes them.",
                late,
            )
            % {"count": late}
        )
    return sentences
