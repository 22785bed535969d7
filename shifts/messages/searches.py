"""The kinds of message of the replacement search: the offer, and what the coordinator on duty hears."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from messaging.kinds import Kind, register
from messaging.models import Message
from museums.words import at
from nocturnes import links
from nocturnes.models import Language
from shifts import pace, ranking
from shifts.actions.searches import next_asked, still_offered
from shifts.actions.searches.all_clear import KIND as ALL_CLEAR
from shifts.actions.searches.all_clear import has_something
from shifts.models import Ask, Assignment, Offer, Post, Search
from shifts.pages import facts

# Why a message is no longer true: kept in its row, shown on the coordinator's pages.
NOTHING_TO_OFFER = _("Every place that it offered is filled, or no longer fits this person.")
NO_LONGER_FILLED = _("A place is open again.")
SEARCH_IS_OVER = _("The search is over.")
HAS_ANSWERED = _("This person has answered in the meantime.")
NOT_MISSING = _("No place that is needed is open any more.")
IS_ANSWERED = _("The wave does not wait any more.")

# Nobody reads twenty names in a mail: the page has them all.
MOST_NAMES = 8


# The offer.


def _ask(message: Message) -> Ask:
    return Ask.objects.select_related("volunteer__user", "evening__edition").get(pk=message.about_id)


def check_offer(message, now):
    return None if still_offered(_ask(message), now=now) else NOTHING_TO_OFFER


def offer_context(message, now):
    ask = _ask(message)
    offers = still_offered(ask, now=now)
    museums = {offer.search.post.opening.museum for offer in offers}
    return {
        "choices": _choices(offers, now),
        "day": ask.evening.date,
        "where": at(*museums) if len(museums) == 1 else "",
        "at_once": all(now >= offer.search.post.report_at for offer in offers),
        "link": links.absolute("offer", get_language(), links.token("offer", ask)),
    }


def _choices(offers, now):
    languages = Language.objects.in_bulk(field_name="code")
    teams = facts.teams([offer.search.post.opening_id for offer in offers])
    return [
        {
            "post": offer.search.post,
            "night": facts.night(offer.search.post.opening.evening, offer.search.post.report_at),
            "why": ranking.for_the_volunteer(offer.reasons, offer.search.post, languages),
            "team": [mate.name for mate in teams.get(offer.search.post.opening_id, [])],
            "asks_minutes": now >= offer.search.post.report_at,
        }
        for offer in offers
    ]


def last_useful_moment(message: Message) -> datetime | None:
    """When the last of the posts that it offers can be of no use to anybody."""
    offers = Offer.objects.filter(ask=message.about_id).select_related("search__post__opening__evening__edition")
    return max((pace.frame(offer.search.post).over_at for offer in offers), default=None)


# The word that nobody is needed any more.


def check_all_clear(message, now):
    ask = _ask(message)
    if not ask.offers.unanswered().filter(volunteer__blocked_at=None).exists():
        return HAS_ANSWERED
    return NO_LONGER_FILLED if has_something(ask.evening, [ask.volunteer_id]) else None


def all_clear_context(message, now):
    ask = _ask(message)
    gone = Post.objects.filter(searches__offers__in=Offer.objects.unanswered().filter(ask=ask))
    museums = {post.opening.museum for post in gone.select_related("opening__museum")}
    return {
        "day": ask.evening.date,
        "where": at(*museums) if len(museums) == 1 else "",
        "link": links.absolute("evenings", get_language(), links.token("evenings", ask.volunteer)),
    }


# The word to the coordinator on duty.


def _search(message: Message) -> Search:
    path = "post__opening__museum", "post__opening__evening__edition", "post__role"
    return Search.objects.select_related(*path).get(pk=message.about_id)


def _search_context(search):
    opening = search.post.opening
    return {
        "search": search,
        "post": search.post,
        "day": opening.evening.date,
        "museum": opening.museum,
        "link": links.absolute("search", get_language(), opening.evening.edition.slug, search.post_id),
    }


def check_filled(message, now):
    return None if not _search(message).post.open_places else NO_LONGER_FILLED


def filled_context(message, now):
    search = _search(message)
    new = Assignment.objects.active().filter(post=search.post, made_at__gte=search.opened_at)
    return _search_context(search) | {
        "names": ", ".join(row.volunteer.full_name for row in new.select_related("volunteer").order_by("made_at", "pk"))
    }


def check_nobody_left(message, now):
    return None if _search(message).is_live else SEARCH_IS_OVER


def nobody_left_context(message, now):
    search = _search(message)
    return _search_context(search) | {
        "asked": search.offers.count(),
        "silent": search.offers.unanswered().count(),
        "open_places": search.post.open_places,
    }


def check_not_filled(message, now):
    post = _search(message).post
    return None if post.missing and not post.is_called_off else NOT_MISSING


def not_filled_context(message, now):
    search = _search(message)
    evening = search.post.opening.evening
    return _search_context(search) | {
        "asked": search.offers.count(),
        "silent": search.offers.unanswered().count(),
        "places": search.post.missing,
        "link": links.absolute("evening", get_language(), evening.edition.slug, evening.date),
    }


def check_wave_waits(message, now):
    search = _search(message)
    if not search.is_live:
        return SEARCH_IS_OVER
    is_next = search.wave_proposed_at and search.waves + 1 == message.facts["wave"]
    return None if is_next else IS_ANSWERED


def wave_waits_context(message, now):
    search = _search(message)
    people = next_asked(search, now=now)
    return _search_context(search) | {
        "names": ", ".join(candidate.volunteer.full_name for candidate in people[:MOST_NAMES]),
        "more": max(len(people) - MOST_NAMES, 0),
    }


def until_over(message: Message) -> datetime:
    return pace.frame(_search(message).post).over_at


def until_end(message: Message) -> datetime:
    return _search(message).post.ends_at


register(Kind("offer", _("Offer"), offer_context, check_offer, too_late=last_useful_moment))
register(
    Kind(ALL_CLEAR, _("Nobody is needed any more"), all_clear_context, check_all_clear, too_late=last_useful_moment)
)
register(Kind("wave_waits", _("A wave waits"), wave_waits_context, check_wave_waits, too_late=until_over))
register(Kind("place_filled", _("Place filled"), filled_context, check_filled, too_late=until_over))
register(Kind("nobody_left", _("Nobody left to ask"), nobody_left_context, check_nobody_left, too_late=until_over))
register(Kind("not_filled", _("A place stays open"), not_filled_context, check_not_filled, too_late=until_end))
