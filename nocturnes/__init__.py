"""The ground and the roof of the house: settings, addresses, people who sign in, editions, evenings, the clock."""

from .celery import app as celery_app

__all__ = ["celery_app"]
