"""The evenings that a message of several news concerns, as ids: see `messaging.kinds.Kind.evenings`."""

from messaging.models import Message
from shifts.models import Assignment


def listed(message: Message) -> list[int]:
    """Where the items are evenings."""
    return message.facts["items"]


def of_places(message: Message) -> list[int]:
    """Those of the assignments that the items are, or name."""
    items = [item.get("assignment") if isinstance(item, dict) else item for item in message.facts["items"]]
    return list(Assignment.objects.filter(pk__in=items).values_list("post__opening__evening", flat=True))
