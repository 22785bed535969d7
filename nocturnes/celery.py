"""The background application: `celery -A nocturnes worker`, and `celery -A nocturnes beat` beside it.

What is sent and what is due stands in the database. A task only says "look now", so a lost or repeated task
changes nothing (design, section 3.3).
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nocturnes.settings")

app = Celery("nocturnes")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
