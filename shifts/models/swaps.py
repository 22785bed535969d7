from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from volunteers.models import Volunteer

from .assignments import Assignment


class SwapQuerySet(models.QuerySet):
    def live(self):
        return self.filter(ended_at=None)

    def to_agree(self):
        """Those to which both said yes, and that wait for a coordinator's."""
        return self.live().filter(accepted_at__isnull=False)

    def for_pages(self):
        """With both places and both people."""
        place = ("post__role", "post__opening__museum", "post__opening__evening__edition", "volunteer__user")
        ways = [f"{mine}__{way}" for mine in ("assignment", "theirs") for way in place]
        return self.select_related("volunteer__user", *ways)


class Swap(models.Model):
    """A volunteer proposes that somebody else takes her place, or that they exchange theirs (`theirs`).

    Proposing is her yes; the other one says hers; where the edition wants it a coordinator says hers too. Nothing moves
    before all have.

    She proposes it to a team mate, or to somebody whose address she types (`by_address`). Of an address she learns
    nothing: `volunteer` is empty where we do not know it, and `asked_at` where who is meant cannot take the place. Such
    a proposal looks to her like any other one that waits, and nobody is asked.
    """

    class Because(models.TextChoices):
        DONE = "done", _("done")
        DECLINED = "declined", _("the other one said no")
        TAKEN_BACK = "taken_back", _("taken back")
        REFUSED = "refused", _("a coordinator said no")
        GONE = "gone", _("no longer possible")

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="swaps", help_text="Hers.")
    volunteer = models.ForeignKey(
        Volunteer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="swaps_asked",
        help_text="Who is to come.",
    )
    by_address = models.BooleanField(default=False)
    theirs = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="What she gets for it."
    )
    proposed_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(accepted_at=None) | (Q(asked_at__isnull=False) & Q(volunteer__isnull=False)),
                name="who_accepts_a_swap_was_asked",
            ),
        ]

    def __str__(self):
        return f"#{self.pk}"

    @property
    def is_live(self):
        return self.ended_at is None

    @property
    def is_done(self):
        return self.ended_because == self.Because.DONE

    @property
    def places(self):
        """The assignments that change hands."""
        return [self.assignment, *([self.theirs] if self.theirs_id else [])]
