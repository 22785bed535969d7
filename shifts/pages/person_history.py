"""What happened to one person in one edition, in words, each line with where or when it was about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from nocturnes.dates import date_format
from nocturnes.models import Edition, Entry, Evening
from shifts.models import Ask, Assignment, Offer, PlaceRequest, Post, Reserve
from volunteers.models import Availability, Registration, Volunteer

from . import history
from .history import about

FIELDS = {
    "first_name": gettext_lazy("first name"),
    "last_name": gettext_lazy("name"),
    "phone": gettext_lazy("mobile"),
    "email": gettext_lazy("e-mail"),
    "age_group": gettext_lazy("age"),
    "parent_name": gettext_lazy("a parent’s name"),
    "parent_email": gettext_lazy("a parent’s e-mail"),
    "languages": gettext_lazy("spoken languages"),
    "most_evenings": gettext_lazy("at most how many evenings"),
    "may_be_asked": gettext_lazy("may be asked"),
    "roles": gettext_lazy("likes to do"),
    "museums": gettext_lazy("museums they know"),
    "with_whom": gettext_lazy("with whom"),
    "arrange": gettext_lazy("to arrange"),
    "heard": gettext_lazy("how they heard about us"),
}
HOW = {"paper": gettext_lazy("on paper"), "link": gettext_lazy("by the mail’s link")}
LANGUAGES = dict(settings.LANGUAGES)


@dataclass(frozen=True)
class Line:
    """As `history.Line`; `where` is the post or the evening that it is about, "" where it is about the person."""

    at: datetime
    who: str
    what: str
    detail: str
    where: str


def of_person(volunteer: Volunteer, edition: Edition) -> list[Line]:
    """Newest first: her registration, answers, places, asks and offers of `edition`, and what is hers everywhere.

    Also of the records that were merged into hers. Constant in queries.
    """
    hers = Volunteer.objects.filter(Q(pk=volunteer.pk) | Q(merged_into=volunteer.pk))
    mine = {"volunteer": volunteer.pk}
    found = history.lines(
        about(Volunteer, hers)
        | about(Registration, Registration.objects.filter(edition=edition, **mine))
        | about(Registration, merged_registrations(volunteer))
        | about(Assignment, Assignment.objects.filter(post__opening__evening__edition=edition, **mine))
        | about(Offer, Offer.objects.filter(ask__evening__edition=edition, **mine))
        | about(Ask, Ask.objects.filter(evening__edition=edition, **mine))
        | about(Reserve, Reserve.objects.filter(evening__edition=edition, **mine))
        | about(PlaceRequest, PlaceRequest.objects.filter(post__opening__evening__edition=edition, **mine))
    )
    places = _Places(line.entry for line in found)
    evenings = {evening.pk: evening for evening in edition.evenings.all()}
    return [
        Line(line.at, line.who, line.what, _detail(line), places.of(line.entry) or _evening(line.entry, evenings))
        for line in reversed(found)
    ]


def merged_registrations(volunteer: Volunteer) -> list[int]:
    """The ids of the registrations that are no more because they were merged into hers; their history is hers."""
    merges = Entry.objects.about(volunteer).filter(verb="merged").values_list("data", flat=True)
    return [pk for data in merges for pk in data.get("registrations", [])]


def _detail(line):
    """What the entry's data add; nothing where they are not as expected."""
    data = line.entry.data
    match line.entry.verb:
        case "answered":
            return str(dict(Availability.Answer.choices).get(data.get("new"), _("not answered")))
        case "changed_person" | "brought_up_to_date":
            return ", ".join(str(FIELDS[name]) for name in data.get("fields", []) if name in FIELDS)
        case "set_language":
            return LANGUAGES.get(data.get("new"), "")
        case "set_may_be_asked":
            return _("may be asked") if data.get("new") else _("is not asked")
        case "set_most_evenings":
            return _most(data.get("new"))
        case "set_no_asks":
            return _no_asks(data.get("until"))
        case "parent_consented":
            return str(HOW.get(data.get("how"), ""))
    return line.detail


def _no_asks(until):
    """The day from which she may be asked again."""
    try:
        day = date.fromisoformat(until)
    except (TypeError, ValueError):
        return _("may be asked")
    return _("again from %(day)s") % {"day": date_format(day, "l j F")}


def _most(number):
    if not isinstance(number, int):
        return _("as many as there are")
    return ngettext("%(n)s evening", "%(n)s evenings", number) % {"n": number}


def _evening(entry, evenings):
    """The evening that an answer is for, or on which she is on call."""
    names_it = entry.verb in ("answered", "put_on_call") or entry.about_type == Reserve._meta.label_lower
    evening = evenings.get(entry.data.get("evening")) if names_it else None
    return _day(evening) if evening else ""


def _day(evening: Evening):
    return date_format(evening.date, "l j F")


class _Places:
    """The posts and evenings behind the rows that some entries are about, read once."""

    def __init__(self, entries: Iterable):
        by_type = {}
        for entry in entries:
            by_type.setdefault(entry.about_type, set()).add(entry.about_id)
        self.posts = {}
        for model, path in ((Assignment, "post"), (Offer, "search__post"), (PlaceRequest, "post")):
            label = model._meta.label_lower
            rows = model.objects.filter(pk__in=by_type.get(label, ())).values_list("pk", path)
            self.posts |= {(label, pk): post for pk, post in rows}
        self.rows = Post.objects.for_pages().in_bulk(set(self.posts.values()))
        label = Ask._meta.label_lower
        asks = Ask.objects.filter(pk__in=by_type.get(label, ())).select_related("evening")
        self.asks = {(label, ask.pk): ask.evening for ask in asks}

    def of(self, entry):
        key = (entry.about_type, entry.about_id)
        if key in self.asks:
            return _day(self.asks[key])
        post = self.rows.get(self.posts.get(key))
        if post is None:
            return ""
        return pgettext("a post in a line", "%(museum)s, %(role)s, %(day)s") % {
            "museum": post.opening.museum.short,
            "role": post.role.name.lower(),
            "day": _day(post.opening.evening),
        }
