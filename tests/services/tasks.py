"""A task by which a test sees that a worker works, and where."""

from celery import shared_task


@shared_task
def leave_a_mark(name):
    """Writes a row into the worker's database."""
    from nocturnes import clock
    from nocturnes.models import Heartbeat

    Heartbeat.objects.create(name=name, at=clock.machine_now())
