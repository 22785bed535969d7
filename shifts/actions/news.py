"""What a coordinator says that she has read: it is about her alone, so the history does not tell it."""

from datetime import datetime

from django.db import transaction

from nocturnes.models import Edition, User, Visit


@transaction.atomic
def read_news(user: User, edition: Edition, *, until: datetime, now: datetime) -> None:
    """`user` has read what changed in `edition` up to `until`, the moment at which her page was made.

    What came since is still news. What was read once stays read, and nobody has read what is still to come at `now`.
    """
    until = min(until, now)
    visit, new = Visit.objects.get_or_create(user=user, edition=edition, defaults={"read_until": until})
    if not new:
        Visit.objects.filter(pk=visit.pk, read_until__lt=until).update(read_until=until)


def introduced(user: User, *, now: datetime) -> None:
    """`user` has read what a new coordinator is told first; her page does not say it again. Once is enough."""
    User.objects.filter(pk=user.pk, introduced_at=None).update(introduced_at=now)
