"""The kinds of message about assignments and searches; importing this package registers them."""

from . import assignments, requests, searches

__all__ = ["assignments", "requests", "searches"]
