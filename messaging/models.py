from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# Neither sent, nor skipped, nor failed, nor phoned.
PENDING = Q(sent_at=None, skipped_at=None, failed_at=None, phoned_at=None)
NO_ADDRESS = Q(address="", user__email=None)


def about_columns(row: models.Model) -> dict:
    """The columns of a message that say what it is about."""
    return {"about_type": row._meta.label_lower, "about_id": row.pk}


class MessageQuerySet(models.QuerySet):
    def pending(self):
        return self.filter(PENDING)

    def by_mail(self):
        return self.exclude(NO_ADDRESS)

    def to_phone(self):
        """Pending messages to people who have no e-mail: somebody calls them."""
        return self.pending().filter(NO_ADDRESS)

    def due(self, now: datetime):
        return self.pending().by_mail().filter(due__lte=now)

    def unleased(self, machine_now: datetime):
        """What no worker has in hand at that machine time."""
        return self.filter(Q(leased_until=None) | Q(leased_until__lt=machine_now))

    def to_be_tried(self, machine_now: datetime):
        """What no worker has in hand, and that does not wait for another try after one that failed."""
        return self.unleased(machine_now).filter(Q(retry_at=None) | Q(retry_at__lte=machine_now))

    def about(self, row):
        return self.filter(**about_columns(row))


class Message(models.Model):
    """A message, a row before it is a mail (design.md 3.3).

    `due`, `created_at`, `sent_at`, `skipped_at`, `failed_at` and `phoned_at` are product time; `leased_until` and
    `retry_at` are machine time. `facts` are ids and plain values that the kind's context needs. `files` are the text
    files that went with it, as [name, content, MIME type].
    """

    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=40)
    about_type = models.CharField(max_length=40)
    about_id = models.BigIntegerField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    address = models.EmailField(blank=True)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    facts = models.JSONField(default=dict)
    due = models.DateTimeField()
    created_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    skipped_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    phoned_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    files = models.JSONField(default=list, blank=True)
    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["due", "pk"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(
                fields=["due"],
                condition=PENDING,
                name="message_pending",
            ),
            models.Index(fields=["about_type", "about_id"], name="message_about"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~(Q(sent_at__isnull=False) & Q(skipped_at__isnull=False)),
                name="a_sent_message_was_not_skipped",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | ~Q(address=""), name="a_message_has_somebody_to_reach"
            ),
        ]

    def __str__(self):
        return self.key

    @property
    def is_pending(self):
        return not (self.sent_at or self.skipped_at or self.failed_at or self.phoned_at)

    @property
    def can_be_sent(self):
        """Whether `actions.send_now` sends it: it waits or failed, and there is an address."""
        return bool(self.recipient) and (self.is_pending or self.failed_at is not None)

    @property
    def recipient(self):
        """The address that the mail goes to; empty where somebody has to call."""
        return self.address or (self.user.email or "" if self.user else "")
