from .assignments import Assignment
from .posts import Post
from .searches import Ask, Offer, Search

__all__ = ["Ask", "Assignment", "Offer", "Post", "Search"]
