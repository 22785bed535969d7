from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nocturnes.localized import Localized
from nocturnes.models import Evening, Language

from . import stops

# Communes that have an English name.
IN_ENGLISH = {"Bruxelles": "Brussels"}


class Museum(models.Model):
    slug = models.SlugField(max_length=80, unique=True)
    name_fr = models.CharField(max_length=120)
    name_nl = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    short_fr = models.CharField(max_length=24, help_text=_("For the season’s grid"))
    short_nl = models.CharField(max_length=24)
    short_en = models.CharField(max_length=24)
    street_fr = models.CharField(max_length=120)
    street_nl = models.CharField(max_length=120)
    postcode = models.CharField(max_length=8)
    commune_fr = models.CharField(max_length=60)
    commune_nl = models.CharField(max_length=60)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    website = models.URLField(blank=True)
    stop = models.CharField(_("stop"), max_length=160, blank=True)
    link_version = models.PositiveIntegerField(default=1)
    name = Localized()
    short = Localized()
    street = Localized()
    commune = Localized()

    class Meta:
        ordering = ["name_fr"]
        verbose_name = _("museum")
        verbose_name_plural = _("museums")

    def __str__(self):
        return self.name

    @property
    def commune_en(self):
        """Its name in English where there is one; None, which is no gap to fill, where it goes by its own."""
        return IN_ENGLISH.get(self.commune_fr)

    @property
    def stops(self):
        """The stops near it, in the active language."""
        return stops.in_words(self.stop)


class Contact(models.Model):
    """Somebody at a museum whom we may write to or call; not a user."""

    museum = models.ForeignKey(Museum, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=80)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=32, blank=True)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="fr")

    class Meta:
        ordering = ["museum", "name"]
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self):
        return self.name


class OpeningQuerySet(models.QuerySet):
    def taking_place(self):
        return self.filter(called_off_at=None)


class Opening(models.Model):
    """One museum on one evening. The instants are stored in UTC and shown on the clock of the edition's zone."""

    class Activity(models.TextChoices):
        NOCTURNE = "nocturne", _("Late opening")
        BEHIND_THE_SCENES = "behind_the_scenes", _("Behind the scenes")
        EXTRA_MUROS = "extra_muros", _("Extra-Muros walk")
        GUIDED_TOUR = "guided_tour", _("Guided tour")
        GAMES = "games", _("Games evening")
        TASTING = "tasting", _("Tasting")
        DANCE = "dance", _("Dance initiation")
        WORKSHOP = "workshop", _("Workshop")
        OPEN_DAY = "open_day", _("Open day")

    evening = models.ForeignKey(Evening, on_delete=models.PROTECT, related_name="openings")
    museum = models.ForeignKey(Museum, on_delete=models.PROTECT, related_name="openings")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    activity = models.CharField(max_length=20, choices=Activity, default=Activity.NOCTURNE)
    title_fr = models.CharField(max_length=120, blank=True)
    title_nl = models.CharField(max_length=120, blank=True)
    title_en = models.CharField(max_length=120, blank=True)
    meeting_point_fr = models.CharField(max_length=160, blank=True)
    meeting_point_nl = models.CharField(max_length=160, blank=True)
    meeting_point_en = models.CharField(max_length=160, blank=True)
    languages = models.ManyToManyField(
        Language, blank=True, help_text=_("At least one person of the team must speak each of these.")
    )
    called_off_at = models.DateTimeField(null=True, blank=True)
    came_extra = models.PositiveSmallIntegerField(
        default=0, help_text=_("How many came who were not on the list, as the museum says.")
    )
    title = Localized()
    meeting_point = Localized()
    objects = OpeningQuerySet.as_manager()

    class Meta:
        ordering = ["evening", "museum"]
        verbose_name = _("opening")
        verbose_name_plural = _("openings")
        constraints = [
            models.UniqueConstraint(fields=["evening", "museum"], name="one_opening_a_museum_and_evening"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="opening_ends_after_it_starts"),
        ]

    def __str__(self):
        return f"{self.museum} {self.evening}"

    @property
    def is_called_off(self):
        """Whether it does not take place, be it alone or with its evening."""
        return self.called_off_at is not None or self.evening.is_called_off
