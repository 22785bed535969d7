"""Settings for the processes of test_serve.py: the product's own, with a slow task and without sweeps."""

from nocturnes.settings import *  # noqa: F403

CELERY_IMPORTS = ["tests.nocturnes.slow_task"]
CELERY_BEAT_SCHEDULE = {}
