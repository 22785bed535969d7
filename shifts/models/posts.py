from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from museums.models import Opening
from nocturnes.localized import Localized
from nocturnes.models import Language, Role


class PostQuerySet(models.QuerySet):
    def with_place(self):
        return self.filter(taken__lt=F("places"))

    def for_pages(self):
        return self.select_related("role", "opening__museum", "opening__evening__edition")


class Post(models.Model):
    """A role at an opening. `places` are wanted, `needed` of them are necessary, `taken` counts active assignments.

    `report_at`, `starts_at` and `ends_at` are instants, shown on the clock of the edition's zone. A person on a post is
    busy from `report_at` to `ends_at`, half open.
    """

    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, related_name="posts")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="posts")
    report_at = models.DateTimeField(_("report time"))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    places = models.PositiveSmallIntegerField(_("places"))
    needed = models.PositiveSmallIntegerField(_("needed"))
    taken = models.PositiveSmallIntegerField(default=0)
    languages = models.ManyToManyField(Language, blank=True, help_text=_("Each person speaks all of these."))
    minimum_age = models.PositiveSmallIntegerField(default=16)
    briefing_fr = models.TextField(blank=True)
    briefing_nl = models.TextField(blank=True)
    briefing_en = models.TextField(blank=True)
    briefing = Localized()
    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["opening", "role", "report_at", "pk"]
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.CheckConstraint(condition=Q(taken__lte=F("places")), name="a_post_is_never_overfull"),
            models.CheckConstraint(condition=Q(needed__lte=F("places")), name="needed_places_are_wanted_places"),
            models.CheckConstraint(
                condition=Q(report_at__lte=F("starts_at")) & Q(starts_at__lt=F("ends_at")),
                name="a_post_reports_then_starts_then_ends",
            ),
        ]

    def __str__(self):
        return f"{self.role}, {self.opening}"

    @property
    def open_places(self):
        return self.places - self.taken

    @property
    def missing(self):
        """How many of the needed places are open."""
        return max(self.needed - self.taken, 0)

    @property
    def is_called_off(self):
        return self.opening.is_called_off

    def has_ended(self, now):
        return now >= self.ends_at
