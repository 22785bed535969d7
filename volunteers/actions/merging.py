"""Two records of one person become one: her facts, registrations, answers, notes and accounts.

What lies in other apps, places and offers, is moved by `shifts.actions.merge`, which takes the locks and calls this.
"""

from collections.abc import Mapping
from datetime import datetime

from messaging import accounts
from messaging import actions as messaging
from nocturnes.history import Actor
from nocturnes.models import Evening
from volunteers.duplicates import OTHER, answers_of, common_registrations, differences
from volunteers.models import AgeGroup, Availability, SignUp, Volunteer


def merge_records(
    keep: Volunteer, other: Volunteer, *, chosen: Mapping[str, str], by: Actor, now: datetime
) -> tuple[list[str], list[int]]:
    """Bring all that `volunteers` knows of `other` to `keep`, under the caller's locks; `other` is left as a pointer.

    `chosen` says by the names of `duplicates.differences` which value stands, "keep" or "other"; where it says
    nothing, the one that `differences` proposes. Returns the names whose value is the other record's, and the ids of
    the registrations that were merged into hers: history about them has only their numbers.
    """
    stands = {one.name: chosen.get(one.name) or one.stands for one in differences(keep, other)}
    theirs = {name for name, value in stands.items() if value == OTHER}
    pairs = common_registrations(keep, other)
    gone = [also.pk for _mine, also in pairs]
    for mine, also in pairs:
        _merge_registrations(mine, also, theirs, by=by, now=now)
    other.registrations.update(volunteer=keep)
    _merge_person(keep, other, theirs)
    _merge_acknowledgements(keep, other)
    other.notes.update(volunteer=keep)
    messaging.about_instead(other, keep, by=by, now=now)
    messaging.hand_over(other.user, keep.user, by=by, now=now)
    _merge_accounts(keep, other, theirs)
    _leave_a_pointer(keep, other)
    return sorted(theirs), gone


def _merge_person(keep, other, theirs):
    """What only one of them says is kept; who was welcomed once is welcome, and nobody gets younger."""
    for name in ("first_name", "last_name", "phone"):
        if name in theirs or not getattr(keep, name):
            setattr(keep, name, getattr(other, name))
    if AgeGroup.ADULT in (keep.age_group, other.age_group):
        keep.age_group = AgeGroup.ADULT
    elif "parent" in theirs or not (keep.parent_name or keep.parent_email):
        for name in ("parent_name", "parent_email", "parent_consented_at"):
            setattr(keep, name, getattr(other, name))
    _merge_welcome(keep, other)
    keep.languages.add(*other.languages.all())
    keep.not_at.add(*other.not_at.all())
    keep.save()


def _merge_welcome(keep, other):
    if other.accepted_at and not (keep.accepted_at and keep.accepted_at <= other.accepted_at):
        keep.accepted_at, keep.accepted_by_id = other.accepted_at, other.accepted_by_id
    declined = None if keep.accepted_at else keep.declined_at
    keep.declined_at = declined and other.declined_at


def _merge_registrations(mine, also, theirs, *, by, now):
    """Two registrations in one edition: what one of them wishes is wished, what one of them declines is declined."""
    for name in ("most_evenings", "with_whom", "arrange", "may_be_asked"):
        if f"{name}_{mine.edition_id}" in theirs or (name in ("with_whom", "arrange") and not getattr(mine, name)):
            setattr(mine, name, getattr(also, name))
    mine.roles.add(*also.roles.all())
    mine.museums.add(*also.museums.all())
    mine.no_asks_until = max(filter(None, [mine.no_asks_until, also.no_asks_until]), default=None)
    _merge_pauses(mine, also)
    mine.may_be_invited_again = mine.may_be_invited_again and also.may_be_invited_again
    mine.heard = _heard_first(mine, also)
    mine.created_at = min(mine.created_at, also.created_at)
    mine.save()
    _merge_answers(mine, also, theirs, by=by, now=now)
    messaging.about_instead(also, mine, by=by, now=now)
    SignUp.objects.filter(data__registration=also.pk).update(data={"registration": mine.pk})
    also.delete()


def _heard_first(mine, also):
    """How she came to us is what she said when she came, so the older answer stands."""
    first, later = sorted((mine, also), key=lambda one: one.created_at)
    return first.heard or later.heard


def _merge_pauses(mine, also):
    """Who is paused in one of them stays so, for as long as the longer pause."""
    if not also.paused_at:
        return
    if mine.paused_at:
        endless = None in (mine.paused_until, also.paused_until)
        mine.paused_until = None if endless else max(mine.paused_until, also.paused_until)
    else:
        mine.paused_at, mine.paused_until = also.paused_at, also.paused_until


def _merge_answers(mine, also, theirs, *, by, now):
    """An evening that both answered has one answer; who agreed to be on call in one stays so, unless it says no."""
    hers = answers_of(mine)
    for evening, row in answers_of(also).items():
        if evening not in hers:
            row.registration = mine
            row.save(update_fields=["registration"])
            continue
        kept = hers[evening]
        if f"evening_{evening}" in theirs or not kept.answer:
            kept.answer = row.answer
        on_call = [at for at in (kept.on_call_at, row.on_call_at) if at]
        kept.on_call_at = min(on_call) if on_call and kept.answer != Availability.Answer.NO else None
        kept.save(update_fields=["answer", "on_call_at"])
        messaging.about_instead(row, kept, by=by, now=now)
        row.delete()


def _merge_acknowledgements(keep, other):
    """Which texts she has seen: the first time counts."""
    seen = {row.notice_id: row for row in keep.acknowledgements.all()}
    for row in other.acknowledgements.all():
        mine = seen.get(row.notice_id)
        if mine is None:
            row.volunteer = keep
            row.save(update_fields=["volunteer"])
            continue
        if row.at < mine.at:
            mine.at, mine.language = row.at, row.language
            mine.save(update_fields=["at", "language"])
        row.delete()


def _merge_accounts(keep, other, theirs):
    """She signs in with one address; the other one is free, and the other account is closed."""
    user, closed = keep.user, other.user
    address = closed.email if "email" in theirs or not user.email else user.email
    if "language" in theirs:
        user.language = closed.language
    if not user.is_coordinator:
        user.first_name = keep.first_name
    user.save(update_fields=["language", "first_name"])
    Evening.objects.filter(lead=closed).update(lead=user)
    accounts.close(closed)
    if address != user.email:
        if user.email:
            accounts.sign_out_everywhere(user)
        user.email = address
        user.save(update_fields=["email"])


def _leave_a_pointer(keep, other):
    """What stays of `other` is its number, which old links carry, and its name, which the history shows."""
    Volunteer.objects.filter(merged_into=other).update(merged_into=keep)
    other.merged_into = keep
    other.phone = other.parent_name = other.parent_email = ""
    other.parent_consented_at = other.accepted_at = other.accepted_by = other.declined_at = None
    other.save()
    other.languages.clear()
    other.not_at.clear()
