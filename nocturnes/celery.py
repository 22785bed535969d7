"""The background application: `celery -A nocturnes worker`, and `celery -A nocturnes beat` beside it.

What is sent and what is due stands in the database. A task only says "look now", so a lost or repeated task
changes nothing (design, section 3.3).
"""

import os

from celery import Celery, bootsteps
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nocturnes.settings")

app = Celery("nocturnes")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


class KnowsItsDatabase(bootsteps.Step):
    """Keeps a worker of a rehearsal from the real site's database, and the other way round (design, section 7)."""

    def __init__(self, worker, **options):
        from django.db import connections

        from nocturnes import installation

        installation.verify()
        # The processes that run tasks are forked from this one, and must not share its connection.
        connections.close_all()
        super().__init__(worker, **options)


app.steps["worker"].add(KnowsItsDatabase)


@worker_ready.connect
def sweep_at_once(**kwargs):
    """What became due while nobody worked is not kept waiting for beat's first round."""
    for task in ("messaging.tasks.sweep_messages", "shifts.tasks.sweep"):
        app.send_task(task, expires=60)
