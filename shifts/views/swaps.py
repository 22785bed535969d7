"""Swaps: ask somebody to come for her, take that back, and answer what somebody else asks."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.shortcuts import get_object_or_404, redirect, render
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
from shifts.models import Assignment, Swap
from shifts.pages import mine
from shifts.pages import swaps as pages
from volunteers.doors import kept
from volunteers.models import Volunteer

from .doors import Door, by_assignment_link, by_link, hers, signed_in
from .volunteer import get_or_post, swaps_with_urls


class ChooseSomebody(Refusal):
    sentence = gettext_lazy("Choose somebody in your team, or type an e-mail address.")


class WriteAnAddress(Refusal):
    sentence = gettext_lazy("Write an e-mail address, as in name@example.org.")


class ChooseAnAnswer(Refusal):
    sentence = gettext_lazy("Choose one of the answers.")


def choose(request, door, assignment):
    """Whom to ask; by POST ask, or show it again with what was typed and a sentence."""
    now, wrong = clock.now(), None
    mates = pages.team_mates(assignment, everywhere=door.shows_all, now=now)
    if request.method == "POST":
        try:
            who = _chosen(request, mates)
            actions.propose_swap(assignment, **who, by=actor(request), now=now)
        except Refusal as refusal:
            wrong = str(refusal)
        else:
            # The same words whoever it is: nobody learns here whom we know.
            messages.success(request, _("If this person can take your place, our message is on its way."))
            return redirect(door.here)
    shift = mine.shift(assignment, now=now)
    if not shift.is_ahead or now >= assignment.report_at:
        return redirect(door.here)
    context = {
        "proposed": swaps_with_urls(door, pages.proposed_for(assignment, now=now)),
        "door": door,
        "shift": shift,
        "mates": mates,
        "chosen": request.POST.get("who", ""),
        "address": request.POST.get("address", ""),
        "wrong": wrong,
        "needs_ok": shift.edition.rules.swap_needs_ok,
        "swap_url": door.url("swap", assignment.pk),
        "withdraw_url": door.url("withdraw", assignment.pk),
    }
    return render(request, "shifts/volunteer/swap_choose.html", context, status=422 if wrong else 200)


def _chosen(request, mates):
    """The arguments of `propose_swap` for what the form says."""
    who, typed = request.POST.get("who", ""), request.POST.get("address", "").strip()
    for mate in mates:
        if mate.is_free and who == mate.value:
            return {"volunteer": mate.volunteer}
        for one in mate.exchanges:
            if who == one.value:
                return {"volunteer": mate.volunteer, "theirs": one.place}
    if not typed:
        raise WriteAnAddress if who == "address" else ChooseSomebody
    try:
        validate_email(typed)
    except ValidationError:
        raise WriteAnAddress from None
    known = Volunteer.objects.select_related("user", "merged_into__user").filter(user__email__iexact=typed).first()
    return {"volunteer": kept(known) if known else None, "by_address": True}


def take_back(request, door, assignment):
    """She does not ask any more; whoever opens the link reads that it is over."""
    swap = assignment.swaps.live().first()
    try:
        if swap:
            actions.take_back_swap(swap, by=actor(request), now=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You no longer ask for that. The place is yours."))
    return redirect(door.here)


mine_swap = get_or_post(signed_in(hers(choose)))
mine_swap_back = require_POST(signed_in(hers(take_back)))

evenings_swap = get_or_post(by_link(hers(choose)))
evenings_swap_back = require_POST(by_link(hers(take_back)))

assignment_swap = get_or_post(by_assignment_link(choose))
assignment_swap_back = require_POST(by_assignment_link(take_back))


# Who is asked, by the link of the mail.


def by_swap_link(view):
    return link_page("swap", _swaps, lambda swap: Actor.volunteer_link(swap.volunteer))(view)


def _swaps():
    return Swap.objects.for_pages().filter(volunteer__user__is_active=True).exclude(asked_at=None)


@require_GET
@by_swap_link
def swap(request, swap):
    """The question, or what became of it."""
    request.edition = swap.assignment.post.opening.evening.edition
    now = clock.now()
    with timezone.override(request.edition.zone):
        page = pages.swap_page(swap, now=now)
        context = {"page": page, "token": request.link_token, "edition": request.edition}
        if page.mine:
            door = Door("assignment", links.token("assignment", page.mine))
            context |= {"shift": mine.shift(page.mine, now=now), "withdraw_url": door.url("withdraw")}
        return render(request, "shifts/volunteer/swap.html", context)


@require_POST
@by_swap_link
def swap_answer(request, swap):
    """Do what she answered, and show what became of it. A second click finds the first one's answer."""
    answer = _ANSWERS.get(request.POST.get("answer", ""))
    try:
        if answer is None:
            raise ChooseAnAnswer
        answer(request, swap, by=actor(request), now=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("swap", request.link_token)


def _yes(request, swap, *, by, now):
    swap = actions.accept_swap(swap, by=by, now=now)
    if swap.is_done:
        day = date_format(swap.assignment.post.opening.evening.date, "l j F")
        messages.success(request, _("The place is yours. See you on %(date)s.") % {"date": day})


def _no(request, swap, *, by, now):
    actions.decline_swap(swap, by=by, now=now)


def _instead(request, swap, *, by, now):
    typed = request.POST.get("place", "")
    rows = Assignment.objects.active().published().filter(volunteer=swap.volunteer)
    if not typed:
        raise ChooseAnAnswer
    place = get_object_or_404(rows, pk=numbers.whole(typed) or 0)
    actions.propose_instead(swap, place, by=by, now=now)


_ANSWERS = {"yes": _yes, "no": _no, "instead": _instead}
