"""What the workers repeat for evenings and searches. The tables are the truth; a task only says "look now"."""

from celery import shared_task

from nocturnes import clock
from nocturnes.models import Heartbeat
from volunteers import actions as volunteers

from . import actions


@shared_task(ignore_result=True, acks_late=True)
def advance():
    """A search that was just opened has somebody to ask at once."""
    actions.advance_searches(now=clock.now())


@shared_task(ignore_result=True, acks_late=True)
def sweep():
    """Every search that is due asks, the next digests are planned; the heartbeat says that a sweep came to its end."""
    actions.sweep(now=clock.now())
    Heartbeat.objects.update_or_create(name="searches", defaults={"at": clock.machine_now()})


@shared_task(ignore_result=True, acks_late=True)
def purge():
    """What may be kept no longer is deleted: old forms, and what people asked us to arrange (design.md 4)."""
    volunteers.purge_sign_ups(now=clock.now())
    volunteers.forget_arrangements(now=clock.now())
