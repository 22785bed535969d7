"""The kinds of message about assignments and searches; importing this package registers them."""

from . import assignments, searches

__all__ = ["assignments", "searches"]
