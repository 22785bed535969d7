from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from nocturnes.models import Evening
from volunteers.models import Volunteer

from .assignments import Assignment
from .posts import Post


class SearchQuerySet(models.QuerySet):
    def live(self):
        return self.filter(ended_at=None)

    def due(self, now):
        return self.live().filter(next_wave_at__lte=now)


class Search(models.Model):
    """The work of filling a post's open places; one live per post, for as many places as are open (design.md 6)."""

    class Hold(models.TextChoices):
        """Why a search that goes on asks nobody for now: a coordinator's word."""

        PAUSED = "paused", _("paused")
        TAKEN_OVER = "taken_over", _("a coordinator sees to it")

    class Because(models.TextChoices):
        FILLED = "filled", _("every place is filled")
        ENOUGH = "enough", _("the places that are needed are filled")
        TOO_LATE = "too_late", _("it is too late to come")
        CALLED_OFF = "called_off", _("the opening is called off")
        STOPPED = "stopped", _("stopped by hand")
        NOT_REPLACED = "not_replaced", _("this role is not replaced automatically")
        DRAFT = "draft", _("the evening is not published yet")

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="searches")
    withdrawn = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, blank=True, related_name="searches", help_text="Who withdrew."
    )
    opened_at = models.DateTimeField()
    waves = models.PositiveSmallIntegerField(default=0)
    next_wave_at = models.DateTimeField(null=True, blank=True)
    nobody_left_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    held = models.CharField(max_length=10, choices=Hold, blank=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    agreed_wave = models.PositiveSmallIntegerField(
        default=0, help_text=_("Up to which wave a coordinator agreed, where the edition wants that consent.")
    )
    wave_proposed_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Since when the next wave waits for that consent.")
    )
    others_asked_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Since when others are asked than who speaks a language that is missing.")
    )
    without_languages = models.JSONField(default=list, blank=True, help_text=_("Their codes."))
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=12, choices=Because, blank=True)
    objects = SearchQuerySet.as_manager()

    class Meta:
        ordering = ["opened_at", "pk"]
        verbose_name = _("search")
        verbose_name_plural = _("searches")
        constraints = [
            models.UniqueConstraint(fields=["post"], condition=Q(ended_at=None), name="one_live_search_a_post"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_because="") | (Q(ended_at__isnull=False) & ~Q(ended_because="")),
                name="an_ended_search_says_why",
            ),
            models.CheckConstraint(
                condition=Q(held_at=None, held="") | (Q(held_at__isnull=False) & ~Q(held="")),
                name="a_held_search_says_why",
            ),
        ]

    def __str__(self):
        return f"#{self.pk} {self.post_id}"

    @property
    def is_live(self):
        return self.ended_at is None

    @property
    def is_held(self):
        return self.held_at is not None


class LeftOut(models.Model):
    """Somebody whom a coordinator does not want this search to ask; she may still put her there by hand."""

    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="left_out")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["search", "volunteer"], name="left_out_once_a_search")]

    def __str__(self):
        return f"#{self.pk}"


class Call(models.Model):
    """A coordinator phoned somebody about an open place, and what she heard."""

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("Not that evening")
        NONE = "none", _("No answer")

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="calls")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="calls")
    called_at = models.DateTimeField()
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=4, choices=Answer)

    class Meta:
        ordering = ["called_at", "pk"]
        verbose_name = _("call")
        verbose_name_plural = _("calls")

    def __str__(self):
        return f"#{self.pk}"


class Ask(models.Model):
    """One message to one volunteer that offers every place that fits her, of one evening and one wave.

    The budget of design.md 6 counts these. `reserve` says that she was asked as somebody on call.
    """

    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="asks")
    evening = models.ForeignKey(Evening, on_delete=models.PROTECT, related_name="asks")
    asked_at = models.DateTimeField()
    reserve = models.BooleanField(default=False)
    stands_by_at = models.DateTimeField(null=True, blank=True, help_text="She said yes too late and is ready to come.")
    link_version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["asked_at", "pk"]
        indexes = [models.Index(fields=["volunteer", "asked_at"], name="asks_of_a_volunteer")]

    def __str__(self):
        return f"#{self.pk}"


class OfferQuerySet(models.QuerySet):
    def unanswered(self):
        return self.filter(answered_at=None)

    def live(self):
        """Unanswered offers of searches that go on: a yes to one of these is good as long as a place is open."""
        return self.unanswered().filter(search__ended_at=None)


class Offer(models.Model):
    """A search asks one volunteer, with the reasons why her: `[[code, facts], ...]`, put into words by `ranking`."""

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("Not that evening")
        OTHER = "other", _("Another post")
        LATE = "late", _("Yes, when the place was taken")

    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="offers")
    ask = models.ForeignKey(Ask, on_delete=models.PROTECT, related_name="offers")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="offers")
    wave = models.PositiveSmallIntegerField()
    rank = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=6, choices=Answer, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True, help_text="In how many minutes she can be there.")
    by_hand = models.BooleanField(default=False)
    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["wave", "rank", "pk"]
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(fields=["search", "volunteer"], name="a_search_asks_a_volunteer_once"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="an_answered_offer_has_an_answer",
            ),
        ]

    def __str__(self):
        return f"#{self.pk}"

    @property
    def is_answered(self):
        return self.answered_at is not None
