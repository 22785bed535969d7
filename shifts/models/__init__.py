from .assignments import Assignment
from .disruptions import Disruption, StillComing
from .posts import Post
from .requests import PlaceRequest
from .reserve import Reserve
from .searches import Ask, Call, LeftOut, Offer, Search
from .swaps import Swap

__all__ = [
    "Ask",
    "Assignment",
    "Call",
    "Disruption",
    "LeftOut",
    "Offer",
    "PlaceRequest",
    "Post",
    "Reserve",
    "Search",
    "StillComing",
    "Swap",
]
