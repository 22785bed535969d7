import time
from pathlib import Path

from celery import shared_task


@shared_task
def write_slowly(path, seconds):
    """Says that it began, takes its time, says that it ended."""
    Path(path).write_text("began")
    time.sleep(seconds)
    Path(path).write_text("ended")
