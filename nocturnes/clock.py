"""The two times of the product (design.md 7).

*Product time*, `now()`, is what every rule is about. In a rehearsal it is a stored instant that stands still until
somebody moves it. *Machine time*, `machine_now()`, serves leases, retries, heartbeats, sessions, codes and rate limits,
and nothing else.

Call them through the module (`clock.now()`), so that a test can set the time in one place.
"""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone


def machine_now() -> datetime:
    """The time of this machine, in UTC."""
    return timezone.now()


def now() -> datetime:
    """Product time, in UTC. Raises ImproperlyConfigured in a rehearsal whose clock was never started."""
    if not settings.REHEARSAL:
        return machine_now()
    from .models import Installation

    moment = Installation.objects.values_list("rehearsal_now", flat=True).first()
    if moment is None:
        raise ImproperlyConfigured("The rehearsal has no clock yet: run `manage.py load_edition` first.")
    return moment
