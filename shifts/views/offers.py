"""An offer, by the link of its mail: "Yes, I'll come", "Another post", "Not that evening"."""

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from nocturnes import clock, links, numbers
from nocturnes.access import actor, link_page
from nocturnes.dates import date_format
from nocturnes.history import Actor
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.models import Ask
from shifts.pages import mine
from shifts.pages.asks import asks_of
from shifts.pages.offer import offer_page
from volunteers.models import Registration

from .doors import Door

# In how many minutes she can be there, asked once the evening has begun.
MINUTES = (5, 10, 20, 30, 45)


class ChooseAPlace(Refusal):
    sentence = gettext_lazy("Choose one of the places first.")


def by_offer_link(view):
    return link_page("offer", _asks, lambda ask: Actor.volunteer_link(ask.volunteer))(view)


def _asks():
    rows = Ask.objects.filter(volunteer__user__is_active=True)
    return rows.select_related("volunteer__user", "evening__edition", "evening__lead")


@require_GET
@by_offer_link
def offer(request, ask):
    """The question, or what became of it."""
    request.edition = ask.evening.edition
    now = clock.now()
    with timezone.override(ask.evening.edition.zone):
        page = offer_page(ask, now=now)
        context = {"page": page, "token": request.link_token, "minutes": MINUTES, **_asks_block(request, ask, now)}
        if page.state == "accepted":
            # The mail about her place has this link too; "I can't come" is never further away than a click.
            door = Door("assignment", links.token("assignment", page.mine))
            context |= {"shift": mine.shift(page.mine, now=now), "withdraw_url": door.url("withdraw")}
        template = "offer" if page.state == "open" else "offer_over"
        return render(request, f"shifts/volunteer/{template}.html", context)


def _asks_block(request, ask, now):
    """How often we asked her, and until when not: hers to change from any offer."""
    return {
        "asks": asks_of(ask.volunteer, ask.evening.edition, now=now),
        "asks_url": reverse("offer_asks", args=[request.link_token]),
        "typed_day": request.GET.get("day", ""),
    }


@require_POST
@by_offer_link
def offer_answer(request, ask):
    """Do what she answered, and show what became of it. A second click finds the first one's answer."""
    request.edition = ask.evening.edition
    answer = _ANSWERS.get(request.POST.get("answer", ""))
    try:
        if answer is None:
            raise ChooseAPlace
        answer(request, ask, by=actor(request), now=clock.now())
    except actions.PlaceTaken as refusal:
        # The page says that it is taken, and that she stands by; of another post nothing else would.
        if "post" in request.POST:
            messages.error(request, str(refusal))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("offer", request.link_token)


def _yes(request, ask, *, by, now):
    chosen = next((one for one in actions.choices(ask) if str(one.pk) == request.POST.get("offer")), None)
    if chosen is None:
        raise ChooseAPlace
    return actions.accept_offer(chosen, minutes=minutes_typed(request), by=by, now=now)


def _take(request, ask, *, by, now):
    if "offer" in request.POST:
        return _yes(request, ask, by=by, now=now)
    posts = actions.other_posts(ask, now=now)
    chosen = next((post for post in posts if str(post.pk) == request.POST.get("post")), None)
    if chosen is None:
        raise ChooseAPlace
    return actions.take_another(ask, chosen, minutes=minutes_typed(request), by=by, now=now)


def _other(request, ask, *, by, now):
    actions.decline(ask, other_post=True, by=by, now=now)


def _no(request, ask, *, by, now):
    actions.decline(ask, by=by, now=now)


def _not_this_week(request, ask, *, by, now):
    registration = Registration.objects.select_related("edition").get(
        volunteer=ask.volunteer_id, edition=ask.evening.edition_id
    )
    until = actions.not_this_week(registration, by=by, now=now)
    day = date_format(until, "l j F")
    messages.success(request, _("We do not ask you anything else before %(date)s.") % {"date": day})


_ANSWERS = {"yes": _yes, "take": _take, "other": _other, "no": _no, "week": _not_this_week}


def minutes_typed(request: HttpRequest) -> int | None:
    """In how many minutes she can be there, as she says; None where she does not."""
    return numbers.whole(request.POST.get("minutes", ""), most_digits=3)
