from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from nocturnes.localized import Localized
from nocturnes.models import Edition, Evening, Language, Role


class AgeGroup(models.TextChoices):
    YOUNG = "16-17", _("16 or 17")
    ADULT = "18+", _("18 or older")


class Heard(models.TextChoices):
    """How somebody heard about us; the values stand in addresses too (`?from=`), so they never change."""

    FRIEND = "friend", _("From a friend or family")
    MUSEUM = "museum", _("From a museum")
    NEWSLETTER = "newsletter", _("From our newsletter or our site")
    SOCIAL = "social", _("On social media")
    POSTER = "poster", _("From a poster or a flyer")
    BEFORE = "before", _("I helped before")
    OTHER = "other", _("In another way")


class SignUp(models.Model):
    """A form that waits for its confirming click. It holds no place and is purged after seven days (design.md 4)."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="sign_ups")
    email = models.EmailField()
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    data = models.JSONField()
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    link_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["created_at"]
        indexes = [models.Index(fields=["email"], name="sign_up_email")]

    def __str__(self):
        return f"#{self.pk}"


class VolunteerQuerySet(models.QuerySet):
    def accepted(self):
        return self.exclude(accepted_at=None).filter(blocked_at=None, merged_into=None)

    def to_welcome(self):
        return self._not_accepted().filter(declined_at=None)

    def declined(self):
        return self._not_accepted().exclude(declined_at=None)

    def blocked(self):
        return self.exclude(blocked_at=None).filter(merged_into=None)

    def _not_accepted(self):
        return self.filter(accepted_at=None, blocked_at=None, merged_into=None)


class Volunteer(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="volunteer")
    first_name = models.CharField(_("first name used"), max_length=60)
    last_name = models.CharField(_("name"), max_length=80)
    phone = PhoneNumberField(_("gsm"), blank=True)
    languages = models.ManyToManyField(Language, blank=True, verbose_name=_("spoken languages"))
    age_group = models.CharField(_("age"), max_length=5, choices=AgeGroup)
    parent_name = models.CharField(_("a parent’s name"), max_length=120, blank=True)
    parent_email = models.EmailField(_("a parent’s e-mail"), blank=True)
    parent_consented_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    declined_at = models.DateTimeField(null=True, blank=True)
    blocked_at = models.DateTimeField(null=True, blank=True)
    not_at = models.ManyToManyField(
        "museums.Museum", blank=True, related_name="+", verbose_name=_("museums where this person is not placed")
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", help_text=_("The same person.")
    )
    link_version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    objects = VolunteerQuerySet.as_manager()

    class Meta:
        ordering = ["first_name", "last_name"]
        verbose_name = _("volunteer")
        verbose_name_plural = _("volunteers")

    def __str__(self):
        return self.short_name

    @property
    def short_name(self):
        """First name and initial: what team mates and museums may see (design.md 3.6)."""
        return f"{self.first_name} {self.last_name[:1].upper()}." if self.last_name else self.first_name

    @property
    def full_name(self):
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_minor(self):
        return self.age_group == AgeGroup.YOUNG

    @property
    def lacks_consent(self):
        return self.is_minor and self.parent_consented_at is None


def paused_on(day, path: str = "") -> Q:
    """That a registration, at the end of `path` ("registration__"), is paused on `day`: `is_paused` for many at once.

    `day` is a date of the edition's zone, or an expression for one.
    """
    until = f"{path}paused_until"
    return Q(**{f"{path}paused_at__isnull": False}) & (Q(**{until: None}) | Q(**{f"{until}__gt": day}))


class Registration(models.Model):
    """A volunteer in one edition."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="registrations")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="registrations")
    most_evenings = models.PositiveSmallIntegerField(_("at most how many evenings"), null=True, blank=True)
    roles = models.ManyToManyField(Role, blank=True, verbose_name=_("what you like to do"))
    museums = models.ManyToManyField("museums.Museum", blank=True, verbose_name=_("museums that you know"))
    with_whom = models.CharField(_("with whom"), max_length=120, blank=True)
    arrange = models.TextField(
        _("something we should arrange"),
        max_length=500,
        blank=True,
        help_text=_("Deleted seven days after the last evening."),
    )
    may_be_asked = models.BooleanField(_("may we write or call if somebody drops out"), default=False)
    no_asks_until = models.DateField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateField(null=True, blank=True, help_text=_("The first day on which we may ask again"))
    may_be_invited_again = models.BooleanField(default=True)
    heard = models.CharField(_("how they heard about us"), max_length=20, choices=Heard, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at"]
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "edition"], name="one_registration_a_volunteer_and_edition")
        ]

    def __str__(self):
        return f"{self.volunteer} {self.edition}"

    def is_paused(self, day):
        """Whether she wants nothing new on `day`, a date of the edition's zone; what she has stays hers."""
        return self.paused_at is not None and (self.paused_until is None or day < self.paused_until)

    @property
    def answered(self):
        """Her answers in words, yes first, each with its evenings: [("Yes", [evening, ...]), ...]."""
        by_answer = {answer: [] for answer in Availability.Answer.values}
        for row in self.availabilities.all():
            if row.answer:
                by_answer[row.answer].append(row.evening)
        return [(Availability.Answer(answer).label, evenings) for answer, evenings in by_answer.items() if evenings]


class Availability(models.Model):
    """What a volunteer answered for one evening; no row means not answered. `on_call_at`: agreed to be in reserve."""

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        IF_NEEDED = "if_needed", _("If needed")
        NO = "no", _("No")

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="availabilities")
    evening = models.ForeignKey(Evening, on_delete=models.PROTECT, related_name="availabilities")
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    on_call_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["evening"]
        verbose_name = _("availability")
        verbose_name_plural = _("availabilities")
        constraints = [
            models.UniqueConstraint(fields=["registration", "evening"], name="one_answer_an_evening"),
            models.CheckConstraint(
                condition=Q(on_call_at=None) | ~Q(answer="no"), name="nobody_is_on_call_who_said_no"
            ),
        ]

    def __str__(self):
        return f"{self.registration_id} {self.evening}: {self.answer or '?'}"


class Note(models.Model):
    """What coordinators remember of a person, written as if she reads it: she may ask for it (GDPR, article 15)."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(_("note"), max_length=1000)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-written_at", "-pk"]
        verbose_name = _("note")
        verbose_name_plural = _("notes")

    def __str__(self):
        return f"#{self.pk}"


class NoticeQuerySet(models.QuerySet):
    def current(self, now):
        """The latest version of each kind that holds at `now`, privacy notice first."""
        latest = {}
        for notice in self.filter(since__lte=now).order_by("version"):
            latest[notice.kind] = notice
        return [latest[kind] for kind in Notice.Kind.values if kind in latest]


class Notice(models.Model):
    """A text that a volunteer reads before signing up, in its versions (law of 3 July 2005; GDPR articles 12, 13)."""

    class Kind(models.TextChoices):
        PRIVACY = "privacy", _("Privacy notice")
        INFORMATION = "information", _("Information note for volunteers")

    kind = models.CharField(max_length=12, choices=Kind)
    version = models.PositiveSmallIntegerField()
    text_fr = models.TextField(help_text=_("Markdown"))
    text_nl = models.TextField()
    text_en = models.TextField(blank=True)
    since = models.DateTimeField()
    text = Localized()
    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-version"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="one_notice_a_version")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.version}"


class Acknowledgement(models.Model):
    """That a volunteer had a notice before her eyes: which version, in which language, when."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="acknowledgements")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="acknowledgements")
    language = models.CharField(max_length=2)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["volunteer", "notice"], name="a_notice_is_acknowledged_once")]
