"""The kinds of message about the reserve: the question, the word at noon, that she is free; and to who is on duty."""

from datetime import datetime

from django.db.models import Max
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from messaging.kinds import Kind, register
from messaging.models import Message
from nocturnes import links
from nocturnes.models import Evening
from shifts import pace
from shifts.actions import on_call
from shifts.actions.on_call import NOT_ON_CALL
from shifts.actions.reserve.telling import FREED, GIVEN_BACK, PROPOSED, TAKEN_BACK
from shifts.actions.searches import wanted_posts
from shifts.models import Ask, Assignment, Offer, Post, Reserve
from shifts.pages.reserve_words import terms
from volunteers.models import Availability

# Why a message is no longer true: kept in its row, shown on the coordinator's pages.
NOT_PUBLISHED = _("The evening is not published any more.")
IS_BLOCKED = _("This person is blocked.")
HAS_A_POST = _("This person has a post that evening.")
NOTHING_TO_ASK = _("It was answered or taken back in the meantime, or it is too late.")
NOT_TAKEN_BACK = _("This person is on call after all, or the evening is over.")
ON_CALL_AGAIN = _("This person is on call after all.")


# The question: one mail a person for all the evenings proposed together.


def _items(message: Message):
    rows = Reserve.objects.filter(pk__in=message.facts["items"]).select_related("volunteer", "evening__edition")
    return rows.order_by("evening__date", "pk")


def _asked(message, now):
    rows = _items(message).proposed().filter(volunteer__blocked_at=None, evening__called_off_at=None)
    return [row for row in rows if row.evening.is_published and now < on_call.until(row.evening)]


def check_proposed(message, now):
    return None if _asked(message, now) else NOTHING_TO_ASK


def proposed_context(message, now):
    asked = [(row, _link(row)) for row in _asked(message, now)]
    return {"asked": asked, "terms": terms(asked[0][0].evening.edition)}


def _link(reserve):
    return links.absolute("reserve", get_language(), links.token("reserve", reserve))


def until_it_is_late(message: Message) -> datetime | None:
    """Until when the last of its evenings can have somebody on call."""
    return max((on_call.until(row.evening) for row in _items(message)), default=None)


# Taken back by the coordinator.


def _not_needed(message, now):
    """Those that stayed taken back, and did not happen to be proposed anew."""
    rows = _items(message).filter(ended_because=Reserve.Because.TAKEN_BACK, evening__called_off_at=None)
    rows = [row for row in rows if now < on_call.until(row.evening)]
    again = Reserve.objects.live().filter(volunteer__user=message.user_id).values_list("evening_id", flat=True)
    return [row for row in rows if row.evening_id not in set(again)]


def check_taken_back(message, now):
    return None if _not_needed(message, now) else NOT_TAKEN_BACK


def taken_back_context(message, now):
    return {"evenings": [row.evening for row in _not_needed(message, now)]}


# The word at noon, on the day itself.


def _answer(message):
    """Her answer for the evening; None where she took it back, which leaves no row."""
    answers = Availability.objects.select_related("evening__edition", "registration__volunteer")
    return answers.filter(pk=message.about_id).first()


def check_reserve(message, now):
    answer = _answer(message)
    if answer is None or answer.on_call_at is None:
        return NOT_ON_CALL
    return _not_hers(answer.registration.volunteer, answer.evening)


def _not_hers(volunteer, evening):
    if volunteer.blocked_at:
        return IS_BLOCKED
    if not evening.is_published or evening.called_off_at:
        return NOT_PUBLISHED
    busy = Assignment.objects.active().of_evening(evening).filter(volunteer=volunteer)
    return HAS_A_POST if busy.exists() else None


def reserve_context(message, now):
    answer = _answer(message)
    evening, volunteer = answer.evening, answer.registration.volunteer
    agreed = Reserve.objects.on_call().filter(evening=evening, volunteer=volunteer).first()
    her_evenings = links.absolute("evenings", get_language(), links.token("evenings", volunteer))
    return {
        "evening": evening,
        "phone": evening.phone,
        "terms": terms(evening.edition),
        "link": _link(agreed) if agreed else her_evenings,
        **_looked_for(volunteer, evening, now),
    }


def _looked_for(volunteer, evening, now):
    """The places of `evening` that a search looks to fill now, she may take and did not refuse; and where she says yes.

    No search asks her twice (design.md 3.4): who was asked days ago is reminded here.
    """
    refused = Offer.objects.filter(volunteer=volunteer, answer=Offer.Answer.NO).values_list("search__post", flat=True)
    refused = set(refused.filter(search__post__opening__evening=evening))
    posts = [post for post in wanted_posts(volunteer, now=now) if post.opening.evening_id == evening.pk]
    posts = [post for post in posts if post.pk not in refused]
    return {"posts": posts, "come": _come(volunteer, evening, posts) if posts else ""}


def _come(volunteer, evening, posts):
    """The page of what she was asked and has not answered; of everything that she may take where she was not asked."""
    open_asks = Offer.objects.live().filter(search__post__in=posts, ask__evening=evening).values("ask")
    ask = Ask.objects.filter(volunteer=volunteer, pk__in=open_asks).order_by("-pk").first()
    if ask:
        return links.absolute("offer", get_language(), links.token("offer", ask))
    until = max(pace.frame(post).over_at for post in posts)
    return links.absolute("help_link", get_language(), links.token("help", volunteer, until=until))


def until_nobody_is_needed(message: Message) -> datetime | None:
    """The end of the evening's last post."""
    posts = Post.objects.filter(opening__evening=message.facts["evening"])
    return posts.aggregate(last=Max("ends_at"))["last"]


# Her evening is free.


def _reserve(message) -> Reserve:
    return Reserve.objects.select_related("volunteer", "evening__edition").get(pk=message.about_id)


def check_freed(message, now):
    reserve = _reserve(message)
    if reserve.ended_because not in (Reserve.Because.FREED, Reserve.Because.OVER):
        return ON_CALL_AGAIN
    return _not_hers(reserve.volunteer, reserve.evening)


def freed_context(message, now):
    reserve = _reserve(message)
    return {"evening": reserve.evening, "is_complete": reserve.ended_because == Reserve.Because.FREED}


# To who is on duty.


def check_given_back(message, now):
    return ON_CALL_AGAIN if _reserve(message).is_live else None


def given_back_context(message, now):
    reserve = _reserve(message)
    evening = reserve.evening
    return {
        "volunteer": reserve.volunteer.full_name,
        "evening": evening,
        "left": Reserve.objects.on_call().filter(evening=evening).count(),
        "most": on_call.most(evening),
        "link": links.absolute("evening_reserve", get_language(), evening.edition.slug, evening.date),
    }


def until_it_is_over(message: Message) -> datetime:
    return on_call.until(Evening.objects.select_related("edition").get(pk=message.facts["evening"]))


register(Kind(PROPOSED, _("On call: the question"), proposed_context, check_proposed, too_late=until_it_is_late))
register(Kind(TAKEN_BACK, _("On call: no need"), taken_back_context, check_taken_back, too_late=until_it_is_late))
register(
    Kind("reminder_reserve", _("Reminder: on call"), reserve_context, check_reserve, too_late=until_nobody_is_needed)
)
register(Kind(FREED, _("On call: free"), freed_context, check_freed, too_late=until_nobody_is_needed, urgent=True))
register(
    Kind(
        GIVEN_BACK,
        _("On call: given back"),
        given_back_context,
        check_given_back,
        too_late=until_it_is_over,
        urgent=True,
    )
)
