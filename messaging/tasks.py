"""What the workers repeat. The table of messages is the truth; a task only says "look now"."""

from celery import shared_task

from nocturnes import clock
from nocturnes.models import Heartbeat

from . import actions


@shared_task(ignore_result=True, acks_late=True)
def sweep_messages():
    """Queue one task for each message that is due; the heartbeat says that a sweep came to its end."""
    now = clock.now()
    actions.drop_calls(now)
    for message_id in actions.due_ids(now):
        send_message.apply_async((message_id,), expires=60)
    Heartbeat.objects.update_or_create(name="messages", defaults={"at": clock.machine_now()})


@shared_task(ignore_result=True, acks_late=True)
def send_message(message_id):
    actions.deliver(message_id, now=clock.now())
