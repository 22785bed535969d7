"""The kinds of message about assignments and searches; importing this package registers them."""

from . import assignments, invitations, requests, searches

__all__ = ["assignments", "invitations", "requests", "searches"]
