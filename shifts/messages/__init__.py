"""The kinds of message about assignments and searches; importing this package registers them."""

from . import assignments, digest, invitations, lending, requests, searches, swaps

__all__ = ["assignments", "digest", "invitations", "lending", "requests", "searches", "swaps"]
