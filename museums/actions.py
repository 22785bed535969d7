"""What is done to a museum."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from nocturnes import history
from nocturnes.history import Actor

from .models import Museum


@transaction.atomic
def renew_link(museum: Museum, *, by: Actor, now: datetime) -> None:
    """Make every link to the museum's page that was given out so far invalid."""
    Museum.objects.filter(pk=museum.pk).update(link_version=F("link_version") + 1)
    museum.refresh_from_db()
    history.record("renewed_link", museum, by=by, now=now, version=museum.link_version)
