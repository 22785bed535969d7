"""A post's searches by the hour: who withdrew, who was asked when, what she answered, and what comes next."""

from .asking import asking
from .page import SearchPage, search_page
from .told import answer, no_speaker

__all__ = ["SearchPage", "answer", "asking", "no_speaker", "search_page"]
