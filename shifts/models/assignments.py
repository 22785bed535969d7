from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from nocturnes.models import Evening
from volunteers.models import Volunteer

from .posts import Post


class AssignmentQuerySet(models.QuerySet):
    def active(self):
        return self.filter(cancelled_at=None)

    def withdrawn(self):
        """Who gave her place back, in the order they did."""
        return self.filter(cause=Assignment.Cause.WITHDREW).order_by("cancelled_at", "pk")

    def not_back(self):
        """Without those who are on the same post again."""
        again = Assignment.objects.active().filter(post=OuterRef("post"), volunteer=OuterRef("volunteer"))
        return self.exclude(Exists(again))

    def published(self):
        return self.exclude(published_at=None)

    def expected(self):
        """Whom a museum expects: an evening that is a draft again expects nobody."""
        return self.active().published().exclude(post__opening__evening__published_at=None)

    def overlapping(self, post):
        """Those that keep their volunteer busy at any moment of `post`: intervals are half open."""
        return self.filter(report_at__lt=post.ends_at, ends_at__gt=post.report_at)

    def unconfirmed(self):
        return self.active().published().filter(confirmed_at=None)

    def of_evening(self, evening):
        return self.filter(evening=evening)

    def for_pages(self):
        return self.select_related(
            "volunteer", "post__role", "post__opening__museum", "post__opening__evening__edition"
        )


class Assignment(models.Model):
    """One volunteer on one post. Facts with times: what they mean together is said by the properties.

    `published_at` None is a draft: it holds its place and sends nothing. `report_at` and `ends_at` are copies of the
    post's, so that the database itself can refuse two assignments of one person that overlap. `evening` is that of the
    post's opening, which never changes: everybody's evenings are counted whenever people are ranked.
    """

    class Cause(models.TextChoices):
        WITHDREW = "withdrew", _("withdrew")
        REMOVED = "removed", _("removed")
        MOVED = "moved", _("moved")
        CALLED_OFF = "called_off", _("called off")
        SWAPPED = "swapped", _("swapped")

    class Reason(models.TextChoices):
        TRANSPORT = "transport", _("Transport")
        WORK = "work", _("Work or studies")
        UNFORESEEN = "unforeseen", _("Something unforeseen")
        RATHER_NOT_SAY = "rather_not_say", _("I’d rather not say")

    class How(models.TextChoices):
        LINK = "link", _("by the mail’s link")
        SIGNED_IN = "signed_in", _("on their page")
        PHONE = "phone", _("by phone")
        TOOK = "took", _("by taking the place")

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="assignments")
    evening = models.ForeignKey(Evening, on_delete=models.PROTECT, related_name="assignments")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="assignments")
    report_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_how = models.CharField(max_length=10, choices=How, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cause = models.CharField(max_length=10, choices=Cause, blank=True)
    reason = models.CharField(max_length=16, choices=Reason, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    absent_at = models.DateTimeField(null=True, blank=True)
    sequence = models.PositiveIntegerField(
        default=0, help_text=_("How often its hours or its place changed: SEQUENCE of its calendar event (RFC 5545).")
    )
    link_version = models.PositiveIntegerField(default=1)
    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["report_at", "pk"]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        indexes = [
            models.Index(fields=["report_at"], name="assignments_of_a_day"),
            models.Index(
                fields=["volunteer", "evening"], condition=Q(cancelled_at=None), name="evenings_of_a_volunteer"
            ),
            # Few of very many, and asked for whenever people are ranked.
            models.Index(fields=["volunteer"], condition=Q(absent_at__isnull=False), name="absences_of_a_volunteer"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "volunteer"],
                condition=Q(cancelled_at=None),
                name="a_volunteer_is_once_on_a_post",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cause="") | (Q(cancelled_at__isnull=False) & ~Q(cause="")),
                name="a_cancelled_assignment_has_a_cause",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("report_at")), name="an_assignment_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(arrived_at=None) | Q(absent_at=None), name="who_arrived_is_not_absent"),
        ]

    def __str__(self):
        return f"{self.volunteer}: {self.post}"

    @property
    def is_active(self):
        return self.cancelled_at is None

    @property
    def is_draft(self):
        return self.published_at is None

    @property
    def is_confirmed(self):
        return self.confirmed_at is not None

    @property
    def withdrew(self):
        return self.cause == self.Cause.WITHDREW

    def overlaps(self, other):
        """Whether it has a moment in common with `other`, an assignment or a post; the hours are half open."""
        return self.report_at < other.ends_at and other.report_at < self.ends_at

    @property
    def state(self):
        """The word of `look.md` that tells how sure this place is: confirmed, unconfirmed, draft or called_off."""
        if not self.is_active:
            return "called_off"
        if self.is_draft:
            return "draft"
        return "confirmed" if self.is_confirmed else "unconfirmed"
