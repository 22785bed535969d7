from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from . import hours, rules
from .localized import Localized


class UserManager(BaseUserManager):
    def create_user(self, email=None, **fields):
        """A person who signs in by e-mail code; without `email`, messages to her become calls to make."""
        user = self.model(email=email.strip().lower() if email else None, **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email):
        return self.get(email=email.strip().lower())


class User(AbstractBaseUser):
    email = models.EmailField(_("e-mail"), null=True, blank=True, unique=True)
    first_name = models.CharField(_("first name"), max_length=60, blank=True)
    language = models.CharField(_("language of our mails"), max_length=2, choices=settings.LANGUAGES, default="fr")
    is_coordinator = models.BooleanField(_("coordinator"), default=False)
    is_active = models.BooleanField(default=True)
    # When a new coordinator said that she had read what is sent, and when: until then her season says it first.
    introduced_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []
    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(condition=Q(email=None) | Q(email=Lower("email")), name="user_email_is_lower_case")
        ]

    def __str__(self):
        return self.first_name or f"#{self.pk}"

    @property
    def is_staff(self):
        """Whether the Django admin opens: coordinators only."""
        return self.is_coordinator

    def has_perm(self, perm, obj=None):
        return self.is_active and self.is_coordinator

    def has_perms(self, perms, obj=None):
        return self.has_perm(None)

    def has_module_perms(self, app_label):
        return self.has_perm(None)


class Language(models.Model):
    """A language that people speak or sign; `code` is ISO 639-1, or `lsfb` and `vgt` for the sign languages."""

    code = models.SlugField(max_length=8, unique=True)
    short = models.CharField(_("short name"), max_length=6, help_text=_("As in FR, NL, LSFB"))
    name_fr = models.CharField(max_length=60)
    name_nl = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=100)
    name = Localized()

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("language")
        verbose_name_plural = _("languages")

    def __str__(self):
        return self.name


class Role(models.Model):
    """A kind of work; `replace_if_empty` says whether a withdrawal starts a search by itself.

    Whoever has a role that `floats` is lent first to a museum that needs somebody that evening.
    """

    slug = models.SlugField(unique=True)
    name_fr = models.CharField(max_length=60)
    name_nl = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    replace_if_empty = models.BooleanField(_("find somebody else automatically"), default=True)
    floats = models.BooleanField(_("helps wherever somebody is missing that evening"), default=False)
    position = models.PositiveSmallIntegerField(default=100)
    name = Localized()

    class Meta:
        ordering = ["position", "slug"]
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    def __str__(self):
        return self.name


class EditionQuerySet(models.QuerySet):
    def newest(self):
        """The one that was made last, or None: whoever names no edition means this one."""
        return self.order_by("-created_at", "-pk").first()


class Edition(models.Model):
    slug = models.SlugField(unique=True)
    name_fr = models.CharField(max_length=80)
    name_nl = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    organisation = models.CharField(max_length=80)
    mailbox = models.EmailField(help_text=_("Answers to our mails arrive here."))
    languages = models.JSONField(default=list, help_text=_("One to three of fr, nl, en; the first is the default."))
    zone_name = models.CharField(max_length=40, default="Europe/Brussels")
    opens_at = models.TimeField(help_text=_("Usual opening hour of an evening, on the clock of the zone"))
    closes_at = models.TimeField()
    sign_up_open = models.BooleanField(default=True)
    welcome_is_automatic = models.BooleanField(default=False)
    shows_figures = models.BooleanField(
        default=False, help_text=_("The public page says how many places are open; otherwise it says it in words.")
    )
    rules_data = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    name = Localized()
    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("edition")
        verbose_name_plural = _("editions")

    def __str__(self):
        return self.name

    @property
    def zone(self):
        return ZoneInfo(self.zone_name)

    @cached_property
    def rules(self) -> rules.Rules:
        return rules.from_data(self.rules_data)

    def coming_evenings(self, now):
        """Its evenings that are not past at `now`, the next first; those called off too."""
        return self.evenings.filter(date__gte=hours.tonight(now, self.zone)).order_by("date")

    def language_for(self, wanted):
        """`wanted` where the edition speaks it, else the edition's first language."""
        return wanted if wanted in self.languages else self.languages[0]


class EveningQuerySet(models.QuerySet):
    def published(self):
        return self.exclude(published_at=None)

    def coming(self, now):
        """Evenings that are not past at `now`, each on the clock of its own edition."""
        dates = [e.pk for e in self.select_related("edition") if not e.is_past(now)]
        return self.filter(pk__in=dates)


class Evening(models.Model):
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="evenings")
    date = models.DateField()
    lead = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evenings_led",
        verbose_name=_("evening lead"),
    )
    phone = models.CharField(_("number to call"), max_length=32, blank=True)
    note = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    called_off_at = models.DateTimeField(null=True, blank=True)
    objects = EveningQuerySet.as_manager()

    class Meta:
        ordering = ["date"]
        verbose_name = _("evening")
        verbose_name_plural = _("evenings")
        constraints = [models.UniqueConstraint(fields=["edition", "date"], name="one_evening_a_date")]

    def __str__(self):
        return f"{self.date:%Y-%m-%d}"

    @property
    def is_published(self):
        return self.published_at is not None

    @property
    def is_called_off(self):
        return self.called_off_at is not None

    def is_over(self, now):
        """Whether nothing can be arranged for it any more at `now`: it is past, or called off."""
        return self.is_called_off or self.is_past(now)

    def is_past(self, now):
        """Whether its day and the night that follows are over at `now`, on the clock of the edition's zone."""
        return self.date < hours.tonight(now, self.edition.zone)

    def day_has_come(self, now):
        """Whether the calendar shows its day at `now`, or a later one: from midnight on who comes may be ticked."""
        return self.date <= hours.local_day(now, self.edition.zone)


class EntryQuerySet(models.QuerySet):
    def about(self, row):
        return self.filter(about_type=row._meta.label_lower, about_id=row.pk)

    def not_undone(self):
        """Without what was taken back: a line "undid" is about it."""
        undone = Entry.objects.filter(verb="undid", about_type=Entry._meta.label_lower, about_id=models.OuterRef("pk"))
        return self.exclude(models.Exists(undone))

    def update(self, **kwargs):
        raise TypeError("History is only ever added to.")

    def delete(self):
        raise TypeError("History is only ever added to.")


class Entry(models.Model):
    """One line of the history: who did what, about which row, when. Ids only, no names (design.md 4)."""

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=40)
    about_type = models.CharField(max_length=40)
    about_id = models.BigIntegerField()
    data = models.JSONField(default=dict)
    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["about_type", "about_id"], name="entry_about"),
            # Every page of a coordinator asks what happened in the last minutes.
            models.Index(fields=["at"], name="entry_at"),
        ]
        verbose_name = _("history entry")
        verbose_name_plural = _("history")

    def __str__(self):
        return f"{self.verb} {self.about_type} {self.about_id}"


class Installation(models.Model):
    """The one row that says what this installation is, and what time a rehearsal has (see `installation`, `clock`)."""

    rehearsal = models.BooleanField()
    rehearsal_now = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_installation"),
            models.CheckConstraint(
                condition=Q(rehearsal=True) | Q(rehearsal_now=None), name="only_a_rehearsal_has_its_own_time"
            ),
        ]


class Heartbeat(models.Model):
    """When a sweep last came to its end, in machine time."""

    name = models.SlugField(unique=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["name"]


class Visit(models.Model):
    """Until when a coordinator has read what changed in an edition: she says so by a click, a GET changes nothing."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="visits")
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+")
    read_until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "edition"], name="one_visit_a_user_and_edition")]

    def __str__(self):
        return f"{self.user} {self.edition}"
