"""The pages of who wants to help: the form, its confirmation, a parent's consent, and the notices."""

from datetime import timedelta

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from phonenumber_field.phonenumber import to_python

from nocturnes import access, clock
from nocturnes.access import edition_page, link_page
from nocturnes.history import Actor
from nocturnes.models import Language
from nocturnes.refusals import Refusal
from volunteers import actions
from volunteers.doors import person_link
from volunteers.forms import SignUpForm
from volunteers.models import AgeGroup, Availability, Heard, Notice, Registration, SignUp, Volunteer

# A class that signs up from one school shares an address; a machine that tries addresses does not get far.
FORMS_PER_CLIENT = {"sign_up": "30/h/ip"}
# The next person at the same tablet does not read where the mail to the one before went.
SENT, READ_WITHIN = "sign_up_sent", timedelta(minutes=15)


@login_not_required
@require_http_methods(["GET", "POST"])
@edition_page
def sign_up(request, edition):
    """The form; by POST it waits for the click in the mail, or comes back with what is wrong."""
    now = clock.now()
    if not actions.is_open(edition, now):
        status = 409 if request.method == "POST" else 200
        return render(request, "volunteers/closed.html", {"edition": edition}, status=status)
    known, is_registered = _known(request, edition)
    said = {"day": request.GET.get("evening", ""), "heard": request.GET.get("from", "")}
    # Whoever is registered may be filling it in for somebody beside her.
    said["known"] = None if is_registered else known
    form = SignUpForm(request.POST if request.method == "POST" else None, edition=edition, now=now, **said)
    status = 200
    if request.method == "POST":
        if not form.is_valid():
            status = 422
        elif not ratelimit.consume(request, app="volunteers", action="sign_up", config=FORMS_PER_CLIENT):
            form.add_error(None, _("Many forms came from your network in the last hour. Send this one again later."))
            status = 429
        else:
            return _signed_up(request, edition, form, now)
    context = {"edition": edition, "form": form, "evenings": form.evenings}
    context |= {"known": known, "is_registered": is_registered}
    return render(request, "volunteers/sign_up.html", context, status=status)


def _known(request, edition):
    """The volunteer who is signed in, or None; and whether she is registered in `edition`."""
    if not request.user.is_authenticated:
        return None, False
    known = Volunteer.objects.filter(user=request.user, merged_into=None).first()
    return known, bool(known) and known.registrations.filter(edition=edition).exists()


def _signed_up(request, edition, form, now):
    """The same page whether the address is known or not (see `actions.sign_up`)."""
    address = form.cleaned_data["email"]
    actions.sign_up(
        edition,
        email=address,
        language=form.cleaned_data["language"],
        answers=form.answers(),
        by=access.actor(request),
        now=now,
    )
    request.session[SENT] = [address, clock.machine_now().timestamp()]
    return redirect("sign_up_sent", edition.slug)


@login_not_required
@require_GET
@edition_page
def sign_up_sent(request, edition):
    """Look into your mail: with the address for who just typed it, and for nobody after her."""
    address, at = request.session.get(SENT, ["", 0])
    is_recent = clock.machine_now().timestamp() - at < READ_WITHIN.total_seconds()
    context = {
        "edition": edition,
        "address": address if is_recent else "",
        "is_rehearsal": settings.REHEARSAL,
    }
    return render(request, "volunteers/sign_up_sent.html", context)


def _sign_ups():
    return SignUp.objects.select_related("edition")


@require_http_methods(["GET", "POST"])
@link_page("sign-up", _sign_ups, Actor.sign_up_link, over=actions.SignUpIsOver, bare=True)
def sign_up_confirm(request, waiting):
    """What was filled in, and the button that makes it so; afterwards, what happens now."""
    request.edition = waiting.edition
    now = clock.now()
    refusal = None
    if request.method == "POST":
        try:
            actions.confirm(waiting, by=access.actor(request), now=now)
        except Refusal as refused:
            refusal = refused
        else:
            return redirect("sign_up_confirm", request.link_token)
    with timezone.override(waiting.edition.zone):
        if waiting.confirmed_at:
            return _registered(request, waiting)
        context = _read_back(waiting, now) | {"refusal": refusal}
        return render(request, "volunteers/confirm.html", context, status=409 if refusal else 200)


def _read_back(waiting, now):
    """What was filled in, in words."""
    data = waiting.data
    words = {"": "", **dict(Availability.Answer.choices)}
    evenings = actions.offered_evenings(waiting.edition, now)
    return {
        "edition": waiting.edition,
        "data": data,
        "email": waiting.email,
        "phone": to_python(data["phone"]).as_international,
        "age": AgeGroup(data["age_group"]).label,
        "written_code": waiting.language,
        "written": dict(settings.LANGUAGES)[waiting.language],
        "spoken": Language.objects.filter(pk__in=data["languages"]),
        "heard": dict(Heard.choices).get(data.get("heard"), ""),
        "lines": [(evening, words[data["evenings"].get(str(evening.pk), "")]) for evening in evenings],
    }


def _registered(request, waiting):
    registration = Registration.objects.select_related("volunteer").get(pk=waiting.data["registration"])
    context = {"edition": waiting.edition, "volunteer": registration.volunteer}
    return render(request, "volunteers/registered.html", context)


@require_http_methods(["GET", "POST"])
@person_link("consent", Actor.parent_link, bare=True)
def consent(request, volunteer):
    """What a parent agrees to, and the button that does it; afterwards, thanks."""
    registration = volunteer.registrations.select_related("edition").latest("created_at")
    request.edition = registration.edition
    if request.method == "POST":
        actions.consent(volunteer, by=access.actor(request), now=clock.now())
        return redirect("consent", request.link_token)
    context = {"edition": registration.edition, "volunteer": volunteer}
    page = "volunteers/consent.html" if volunteer.lacks_consent else "volunteers/consented.html"
    return render(request, page, context)


@login_not_required
@require_GET
@edition_page
def notice(request, edition, kind):
    """The text of a notice that holds now."""
    current = {one.kind: one for one in Notice.objects.current(clock.now())}
    if kind not in current:
        raise Http404
    return render(request, "volunteers/notice.html", {"edition": edition, "notice": current[kind]})
