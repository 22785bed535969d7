"""What workers of a test have beside the product's tasks: a mark that they leave, and a clock that the test moves."""

import os
from pathlib import Path

from celery import shared_task

from . import standing_clock

if Path(os.environ.get("TEST_CLOCK", "/nowhere")).exists():
    standing_clock.follow(os.environ["TEST_CLOCK"])


@shared_task
def leave_a_mark(name):
    """Writes a row into the worker's database."""
    from nocturnes import clock
    from nocturnes.models import Heartbeat

    Heartbeat.objects.create(name=name, at=clock.machine_now())
