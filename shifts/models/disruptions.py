from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from museums.models import Museum
from nocturnes.localized import Localized
from nocturnes.models import Evening

from .assignments import Assignment


class Disruption(models.Model):
    """Something makes it hard to come on an evening, to every museum or to one: everybody there is asked."""

    class Why(models.TextChoices):
        STRIKE = "strike", _("a strike of public transport")
        WEATHER = "weather", _("the weather")
        OTHER = "other", _("something else")

    evening = models.ForeignKey(Evening, on_delete=models.PROTECT, related_name="disruptions")
    museum = models.ForeignKey(Museum, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    why = models.CharField(max_length=8, choices=Why)
    text_fr = models.TextField(blank=True, max_length=500, help_text=_("What to say about it, in every language."))
    text_nl = models.TextField(blank=True, max_length=500)
    text_en = models.TextField(blank=True, max_length=500)
    text = Localized()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_again_at = models.DateTimeField(null=True, blank=True, help_text="When who had not answered was asked again.")
    taken_back_at = models.DateTimeField(null=True, blank=True, help_text="Undone, before anybody was asked.")

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("disruption")
        verbose_name_plural = _("disruptions")

    def __str__(self):
        return f"#{self.pk}"

    @property
    def last_asked_at(self):
        return self.asked_again_at or self.asked_at


class StillComingQuerySet(models.QuerySet):
    def unanswered(self):
        """What she may still be asked: nobody took the question back, and the place is hers."""
        hers = {"assignment__cancelled_at": None, "assignment__published_at__isnull": False}
        return self.filter(answered_at=None, disruption__taken_back_at=None, **hers)

    def for_pages(self):
        return self.select_related(
            "disruption__evening__edition",
            "disruption__museum",
            "assignment__volunteer__user",
            "assignment__post__role",
            "assignment__post__opening__museum",
            "assignment__post__opening__evening__edition",
            "assignment__post__opening__evening__lead",
        )


class StillComing(models.Model):
    """ "Can you still come?", put to one person about one place of hers because of a disruption."""

    class Answer(models.TextChoices):
        YES = "yes", _("Still comes")
        NO = "no", _("Cannot come")

    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, related_name="questions")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=3, choices=Answer, blank=True)
    link_version = models.PositiveIntegerField(default=1)
    objects = StillComingQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["disruption", "assignment"], name="asked_once_a_disruption"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="an_answered_question_has_an_answer",
            ),
        ]

    def __str__(self):
        return f"#{self.pk}"
