"""The kinds of message about assignments: to the volunteers, and the word to the coordinator on duty."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from messaging.kinds import Kind, register
from messaging.models import Message
from nocturnes import links
from nocturnes.models import Evening
from shifts import calendars, pace
from shifts.actions import Hours, without_place
from shifts.actions.planning.details import details_of
from shifts.actions.reminders import NOT_PUBLISHED
from shifts.actions.searches import needs_consent
from shifts.models import Assignment
from volunteers.models import Availability

from . import told
from .evenings import listed, of_places
from .lending import sent_off
from .slots import slot

# Why a message is no longer true: kept in its row, shown on the coordinator's pages.
NOT_PUBLISHED_OR_PLACED = _("This person has a place by now, or the evening is not published any more.")
NOTHING_CHANGED = _("In the end nothing changed.")
NOT_CALLED_OFF = _("It takes place after all, or is over.")
NO_LONGER_ASSIGNED = _("This person is no longer on the post.")
CONFIRMED = _("Confirmed in the meantime.")
IS_BACK = _("This person can come after all.")
IS_FILLED = _("Every place is filled again.")


def _assignment(message: Message) -> Assignment:
    return Assignment.objects.for_pages().get(pk=message.about_id)


def _evenings_link(message):
    return links.absolute("evenings", get_language(), links.token("evenings", message.user.volunteer))


def _ahead(assignments: QuerySet, now: datetime) -> list[Assignment]:
    """Active, published, and not over: what may still be said to the volunteer."""
    ahead = assignments.active().published().filter(ends_at__gt=now)
    return list(ahead.for_pages().order_by("report_at", "pk"))


# Published: one mail a person with all her evenings.


def _published(message, now):
    """Every evening that she is on, where one of those just published is among them."""
    mine = _ahead(Assignment.objects.filter(volunteer__user=message.user_id), now)
    mine = [a for a in mine if a.post.opening.evening.edition_id == message.about_id]
    news = set(message.facts["items"])
    return mine if any(a.post.opening.evening_id in news for a in mine) else []


def check_published(message, now):
    return None if _published(message, now) else NOT_PUBLISHED


def published_files(message, now):
    return calendars.files(_published(message, now), now=now)


def published_context(message, now):
    """`asks`: one of them at least is not confirmed yet. What she took herself is confirmed (design.md 5)."""
    slots = [slot(assignment, get_language(), now=now) for assignment in _published(message, now)]
    asks = any(not one.is_confirmed for one in slots)
    return {"slots": slots, "asks": asks, "evenings_link": _evenings_link(message)}


# No place yet: who could come on the evenings just published, and is on none of them.


def _no_place(message, now):
    evenings = Evening.objects.published().filter(pk__in=message.facts["items"], called_off_at=None).coming(now)
    hers = {"registration__volunteer__user": message.user_id}
    return [evening for evening in evenings.order_by("date") if without_place(evening).filter(**hers).exists()]


def check_no_place(message, now):
    return None if _no_place(message, now) else NOT_PUBLISHED_OR_PLACED


def no_place_context(message, now):
    return {"evenings": _no_place(message, now), "evenings_link": _evenings_link(message)}


# Changed: the difference between what she knew and what is true now.


def changes(message: Message, now: datetime) -> dict[str, list[Assignment]]:
    """{"new": [...], "moved": …, "details": …, "gone": …}: the assignments to tell of, by what happened in the end.

    `details`: she is to be somewhere else, or does something else, at the same hour.

    What was done and undone while the message waited is nothing. She knew of a post before, where one of the items is
    about an assignment to it that this message did not announce itself; of its end she also hears where she took the
    place, or confirmed it on her page.
    """
    items = message.facts["items"]
    announced = {item["assignment"] for item in items if item["what"] == "assigned"}
    rows = Assignment.objects.for_pages().in_bulk({item["assignment"] for item in items})
    found: dict[str, list[Assignment]] = {"new": [], "moved": [], "details": [], "gone": []}
    for post in sorted({row.post_id for row in rows.values()}):
        here = [row for row in rows.values() if row.post_id == post]
        knew = [row for row in here if row.pk not in announced]
        is_on = _ahead(Assignment.objects.filter(post=post, volunteer__user=message.user_id), now)
        news = [item for item in items if rows[item["assignment"]].post_id == post and _is_change(item, rows)]
        if is_on and not knew:
            found["new"] += [row for row in is_on if not told.was_listed(row)]
        elif is_on and _has_moved(is_on[0].post, news):
            found["moved"] += is_on
        elif is_on and _is_elsewhere(is_on[0].post, news):
            found["details"] += is_on
        elif not is_on and (gone := [row for row in here if row in knew or told.said_so(row)]):
            found["gone"] += [row for row in gone[-1:] if _is_news(row, now)]
    return found


def _is_change(item, rows):
    """Not what changed before she heard of the place at all: the mail that tells of it tells it as it is."""
    return "at" not in item or not told.never_heard(rows[item["assignment"]], datetime.fromisoformat(item["at"]))


def _has_moved(post, items):
    """Whether the hours are not those any more from which the first of the moves took it."""
    moves = [item for item in items if item["what"] == "moved"]
    return bool(moves) and moves[0].get("was") != Hours.of(post).as_texts()


def _is_elsewhere(post, items):
    """Whether where or what it is differs from what the first of the changes took it from."""
    changed = [item for item in items if item["what"] == "details"]
    return bool(changed) and changed[0].get("was") != details_of(post)


def _is_news(gone, now):
    # Of what is called off or swapped another message tells, and of what ended since it was read the one of that end.
    by_whom = (Assignment.Cause.WITHDREW, Assignment.Cause.CALLED_OFF, Assignment.Cause.SWAPPED)
    is_over = gone.is_active or gone.ends_at <= now
    return not is_over and gone.cause not in by_whom and not told.never_heard(gone)


def check_changed(message, now):
    return None if any(changes(message, now).values()) else NOTHING_CHANGED


def changed_files(message, now):
    """The new and moved places for her calendar, and the end of those that are gone."""
    return calendars.files([row for rows in changes(message, now).values() for row in rows], now=now)


def changed_context(message, now):
    found = changes(message, now)
    go = sent_off(found["new"], now=now)
    if go:
        # The call to go tells of both.
        found = {
            what: [row for row in rows if row not in (go.slot.assignment, go.left)] for what, rows in found.items()
        }
    slots = {what: [slot(assignment, get_language(), now=now) for assignment in rows] for what, rows in found.items()}
    return {**slots, "go": go, "evenings_link": _evenings_link(message)}


# Called off.


def _called_off(message, now):
    items = [item for item in message.facts["items"] if not isinstance(item, dict)]
    rows = Assignment.objects.filter(pk__in=items, cause=Assignment.Cause.CALLED_OFF, ends_at__gt=now)
    # Taken back by who called it off: she is on the post again.
    again = Assignment.objects.active().filter(volunteer__user=message.user_id).values("post")
    # Called off, taken back and called off again is called off once.
    latest = {row.post_id: row for row in rows.exclude(post__in=again).for_pages().order_by("report_at", "pk")}
    return [row for row in latest.values() if not told.never_heard(row)]


def _on_call_no_more(message, now):
    """The evenings called off that she was on call for, and had no post on."""
    items = [item["on_call"] for item in message.facts["items"] if isinstance(item, dict)]
    answers = Availability.objects.filter(pk__in=items).exclude(on_call_at=None).exclude(evening__called_off_at=None)
    told_of = {row.post.opening.evening_id for row in _called_off(message, now)}
    evenings = Evening.objects.filter(pk__in=answers.values("evening")).exclude(pk__in=told_of).coming(now)
    return list(evenings.order_by("date"))


def check_called_off(message, now):
    return None if _called_off(message, now) or _on_call_no_more(message, now) else NOT_CALLED_OFF


def called_off_files(message, now):
    return calendars.files(_called_off(message, now), now=now)


def called_off_context(message, now):
    slots = [slot(assignment, get_language(), now=now) for assignment in _called_off(message, now)]
    return {"slots": slots, "on_call": _on_call_no_more(message, now), "evenings_link": _evenings_link(message)}


# Reminders, and the word about a place that she took herself: an assignment that is still hers.


def check_reminder(message, now):
    assignment = _assignment(message)
    if not assignment.is_active:
        return NO_LONGER_ASSIGNED
    if assignment.is_draft:
        return NOT_PUBLISHED
    if message.kind == "reminder_unconfirmed" and assignment.is_confirmed:
        return CONFIRMED
    return None


def reminder_files(message, now):
    return calendars.files([_assignment(message)], now=now)


def reminder_context(message, now):
    return {"slot": slot(_assignment(message), get_language(), now=now)}


def before_report(message: Message) -> datetime:
    return _assignment(message).report_at


# The word to the coordinator on duty.


def check_withdrawn(message, now):
    gone = _assignment(message)
    if gone.is_active:
        return IS_BACK
    back = Assignment.objects.active().filter(post=gone.post_id, volunteer=gone.volunteer_id)
    if back.exists():
        return IS_BACK
    return IS_FILLED if message.facts.get("while_open") and not gone.post.open_places else None


def withdrawn_context(message, now):
    gone = _assignment(message)
    edition = gone.post.opening.evening.edition
    search = gone.post.searches.live().select_related("post__opening__evening__edition").first()
    return {
        "slot": slot(gone, get_language(), now=now),
        "volunteer": gone.volunteer.full_name,
        "waits_for": _waits_for(search, now) if search else "",
        "reason": gone.get_reason_display(),
        "search": search,
        "next_wave_at": search.next_wave_at if search else None,
        "open_places": gone.post.open_places,
        "link": links.absolute("search", get_language(), edition.slug, gone.post_id),
    }


def _waits_for(search, now):
    """What keeps the search from asking: a coordinator who holds it, or whose consent it wants."""
    if search.is_held:
        return "held"
    return "consent" if needs_consent(search, pace.frame(search.post), max(now, search.next_wave_at or now)) else ""


def until_end(message: Message) -> datetime:
    return _assignment(message).ends_at


register(
    Kind(
        "published",
        _("Your evenings"),
        published_context,
        check_published,
        published_files,
        evenings=listed,
    )
)
register(Kind("no_place", _("No place yet"), no_place_context, check_no_place, evenings=listed))
register(Kind("changed", _("Changed"), changed_context, check_changed, changed_files, evenings=of_places))
register(Kind("place_taken", _("A place taken"), reminder_context, check_reminder, reminder_files, too_late=until_end))
register(
    Kind(
        "called_off",
        _("Called off"),
        called_off_context,
        check_called_off,
        called_off_files,
        evenings=of_places,
    )
)
for name, label in (
    ("reminder_briefing", _("Reminder: briefing")),
    ("reminder_unconfirmed", _("Reminder: not confirmed")),
    ("reminder_eve", _("Reminder: tomorrow")),
):
    register(Kind(name, label, reminder_context, check_reminder, reminder_files, too_late=before_report))
register(Kind("withdrawn", _("Withdrawal"), withdrawn_context, check_withdrawn, too_late=until_end, urgent=True))
