from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from volunteers.models import Volunteer

from .assignments import Assignment


class SwapQuerySet(models.QuerySet):
    def live(self):
        return self.filter(ended_at=None)


class Swap(models.Model):
    """A volunteer proposes that somebody else takes her place, or that they exchange theirs (`theirs`).

    Proposing is her yes; the other one says hers; where the edition wants it a coordinator says hers too. Nothing moves
    before all have.
    """

    class Because(models.TextChoices):
        DONE = "done", _("done")
        DECLINED = "declined", _("the other one said no")
        TAKEN_BACK = "taken_back", _("taken back")
        REFUSED = "refused", _("a coordinator said no")
        GONE = "gone", _("no longer possible")

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="swaps", help_text="Hers.")
    volunteer = models.ForeignKey(
        Volunteer, on_delete=models.PROTECT, related_name="swaps_asked", help_text="Who is asked."
    )
    theirs = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="What she gets for it."
    )
    proposed_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=10, choices=Because, blank=True)
    link_version = models.PositiveIntegerField(default=1)
    objects = SwapQuerySet.as_manager()

    class Meta:
        ordering = ["proposed_at", "pk"]
        verbose_name = _("swap")
        verbose_name_plural = _("swaps")
        constraints = [
            models.UniqueConstraint(fields=["assignment"], condition=Q(ended_at=None), name="one_live_swap_a_place"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_because="") | (Q(ended_at__isnull=False) & ~Q(ended_because="")),
                name="a_swap_that_ended_says_why",
            ),
        ]

    def __str__(self):
        return f"#{self.pk}"
