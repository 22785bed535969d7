"""What the pages of messages show: the rows of an edition by state, and one message as it was or would be read."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from nocturnes import hours
from nocturnes.dates import date_format
from nocturnes.models import Edition, Evening

from . import actions, kinds, people, reasons
from .actions import rendering
from .models import NO_ADDRESS, PENDING, Message

# When what is not pending any more was sent, or else given up.
SETTLED_AT = Coalesce("sent_at", "phoned_at", "failed_at", "skipped_at")

# What each tab shows, and in which order; a failed message comes before all that were left out on purpose.
TABS = {
    "coming": (PENDING & ~NO_ADDRESS, ["due", "pk"]),
    "to-phone": (PENDING & NO_ADDRESS, ["due", "pk"]),
    "not-sent": (
        Q(failed_at__isnull=False) | Q(skipped_at__isnull=False),
        [F("failed_at").desc(nulls_last=True), "-skipped_at", "-pk"],
    ),
    "sent": (
        Q(sent_at__isnull=False) | Q(phoned_at__isnull=False),
        [Coalesce("sent_at", "phoned_at").desc(), "-pk"],
    ),
}


def of_edition(edition: Edition) -> QuerySet[Message]:
    """The messages of `edition`, and those that belong to no edition in particular."""
    ours = Q(facts__edition=edition.pk) | Q(facts__edition__isnull=True)
    return Message.objects.filter(ours).select_related("user")


def counts(messages: QuerySet[Message]) -> dict[str, int]:
    """How many of `messages` each tab has, in one query."""
    named = {name: Count("pk", filter=wanted) for name, (wanted, _order) in TABS.items()}
    return messages.order_by().aggregate(**named)


def of_tab(messages: QuerySet[Message], tab: str) -> QuerySet[Message]:
    """Those of `messages` that stand under `tab`, a name of TABS, in its order."""
    wanted, order = TABS[tab]
    return messages.filter(wanted).order_by(*order)


def of_person(messages: QuerySet[Message], text: str) -> QuerySet[Message]:
    """Those to somebody whose first name or address has `text` in it."""
    mine = Q(user__first_name__icontains=text) | Q(user__email__icontains=text) | Q(address__icontains=text)
    return messages.filter(mine)


@dataclass(frozen=True)
class Line:
    """A message in a list: to whom, how things stand with it and since when, and why."""

    message: Message
    name: str
    phone: str
    person: int | None
    label: str
    state: str
    word: str
    at: datetime
    reason: str

    @property
    def title(self):
        return self.message.subject or self.label


def lines(messages) -> list[Line]:
    """The Lines of `messages`, with what is known of their people in one go."""
    messages = list(messages)
    known = people.entries(message.user_id for message in messages if message.user_id)
    return [_line(message, known.get(message.user_id)) for message in messages]


def _line(message, entry):
    state, word, at = state_of(message)
    return Line(
        message=message,
        name=entry.name if entry else (str(message.user) if message.user else message.address),
        phone=entry.phone if entry else "",
        person=entry.person if entry else None,
        label=label_of(message),
        state=state,
        word=word,
        at=at,
        reason=reasons.worded(message.reason),
    )


def label_of(message: Message) -> str:
    """What kind of message it is, in words; one that is no longer known goes by its name."""
    return str(kinds.get(message.kind).label) if message.kind in kinds.names() else message.kind


def evenings_of(message: Message, edition: Edition) -> QuerySet[Evening]:
    """The evenings of `edition` that `message` concerns, by date."""
    pks = kinds.get(message.kind).evenings(message) if message.kind in kinds.names() else []
    return Evening.objects.filter(pk__in=pks, edition=edition).order_by("date")


def state_of(message: Message) -> tuple[str, str, datetime]:
    """The sign of the look, its word where it has another than the usual, and the moment that goes with it."""
    if message.sent_at:
        return "sent", "", message.sent_at
    if message.phoned_at:
        return "sent", _("told by phone"), message.phoned_at
    if message.failed_at:
        return "failed", "", message.failed_at
    if message.skipped_at:
        return "skipped", "", message.skipped_at
    if not message.recipient:
        return "todo", _("to phone"), message.due
    return "waiting", _("tried, not taken yet") if message.reason else "", message.due


@dataclass(frozen=True)
class Letter:
    """The text of one message. `notes` say what stands between it and its reader."""

    subject: str = ""
    text: str = ""
    notes: tuple[str, ...] = ()


def letter(message: Message, now: datetime) -> Letter:
    """`message` as it was sent, else as it would read if it left at `now`; secrets are not shown on the real site."""
    if not message.is_pending and (message.text or message.subject):
        return Letter(message.subject, message.text)
    if kinds.is_secret(message.kind) and not settings.REHEARSAL:
        return Letter(notes=(_("This text is for its reader alone and is not shown here."),))
    if not message.is_pending and not message.failed_at:
        return Letter(notes=(_("There is no text: nothing was sent."),))
    try:
        text = actions.render(message, now=now)
        return Letter(text.subject, text.text, tuple(_hindrances(message, now)))
    except Exception:
        # The page is where the coordinator finds out about a text that is broken; it must not break itself.
        return Letter(notes=(reasons.worded(reasons.CANNOT_WRITE),))


def _hindrances(message, now):
    if not message.is_pending:
        return
    reason = actions.reason_to_skip(message, now)
    if reason:
        yield _("If it left now, it would not be sent: %(reason)s") % {"reason": reasons.worded(reason)}
    if message.recipient and (morning := quiet_until(message, max(now, message.due))):
        yield _("Quiet hours: it leaves on %(time)s.") % {"time": in_words(morning)}


def in_words(moment: datetime) -> str:
    """A moment in the time zone that is active: "mercredi 25 mars, 09:00"."""
    return date_format(timezone.localtime(moment), "l j F, H:i")


def quiet_until(message: Message, moment: datetime) -> datetime | None:
    """When the quiet hours end that keep `message` at `moment`; None if nothing keeps it."""
    edition = rendering.edition_of(message)
    if edition is None or kinds.is_urgent(message) or not hours.is_quiet(moment, edition.rules, edition.zone):
        return None
    return hours.after_quiet(moment, edition.rules, edition.zone)
