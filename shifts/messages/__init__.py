"""The kinds of message about assignments and searches; importing this package registers them."""

from . import assignments, digest, invitations, requests, searches

__all__ = ["assignments", "digest", "invitations", "requests", "searches"]
