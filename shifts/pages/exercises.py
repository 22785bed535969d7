"""Six exercises with which a new coordinator learns the job in a rehearsal, each ticked by what she did there.

Looking leaves no trace, so what is only looked at is opened by a button that notes it (see `actions.exercises`).
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from museums.models import Opening
from nocturnes.dates import date_format
from nocturnes.history import Actor
from nocturnes.models import Edition, Entry, Visit
from shifts.actions import exercises as actions
from shifts.models import Call, Post, Search

FOLDED = "exercises_folded"
# The deed that the history knows by itself.
BY_DEED = {"assigned": "assign", "recorded_withdrawal": "withdrawal", "phoned": "search"}

# What to do, how, and the words of the button that leads there.
WORDS = {
    "list": (
        _("Read today’s list"),
        _("“To do first”: what is near and weakest stands on top. Then what changed since you were last here."),
        _("Read the list"),
    ),
    "evening": (
        _("Open %(evening)s"),
        _("Who comes, who has not confirmed, and where somebody is missing: the weakest museum stands first."),
        _("Open the evening"),
    ),
    "assign": (
        _("Put somebody on an open place"),
        ngettext_lazy(
            "“Choose” shows who fits best, and why. “Assign” gives the place; for %(n)s minute you can take it back.",
            "“Choose” shows who fits best, and why. “Assign” gives the place; for %(n)s minutes you can take it back.",
            "n",
        ),
        _("Choose somebody"),
    ),
    "withdrawal": (
        _("Note that somebody cannot come"),
        _("Somebody calls: press “Cannot come” beside the name. The search for somebody else begins automatically."),
        _("Open the evening"),
    ),
    "search": (
        _("Follow the search, and note a yes by phone"),
        _("Move the time on and see who is asked. Then, in the phone list, “I phoned: yes” gives them the place."),
        _("Follow the search"),
    ),
    "sheet": (
        _("Print the sheet of a museum"),
        _("The museum ticks on paper who is there; the blank lines are for who comes unannounced."),
        _("Open the sheet"),
    ),
}


@dataclass(frozen=True)
class Exercise:
    """`url` is where it is done; with `notes` the way there is a button that notes it, else a link."""

    name: str
    title: str
    how: str
    button: str
    url: str
    is_done: bool

    @property
    def notes(self):
        return self.name in actions.LOOKED_AT


@dataclass(frozen=True)
class Exercises:
    """All six; `is_folded` says that she folded them away."""

    all: list[Exercise]
    is_folded: bool

    @property
    def done(self):
        return sum(one.is_done for one in self.all)

    @property
    def next(self):
        """The first that is not done, with its number; None once all are."""
        return next(({"n": n, "exercise": one} for n, one in enumerate(self.all, 1) if not one.is_done), None)


def exercises(request: HttpRequest, edition: Edition, *, now: datetime) -> Exercises:
    """Those of the coordinator who asks, in `edition` at `now`; seven queries at most."""
    done = _done(request.user, edition)
    evening = _evening(edition, now)
    found = list(_all(edition, evening, done, now))
    # Who has done all of them needs the room for her work.
    return Exercises(found, request.session.get(FOLDED, all(one.is_done for one in found)))


def address(name: str, edition: Edition, *, now: datetime) -> str:
    """Where the exercise `name` is done."""
    return next(one.url for one in _all(edition, _evening(edition, now), set(), now) if one.name == name)


def _done(user, edition):
    """The names of what she did since the rehearsal began: what was played before is in her name, too."""
    begun = Entry.objects.filter(verb="loaded").order_by("pk").values_list("pk", flat=True).last() or 0
    hers = Entry.objects.filter(actor_kind=Actor.USER, actor_id=user.pk, pk__gt=begun)
    done = set()
    for verb, data in hers.filter(verb__in=[*BY_DEED, actions.VERB]).values_list("verb", "data"):
        if verb == actions.VERB:
            done.add(data.get("exercise"))
        elif verb != "phoned" or data.get("answer") == Call.Answer.YES:
            done.add(BY_DEED[verb])
    if Visit.objects.filter(user=user, edition=edition).exists():
        done.add("list")
    return done


def _evening(edition, now):
    """The next evening that people know of."""
    return edition.coming_evenings(now).published().filter(called_off_at=None).first()


def _all(edition, evening, done, now):
    season = reverse("season", args=[edition.slug])
    tonight = reverse("evening", args=[edition.slug, evening.date]) if evening else season
    urls = {
        "list": f"{season}#to-do",
        "assign": _place_address(edition, now),
        "search": _search_address(edition, now),
        "sheet": _sheet_address(edition, evening),
    }
    for name, (title, how, button) in WORDS.items():
        title = title % {"evening": _named(evening)} if name == "evening" else title
        how = how % {"n": edition.rules.undo_minutes} if name == "assign" else how
        yield Exercise(name, title, how, button, urls.get(name) or tonight, name in done)


def _named(evening):
    return date_format(evening.date, "l j F") if evening else gettext("the next evening")


def _place_address(edition, now):
    """A place that is needed and nobody looks for."""
    searched = Exists(Search.objects.live().filter(post=OuterRef("pk")))
    posts = Post.objects.filter(~searched, taken__lt=F("needed"), opening__evening__edition=edition, ends_at__gt=now)
    posts = posts.filter(opening__called_off_at=None, opening__evening__called_off_at=None)
    post = posts.order_by("report_at", "pk").values_list("pk", flat=True).first()
    return post and reverse("post_panel", args=[edition.slug, post])


def _search_address(edition, now):
    searches = Search.objects.live().filter(post__opening__evening__edition=edition, post__ends_at__gt=now)
    # The newest is the one that follows from what she has just noted.
    post = searches.order_by("-pk").values_list("post", flat=True).first()
    return post and reverse("search", args=[edition.slug, post])


def _sheet_address(edition, evening):
    openings = Opening.objects.taking_place().filter(evening=evening) if evening else Opening.objects.none()
    opening = openings.order_by("pk").values_list("pk", flat=True).first()
    return opening and reverse("opening_print", args=[edition.slug, opening])
