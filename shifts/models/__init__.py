from .assignments import Assignment
from .posts import Post
from .requests import PlaceRequest
from .searches import Ask, Offer, Search

__all__ = ["Ask", "Assignment", "Offer", "PlaceRequest", "Post", "Search"]
