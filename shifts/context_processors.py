"""What every page has around its content."""

from functools import cache, partial

from django.conf import settings
from django.db.models import F, Func, Subquery
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from messaging import actions as messaging
from messaging import pages
from messaging.models import Message
from nocturnes import access, clock
from nocturnes.models import Edition, User
from nocturnes.prepared import Prepared
from volunteers.models import Volunteer

from . import actions, health
from .pages import exercises, undo


def chrome(request):
    """The edition, the banner, the red bar, the coordinator's counts, the languages, and the undo bar, as `chrome`.

    Only a signed-in coordinator's costs queries, and only where a page shows it: one for all that is counted, one for
    what can be undone.
    """
    user = getattr(request, "user", None)
    is_coordinator = bool(user and user.is_authenticated and user.is_coordinator)
    edition = getattr(request, "edition", None) or (Edition.objects.newest() if is_coordinator else None)
    now = clock.now() if is_coordinator or settings.REHEARSAL else None
    counts = cache(partial(_counts, user, now)) if is_coordinator else lambda: ([], 0)
    return {
        "chrome": {
            "edition": edition,
            "user": user,
            "is_coordinator": is_coordinator,
            "rehearsal": {"now": now} if settings.REHEARSAL else None,
            "rehearsal_url": settings.REHEARSAL_URL,
            "exercises": _exercises(request, edition, now) if is_coordinator and edition else None,
            "unwell": lambda: counts()[0],
            "to_welcome": lambda: counts()[1],
            "languages": _languages(request, edition),
            "undo": cache(partial(_undo, request, edition, now)) if is_coordinator and edition else None,
        }
    }


def _counts(user, now):
    """What is wrong, in sentences, and how many people wait for a welcome: in one query, for it is on every page."""
    ((to_welcome, late, *beats),) = _numbers(user=user.pk, overdue_since=messaging.overdue_since(now))
    return health.sentences(beats, late, machine_now=clock.machine_now()), to_welcome


@Prepared
def _numbers(user, overdue_since):
    to_welcome, late = Volunteer.objects.to_welcome(), Message.objects.due(overdue_since)
    return User.objects.filter(pk=user).values_list(_count(to_welcome), _count(late), *health.beats())


def _count(rows):
    """The number of `rows` as a column of another query."""
    return Subquery(rows.order_by().values_list(Func(F("pk"), function="COUNT")))


def _languages(request, edition):
    """The same page in each language of the edition, as plain links."""
    current = translation.get_language()
    spoken = edition.languages if edition else [code for code, _ in settings.LANGUAGES]
    return [
        {
            "code": code,
            "label": code.upper(),
            "name": dict(settings.LANGUAGES)[code],
            "url": _in_language(request, code),
            "current": code == current,
        }
        for code in spoken
    ]


def _exercises(request, edition, now):
    """Those of a rehearsal, read where a page shows them and only once."""
    return cache(partial(exercises.exercises, request, edition, now=now)) if settings.REHEARSAL else None


def _in_language(request, code):
    """This page's address in another language; the query string stays."""
    match = request.resolver_match
    with translation.override(code):
        if match is None:
            return "/" + code + "/"
        try:
            path = reverse(match.view_name, args=match.args, kwargs=match.kwargs)
        except NoReverseMatch:
            path = reverse("home")
    query = request.GET.urlencode() if request.method == "GET" else ""
    return f"{path}?{query}" if query else path


def _undo(request, edition, now):
    entry = actions.latest_undoable(access.actor(request), edition=edition, now=now)
    if entry is None:
        return None
    left = entry.at + edition.rules.undo - now
    waits = pages.counts(actions.waiting_messages(entry))
    return {
        "text": undo.sentence(entry),
        "seconds_left": int(left.total_seconds()),
        "seconds_whole": int(edition.rules.undo.total_seconds()),
        "undo_url": reverse("undo", args=[edition.slug, entry.pk]),
        "send_now_url": reverse("send_now", args=[edition.slug, entry.pk]) if waits["coming"] else "",
        "calls": waits["to-phone"],
        "calls_url": reverse("message_list", args=[edition.slug]) + "?state=to-phone",
    }
