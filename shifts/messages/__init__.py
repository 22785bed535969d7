"""The kinds of message about assignments, the reserve and searches; importing this package registers them."""

from . import assignments, digest, disruptions, invitations, lending, letters, requests, reserve, searches, swaps

__all__ = [
    "assignments",
    "digest",
    "disruptions",
    "invitations",
    "lending",
    "letters",
    "requests",
    "reserve",
    "searches",
    "swaps",
]
