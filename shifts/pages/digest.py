"""What a coordinator's digest says: who withdrew, which posts were filled, and what waits for her (design.md 3.9)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, Min, OuterRef, Q, Sum
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from messaging.models import Message
from nocturnes import links
from nocturnes.dates import date_format
from nocturnes.models import Edition
from shifts import pace
from shifts.actions.searches import needs_consent
from shifts.models import Assignment, PlaceRequest, Post, Reserve, Search, Swap
from volunteers.models import Volunteer

from . import urgency
from .facts import hour
from .speakers import without_speakers

# A season of many museums would make a mail that nobody reads: the pages have the rest.
MOST = 12


@dataclass(frozen=True)
class Line:
    """A sentence with the page that it leads to."""

    text: str
    url: str


@dataclass(frozen=True)
class Digest:
    """The three parts, each with how many lines were left out; in the active language."""

    withdrawn: list[Line]
    filled: list[Line]
    waiting: list[Line]
    more_withdrawn: int = 0
    more_filled: int = 0

    @property
    def is_empty(self):
        return not (self.withdrawn or self.filled or self.waiting)

    @property
    def summary(self):
        """ "2 withdrawals, 1 post filled, 3 things wait for you"."""
        parts = [
            (len(self.withdrawn) + self.more_withdrawn, lambda n: ngettext("%(n)s withdrawal", "%(n)s withdrawals", n)),
            (len(self.filled) + self.more_filled, lambda n: ngettext("%(n)s post filled", "%(n)s posts filled", n)),
            (len(self.waiting), lambda n: ngettext("%(n)s thing waits for you", "%(n)s things wait for you", n)),
        ]
        return ", ".join(words(number) % {"n": number} for number, words in parts if number)


def digest(edition: Edition, *, since: datetime, now: datetime) -> Digest:
    """What happened after `since`, up to `now`, and what waits at `now`; a constant number of queries."""
    withdrawn, filled = _withdrawn(edition, since, now), _filled(edition, since, now)
    return Digest(
        withdrawn=[*(_withdrawal(row) for row in withdrawn[:MOST]), *_given_back(edition, since, now)],
        filled=[_filling(search) for search in filled[:MOST]],
        waiting=list(_waiting(edition, now)),
        more_withdrawn=max(len(withdrawn) - MOST, 0),
        more_filled=max(len(filled) - MOST, 0),
    )


def _withdrawn(edition, since, now):
    """Who gave her place back, unless she came back, for posts that are not over."""
    searching = Search.objects.live().filter(post=OuterRef("post"))
    rows = Assignment.objects.withdrawn().published().filter(post__opening__evening__edition=edition, ends_at__gt=now)
    rows = rows.filter(cancelled_at__gt=since, cancelled_at__lte=now).not_back()
    held = Exists(searching.exclude(held_at=None))
    return list(rows.annotate(is_searched=Exists(searching), is_held=held).for_pages().order_by("report_at", "pk"))


def _withdrawal(row):
    if not row.post.open_places:
        state = _("the place is filled")
    elif row.is_held:
        state = _("the search is held")
    elif row.is_searched:
        state = _("we are looking for somebody")
    else:
        state = _("nobody is looked for")
    return Line(
        _("%(name)s, %(post)s: %(state)s")
        % {"name": row.volunteer.full_name, "post": _named(row.post), "state": state},
        _url("search", row.post.opening.evening.edition, row.post_id),
    )


def _given_back(edition, since, now):
    """Who can be on call no more on an evening to come, and has not agreed again."""
    again = Reserve.objects.live().filter(evening=OuterRef("evening"), volunteer=OuterRef("volunteer"))
    rows = Reserve.objects.filter(evening__in=edition.coming_evenings(now).filter(called_off_at=None))
    rows = rows.filter(ended_because=Reserve.Because.GAVE_BACK, ended_at__gt=since, ended_at__lte=now)
    rows = rows.exclude(Exists(again)).select_related("volunteer", "evening").order_by("evening__date", "pk")[:MOST]
    for row in rows:
        text = _("%(name)s cannot be on call after all on %(date)s") % {
            "name": row.volunteer.full_name,
            "date": _day(row.evening.date),
        }
        yield Line(text, _url("evening_reserve", edition, row.evening.date))


def _filled(edition, since, now):
    """Posts whose search found somebody for every place, and that are still full; each once.

    Who left while it went on and is back (herself, or put back by an undo) is nobody whom it found.
    """
    left = Assignment.objects.filter(post=OuterRef("post"), volunteer=OuterRef("volunteer"))
    left = left.filter(cancelled_at__gte=OuterRef(OuterRef("opened_at")))
    found = Assignment.objects.active().filter(post=OuterRef("post"), made_at__gte=OuterRef("opened_at"))
    searches = Search.objects.filter(post__opening__evening__edition=edition, post__ends_at__gt=now)
    searches = searches.filter(ended_because=Search.Because.FILLED, ended_at__gt=since, ended_at__lte=now)
    path = "post__role", "post__opening__museum", "post__opening__evening__edition"
    searches = searches.filter(Exists(found.exclude(Exists(left))))
    full = searches.filter(post__taken__gte=F("post__places")).select_related(*path)
    return list({search.post_id: search for search in full.order_by("post__report_at", "post", "pk")}.values())


def _filling(search):
    return Line(_named(search.post), _url("search", search.post.opening.evening.edition, search.post_id))


def _waiting(edition, now):
    """What she alone can do: for her evenings by `urgency`, then what is about people."""
    of_evenings = []
    for weakness, lines in enumerate([_searches, _holes, _unconfirmed]):
        for day, report_at, line in lines(edition, now):
            key = urgency.order((weakness, day), day=day, report_at=report_at, rules=edition.rules, now=now)
            of_evenings.append((key, line))
    yield from (line for _key, line in sorted(of_evenings, key=lambda one: one[0]))
    for lines in (_requests, _swaps, _newcomers, _calls):
        yield from lines(edition, now)


def _searches(edition, now):
    """Those that cannot go on, or not as they should, without her: one line each, by what is worst."""
    path = "post__role", "post__opening__museum", "post__opening__evening__edition"
    searches = Search.objects.live().filter(post__opening__evening__edition=edition, post__ends_at__gt=now)
    searches = searches.filter(
        Q(nobody_left_at__isnull=False) | Q(wave_proposed_at__isnull=False) | Q(others_asked_at__isnull=False)
    )
    searches = list(searches.select_related(*path).order_by("post__report_at", "pk"))
    speechless = {one.search: one.sentence for one in without_speakers(searches)}
    lines = [(search, _what_it_wants(search, speechless.get(search), now)) for search in searches]
    for search, text in [(search, text) for search, text in lines if text][:MOST]:
        opening = search.post.opening
        yield opening.evening.date, search.post.report_at, Line(text, _url("search", edition, search.post_id))


def _what_it_wants(search, speechless, now):
    if search.wave_proposed_at and needs_consent(search, pace.frame(search.post), now):
        return _("%(post)s: the next people are asked once you agree") % {"post": _named(search.post)}
    if search.nobody_left_at:
        return _("%(post)s: nobody is left to ask, somebody has to call") % {"post": _named(search.post)}
    if speechless:
        day = _day(search.post.opening.evening.date)
        return _("%(sentence)s, %(date)s: others are asked now") % {"sentence": speechless, "date": day}
    return ""


def _holes(edition, now):
    """Needed places of published evenings that nobody looks for, one line an evening."""
    searching = Search.objects.live().filter(post=OuterRef("pk"))
    posts = Post.objects.filter(opening__evening__edition=edition, report_at__gt=now, taken__lt=F("needed"))
    posts = posts.filter(opening__called_off_at=None, opening__evening__called_off_at=None)
    posts = posts.exclude(opening__evening__published_at=None).exclude(Exists(searching))
    days = posts.order_by().values("opening__evening__date")
    days = days.annotate(n=Sum(F("needed") - F("taken")), first=Min("report_at"))
    for row in sorted(days, key=lambda row: row["opening__evening__date"])[:MOST]:
        text = ngettext(
            "%(date)s: %(n)s place is open and nobody is looked for",
            "%(date)s: %(n)s places are open and nobody is looked for",
            row["n"],
        )
        day = row["opening__evening__date"]
        line = Line(text % {"date": _day(day), "n": row["n"]}, _url("evening", edition, day))
        yield day, row["first"], line


def _unconfirmed(edition, now):
    """Of the next evening only: for the others a reminder is still to come."""
    evening = edition.coming_evenings(now).published().filter(called_off_at=None).first()
    if evening is None:
        return
    waiting = Assignment.objects.unconfirmed().of_evening(evening).filter(report_at__gt=now).order_by()
    number, report_at = waiting.aggregate(n=Count("pk"), first=Min("report_at")).values()
    if number:
        text = ngettext("%(date)s: %(n)s person to confirm", "%(date)s: %(n)s people to confirm", number)
        line = Line(text % {"date": _day(evening.date), "n": number}, _url("evening", edition, evening.date))
        yield evening.date, report_at, line


def _requests(edition, now):
    asked = PlaceRequest.objects.waiting().filter(post__opening__evening__edition=edition, post__report_at__gt=now)
    if number := asked.count():
        text = ngettext("%(n)s person asks for an open place", "%(n)s people ask for an open place", number)
        yield Line(text % {"n": number}, _url("requests", edition))


def _swaps(edition, now):
    """Both said yes, and wait for a coordinator's."""
    waiting = Swap.objects.to_agree().filter(assignment__post__opening__evening__edition=edition)
    if number := waiting.filter(assignment__cancelled_at=None, assignment__report_at__gt=now).count():
        text = ngettext("%(n)s swap to agree to", "%(n)s swaps to agree to", number)
        yield Line(text % {"n": number}, _url("swaps", edition))


def _newcomers(edition, now):
    if number := Volunteer.objects.to_welcome().filter(registrations__edition=edition).count():
        text = ngettext("%(n)s person to welcome", "%(n)s people to welcome", number)
        yield Line(text % {"n": number}, _url("welcome", edition))


def _calls(edition, now):
    if number := Message.objects.to_phone().filter(facts__edition=edition.pk, due__lte=now).count():
        text = ngettext("%(n)s person to call, who has no e-mail", "%(n)s people to call, who have no e-mail", number)
        yield Line(text % {"n": number}, _url("message_list", edition))


def _named(post):
    """Museum, kind of work, day and report time."""
    return _("%(museum)s, %(role)s, %(date)s at %(hour)s") % {
        "museum": post.opening.museum.name,
        "role": post.role.name.lower(),
        "date": _day(post.opening.evening.date),
        "hour": hour(post.report_at, post.opening.evening.edition),
    }


def _day(day):
    return date_format(day, "l j F")


def _url(name, edition, *args):
    return links.absolute(name, get_language(), edition.slug, *args)
