from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from volunteers.models import Volunteer

from .posts import Post


class PlaceRequestQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(answered_at=None)


class PlaceRequest(models.Model):
    """A volunteer would like an open place, and a coordinator decides: `Rules.self_service`. It holds nothing."""

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        TAKEN_BACK = "taken_back", _("taken back")
        GONE = "gone", _("The place was filled")

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="requests")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="place_requests")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    objects = PlaceRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("request for a place")
        verbose_name_plural = _("requests for a place")
        constraints = [
            models.UniqueConstraint(
                fields=["post", "volunteer"], condition=Q(answered_at=None), name="a_place_is_requested_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="an_answered_request_has_an_answer",
            ),
        ]

    def __str__(self):
        return f"#{self.pk}"
