"""What a coordinator decides about a person, with all that follows for her places: block, and merge two records."""

from .block import ChangedMeanwhile, IsCoordinator, block, offers_open, places_ahead, unblock
from .merge import merge, why_not

__all__ = [
    "ChangedMeanwhile",
    "IsCoordinator",
    "block",
    "merge",
    "offers_open",
    "places_ahead",
    "unblock",
    "why_not",
]
