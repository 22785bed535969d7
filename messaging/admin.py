from django.contrib import admin

from nocturnes.admin import LookOnly

from .models import Message


@admin.register(Message)
class MessageAdmin(LookOnly):
    """To look at only: what may be done with a message is done on the coordinator's pages, and leaves its trace.

    Facts and texts stay out: a code to sign in is for its reader alone.
    """

    list_display = ["key", "kind", "language", "due", "sent_at", "skipped_at", "failed_at", "attempts"]
    list_filter = ["kind", "language"]
    fields = [
        "key",
        "kind",
        "about_type",
        "about_id",
        "user",
        "address",
        "language",
        "due",
        "created_at",
        "leased_until",
        "attempts",
        "retry_at",
        "sent_at",
        "skipped_at",
        "failed_at",
        "phoned_at",
        "reason",
    ]
