from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from nocturnes.models import Evening
from volunteers.models import Volunteer


class ReserveQuerySet(models.QuerySet):
    def live(self):
        """Proposed or agreed, and not over."""
        return self.filter(ended_at=None)

    def agreed(self):
        return self.filter(accepted_at__isnull=False)

    def on_call(self):
        """Agreed, and not over."""
        return self.live().agreed()

    def proposed(self):
        """Nobody has answered yet."""
        return self.live().filter(accepted_at=None)

    def kept_free(self):
        """Who kept the evening free until it was staffed and was not needed: it counts as one on which she helped."""
        return self.agreed().filter(ended_because__in=(Reserve.Because.FREED, Reserve.Because.OVER))


class Reserve(models.Model):
    """An agreement: one volunteer is on call for one evening, at any museum. A coordinator proposes, she accepts.

    While it is agreed and not over, her `Availability.on_call_at` of the evening is set. That she was on call until the
    evening was staffed counts as an evening on which she helped.
    """

    class Because(models.TextChoices):
        DECLINED = "declined", _("said no")
        TAKEN_BACK = "taken_back", _("the proposal was taken back")
        GAVE_BACK = "gave_back", _("cannot be on call after all")
        FREED = "freed", _("every place was filled in time")
        CAME = "came", _("took a place")
        OVER = "over", _("the evening began")
        CALLED_OFF = "called_off", _("the evening is called off")

    evening = models.ForeignKey(Evening, on_delete=models.PROTECT, related_name="reserves")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="reserves")
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=10, choices=Because, blank=True)
    link_version = models.PositiveIntegerField(default=1)
    objects = ReserveQuerySet.as_manager()

    class Meta:
        ordering = ["proposed_at", "pk"]
        verbose_name = _("reserve")
        verbose_name_plural = _("reserves")
        constraints = [
            models.UniqueConstraint(
                fields=["evening", "volunteer"], condition=Q(ended_at=None), name="on_call_once_an_evening"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_because="") | (Q(ended_at__isnull=False) & ~Q(ended_because="")),
                name="a_reserve_that_ended_says_why",
            ),
        ]

    def __str__(self):
        return f"#{self.pk}"

    @property
    def is_live(self):
        return self.ended_at is None

    @property
    def is_agreed(self):
        return self.accepted_at is not None and self.ended_at is None

    @property
    def is_hers_to_take_up(self):
        """Whether she ended it herself, and so may change her mind."""
        return self.ended_because in (self.Because.DECLINED, self.Because.GAVE_BACK)

    @property
    def counts_as_attended(self):
        """She kept herself free until the evening was staffed, or came when called."""
        return self.accepted_at is not None and self.ended_because in (
            self.Because.FREED,
            self.Because.CAME,
            self.Because.OVER,
        )
