"""What a new season still needs before it begins, as a list of steps: each is read from the rows, none is ticked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Exists, F, Func, Min, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from museums.models import Contact
from nocturnes.models import Edition
from nocturnes.prepared import Prepared
from shifts.models import Post
from volunteers.models import Notice, Registration

from .season_rows import EveningLine


@dataclass(frozen=True)
class Step:
    """`done` of `total` things are there; `url` leads to where the next one is made, by the words of `button`."""

    title: str
    button: str
    url: str
    done: int
    total: int

    @property
    def is_done(self):
        return 0 < self.total <= self.done

    @property
    def state(self):
        """The state of look.md: there, begun, or to do."""
        if self.is_done:
            return "full"
        return "now" if self.done else "todo"

    @property
    def is_counted(self):
        """Whether "3 of 7" says more than the shape."""
        return self.total > 1 and not self.is_done


@dataclass(frozen=True)
class SettingUp:
    """The steps by which a season is set up, in their order."""

    steps: list[Step]

    @property
    def done(self):
        return sum(step.is_done for step in self.steps)

    @property
    def next(self):
        return next((step for step in self.steps if not step.is_done), None)


def setting_up(edition: Edition, evenings: list[EveningLine], *, today: date) -> SettingUp | None:
    """The steps of a season that is being set up on the day `today` of its zone; None once all are done or it began.

    After the first evening what is missing stands where it is missed: in the planning, and in "to do first". One query.
    """
    if any(evening.date < today for evening in evenings):
        return None
    (row,) = _numbers(edition=edition.pk)
    found = SettingUp(list(_steps(edition.slug, [one for one in evenings if not one.is_called_off], _Numbers(*row))))
    return found if found.next else None


class _Numbers(NamedTuple):
    """What is there, of evenings and openings that take place; the last two are where something is missing first."""

    with_museum: int
    openings: int
    with_posts: int
    museums: int
    with_contact: int
    led: int
    notices: int
    people: bool
    without_lead: date | None
    without_posts: int | None


def _steps(edition: str, evenings: list[EveningLine], found: _Numbers) -> Iterator[Step]:
    def to(name, *args):
        return reverse(name, args=[edition, *args])

    number = len(evenings)
    lead = to("evening_edit", found.without_lead) if found.without_lead else to("planning")
    posts = to("opening_posts", found.without_posts) if found.without_posts else to("planning")
    notices = reverse("admin:volunteers_notice_add")
    published = sum(evening.is_published for evening in evenings)
    draft = next((evening.date for evening in evenings if not evening.is_published), None)
    publish = to("evening_publish", draft) if draft else to("planning")
    yield Step(_("The dates of the evenings"), _("Add an evening"), to("evening_add"), number, max(number, 1))
    yield Step(_("Which museums open, each evening"), _("Say which"), to("planning"), found.with_museum, number)
    yield Step(
        _("Whom to write to at each museum"), _("Note them"), to("museum_list"), found.with_contact, found.museums
    )
    yield Step(_("The posts that each museum asks for"), _("Add posts"), posts, found.with_posts, found.openings)
    yield Step(_("The evening lead, and the number to call"), _("Note them"), lead, found.led, number)
    yield Step(_("The texts to read before signing up"), _("Write them"), notices, found.notices, len(Notice.Kind))
    yield Step(_("The first volunteers"), _("Invite people"), to("invitation"), int(found.people), 1)
    # Evenings are published one after the other, all season long: the first one ends the preparations.
    yield Step(_("The first evening published"), _("Look and publish"), publish, min(published, 1), 1)


@Prepared
def _numbers(edition):
    evening, opening = "evenings", "evenings__openings"
    takes_place = Q(evenings__called_off_at=None)
    opens = takes_place & Q(evenings__openings__isnull=False, evenings__openings__called_off_at=None)
    is_led = Q(evenings__lead__isnull=False) & ~Q(evenings__phone="")
    has_posts = Exists(Post.objects.filter(opening=OuterRef(opening)))
    has_contact = Exists(Contact.objects.filter(museum=OuterRef(f"{opening}__museum")))
    kinds = Func(F("kind"), function="COUNT", template="%(function)s(DISTINCT %(expressions)s)")
    numbers = _Numbers(
        with_museum=Count(evening, filter=opens, distinct=True),
        openings=Count(opening, filter=opens, distinct=True),
        with_posts=Count(opening, filter=opens & has_posts, distinct=True),
        museums=Count(f"{opening}__museum", filter=opens, distinct=True),
        with_contact=Count(f"{opening}__museum", filter=opens & has_contact, distinct=True),
        led=Count(evening, filter=takes_place & is_led, distinct=True),
        notices=Subquery(Notice.objects.order_by().values_list(kinds)),
        people=Exists(Registration.objects.filter(edition=OuterRef("pk"))),
        without_lead=Min("evenings__date", filter=takes_place & ~is_led),
        without_posts=Min(opening, filter=opens & ~has_posts),
    )
    rows = Edition.objects.filter(pk=edition).order_by()
    return rows.annotate(**{f"n_{name}": value for name, value in numbers._asdict().items()}).values_list(
        *(f"n_{name}" for name in numbers._fields)
    )
