"""What the product knows about somebody, for herself: one document of plain values (GDPR, articles 15 and 20).

Every row that concerns her is in it, column by column, so that a column added later is in it too. What is left out
stands in two lists with the reason: columns in LEFT_OUT, rows in LEFT_OUT_ROWS. Nothing is said about others: mails
come without their names (`her_mails`), and whoever acted for the organisation is "a coordinator".
"""

from collections import defaultdict
from datetime import date, datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from messaging import pages as messaging
from messaging import reasons
from nocturnes.history import Actor
from nocturnes.models import Evening, Language, Visit
from shifts import ranking
from shifts.models import Ask, Assignment, Call, LeftOut, Offer, PlaceRequest, Post, Reserve, StillComing, Swap
from volunteers.models import Availability, Registration, SignUp, Volunteer

from . import history
from .her_mails import messages_of
from .person_history import merged_registrations

# Columns that are in no row, and why.
LEFT_OUT = {
    "nocturnes.User.password": "nobody has one: it is a mark that says so",
    "volunteers.Volunteer.user": "the account",
    "volunteers.Volunteer.accepted_by": "another person",
    "volunteers.Volunteer.merged_into": "empty in a record that somebody can read",
    "volunteers.Registration.volunteer": "she herself",
    "volunteers.Availability.registration": "the registration in which it stands",
    "volunteers.Note.volunteer": "she herself",
    "volunteers.Note.written_by": "another person",
    "volunteers.Acknowledgement.volunteer": "she herself",
    "shifts.Assignment.volunteer": "she herself",
    "shifts.Ask.volunteer": "she herself",
    "shifts.Offer.volunteer": "she herself",
    "shifts.Offer.ask": "the question in which it stands",
    "shifts.PlaceRequest.volunteer": "she herself",
    "shifts.Call.volunteer": "she herself",
    "shifts.Call.called_by": "another person",
    "shifts.LeftOut.volunteer": "she herself",
    "shifts.Swap.volunteer": "she herself, or another person",
    "shifts.Swap.asked_at": "says whether another person is known to us",
    "shifts.Swap.agreed_by": "another person",
    "shifts.Swap.link_version": "says whether the address of another person changed",
    "shifts.Reserve.volunteer": "she herself",
    "shifts.Reserve.proposed_by": "another person",
    "messaging.Message.user": "she herself",
    "messaging.Message.key": "made of the numbers beside it",
    "messaging.Message.facts": "numbers of rows, which the text says in words",
    "messaging.Message.html": "the text again, with its looks",
    "messaging.Message.files": "the hours of the text again, for a calendar, with a link that opens her page",
    "messaging.Message.leased_until": "which process sends it at this moment",
    "nocturnes.Visit.user": "she herself",
    "account.EmailAddress.user": "she herself",
    "mfa.Authenticator.user": "she herself",
    "mfa.Authenticator.data": "a key that opens her account",
}

# Rows that point to her, or to a row of hers, and are not in it.
LEFT_OUT_ROWS = {
    "volunteers.Volunteer.accepted_by": "whom she welcomed as a coordinator: about others",
    "volunteers.Note.written_by": "what she wrote about others",
    "shifts.Disruption.asked_by": "what she asked others as a coordinator",
    "admin.LogEntry.user": "what she changed as a coordinator in the administration: about others",
    "shifts.Call.called_by": "whom she phoned as a coordinator: about others",
    "shifts.Search.held_by": "which searches she held as a coordinator",
    "shifts.Search.withdrawn": "the search for somebody else; that she withdrew stands with the place",
    "account.EmailConfirmation.email_address": "never made: a code confirms an address",
}


def about_me(volunteer: Volunteer, *, now: datetime) -> dict:
    """The document about `volunteer`, with words in the active language; a number of queries that does not grow."""
    merged = list(volunteer.merged.order_by("pk").values_list("pk", flat=True))
    return {
        "what_this_is": _(
            "Everything that we keep about you. Write to us if something is wrong, or if you want it erased."
        ),
        "made_at": now.isoformat(),
        "account": _account(volunteer.user),
        "person": _person(volunteer, merged),
        "registrations": _registrations(volunteer),
        "sign_ups": [_row(row, edition=str(row.edition)) for row in _sign_ups(volunteer.user)],
        "notices": [_row(row, notice=str(row.notice)) for row in _acknowledgements(volunteer)],
        "places": [_row(row, post=_post(row.post)) for row in _of_posts(Assignment, "post", volunteer)],
        "requests": [_row(row, post=_post(row.post)) for row in _of_posts(PlaceRequest, "post", volunteer)],
        "reserves": [_row(row, evening=str(row.evening)) for row in _reserves(volunteer)],
        "swaps": [_row(row, post=_post(row.assignment.post)) for row in _swaps(volunteer)],
        "asked": _asked(volunteer),
        "asked_whether_still_coming": _still_coming(volunteer),
        "calls": [_row(row, post=_post(row.post)) for row in _of_posts(Call, "post", volunteer)],
        "left_out_of": _left_out_of(volunteer),
        "notes": [_row(row) for row in volunteer.notes.all()],
        "messages": [_message(*message) for message in messages_of(volunteer)],
        "history": _history(volunteer, merged),
    }


def _row(row, **words):
    """The columns of `row` by their names; `words` say what one that points elsewhere means."""
    label = row._meta.label
    columns = (column for column in row._meta.concrete_fields if f"{label}.{column.name}" not in LEFT_OUT)
    return {column.name: _value(column.value_from_object(row)) for column in columns} | words


def _value(value):
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float | list | dict) else str(value)


def _names(rows):
    return sorted(str(row) for row in rows.all())


def _account(user):
    visits = Visit.objects.filter(user=user).select_related("edition")
    return _row(user) | {
        "addresses": [_row(row) for row in EmailAddress.objects.filter(user=user).order_by("pk")],
        "passkeys": [_row(row) for row in Authenticator.objects.filter(user=user).order_by("pk")],
        "evenings_on_duty": [str(evening) for evening in Evening.objects.filter(lead=user)],
        "read_the_changes_until": [_row(row, edition=str(row.edition)) for row in visits.order_by("pk")],
    }


def _person(volunteer, merged):
    return _row(volunteer) | {
        "languages": _names(volunteer.languages),
        "not_at": _names(volunteer.not_at),
        "merged_records": merged,
    }


def _registrations(volunteer):
    rows = volunteer.registrations.select_related("edition").prefetch_related("roles", "museums")
    answers = defaultdict(list)
    hers = Availability.objects.filter(registration__volunteer=volunteer).select_related("evening")
    for answer in hers.order_by("evening__date", "pk"):
        answers[answer.registration_id].append(_row(answer, evening=str(answer.evening)))
    return [
        _row(row, edition=str(row.edition))
        | {"roles": _names(row.roles), "museums": _names(row.museums), "answers": answers[row.pk]}
        for row in rows.order_by("created_at", "pk")
    ]


def _sign_ups(user):
    return SignUp.objects.filter(email=user.email).select_related("edition") if user.email else []


def _acknowledgements(volunteer):
    return volunteer.acknowledgements.select_related("notice").order_by("at", "pk")


def _of_posts(model, path, volunteer):
    """Her rows of `model`, each with all that the words for its post need."""
    ways = (f"{path}__role", f"{path}__opening__museum", f"{path}__opening__evening__edition")
    return model.objects.filter(volunteer=volunteer).select_related(*ways).order_by("pk")


def _still_coming(volunteer):
    """ "Can you still come?", with what she read."""
    rows = StillComing.objects.filter(assignment__volunteer=volunteer).select_related("disruption").order_by("pk")
    return [_row(row, asked_at=row.disruption.asked_at.isoformat(), text=row.disruption.text) for row in rows]


def _left_out_of(volunteer):
    """The searches that a coordinator did not want to ask her."""
    rows = _of_posts(LeftOut, "search__post", volunteer)
    return [_row(row, search=_post(row.search.post)) for row in rows]


def _reserves(volunteer):
    return Reserve.objects.filter(volunteer=volunteer).select_related("evening").order_by("pk")


def _swaps(volunteer):
    """What she proposed, and what she was asked."""
    asked_her = Q(volunteer=volunteer, asked_at__isnull=False)
    return Swap.objects.filter(Q(assignment__volunteer=volunteer) | asked_her).for_pages().order_by("pk")


def _post(post: Post):
    evening = post.opening.evening
    hours = {name: getattr(post, name) for name in ("report_at", "starts_at", "ends_at")}
    return {
        "id": post.pk,
        "edition": str(evening.edition),
        "evening": str(evening),
        "museum": post.opening.museum.name,
        "role": str(post.role),
        **{name: timezone.localtime(at, evening.edition.zone).isoformat() for name, at in hours.items()},
    }


def _asked(volunteer):
    spoken = Language.objects.in_bulk(field_name="code")
    offers = defaultdict(list)
    for offer in _of_posts(Offer, "search__post", volunteer):
        post = offer.search.post
        why = ranking.for_the_coordinator(offer.reasons, post, spoken)
        offers[offer.ask_id].append(_row(offer, search=_post(post), reasons=why))
    asks = Ask.objects.filter(volunteer=volunteer).select_related("evening").order_by("asked_at", "pk")
    return [_row(ask, evening=str(ask.evening)) | {"offers": offers[ask.pk]} for ask in asks]


def _message(message, subject, text):
    words = {"kind_in_words": messaging.label_of(message), "reason": reasons.worded(message.reason)}
    return _row(message) | words | {"subject": subject, "text": text}


def _history(volunteer, merged):
    """What happened to her rows, oldest first; `about` names them by the numbers that they have above."""
    hers = {"volunteer": volunteer}
    registrations = [*volunteer.registrations.values_list("pk", flat=True), *merged_registrations(volunteer)]
    found = history.lines(
        history.about(Volunteer, [volunteer.pk, *merged])
        | history.about(Registration, registrations)
        | history.about(Assignment, Assignment.objects.filter(**hers))
        | history.about(Ask, Ask.objects.filter(**hers))
        | history.about(Offer, Offer.objects.filter(**hers))
        | history.about(Reserve, Reserve.objects.filter(**hers))
        | history.about(PlaceRequest, PlaceRequest.objects.filter(**hers))
        | history.about(Swap, _swaps(volunteer))
    )
    return [
        {
            "at": line.at.isoformat(),
            "who": _who(line.entry, volunteer, merged),
            "what": line.what,
            "detail": line.detail,
            "about": [line.entry.about_type, line.entry.about_id],
        }
        for line in found
    ]


def _who(entry, volunteer, merged):
    """Who did it, as far as it is hers to know."""
    is_hers = {
        Actor.USER: entry.actor_id == volunteer.user_id,
        Actor.VOLUNTEER_LINK: entry.actor_id in (volunteer.pk, *merged),
        Actor.SIGN_UP_LINK: True,
    }
    if is_hers.get(entry.actor_kind):
        return _("you")
    return {
        Actor.USER: _("a coordinator"),
        Actor.MUSEUM_LINK: _("a museum"),
        Actor.SYSTEM: "Nocturnes",
        Actor.PARENT_LINK: _("a parent"),
    }.get(entry.actor_kind, _("somebody"))
