"""What the outbox may know of volunteers: their names, their numbers, and who is blocked."""

from collections.abc import Iterable

from messaging import people
from nocturnes.models import User

from .models import Volunteer


def entries(user_ids: Iterable[int]) -> dict[int, people.Entry]:
    """The volunteers among these users; one query."""
    volunteers = Volunteer.objects.filter(user__in=user_ids)
    return {one.user_id: people.Entry(one.full_name, str(one.phone), one.pk) for one in volunteers}


def is_blocked(user: User) -> bool:
    """Whether a coordinator blocked the volunteer who signs in as `user`."""
    return Volunteer.objects.filter(user=user).exclude(blocked_at=None).exists()


people.register(directory=entries, barred=is_blocked)
