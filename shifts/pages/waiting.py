"""What waits to be sent because of clicks: to whom, what it says in short, when it leaves (design.md 3.9)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging import kinds, pages, people
from messaging.models import Message
from nocturnes import hours
from nocturnes.dates import date_format
from nocturnes.models import Edition, Evening, User
from shifts.actions import Hours
from shifts.actions.planning.details import details_of
from shifts.models import Assignment, Reserve
from volunteers.models import Availability

# The kinds that a coordinator's click causes, and that wait for her to take it back.
KINDS = (
    "published",
    "no_place",
    "changed",
    "called_off",
    "welcome",
    "ask_answer",
    "request_declined",
    "new_address",
    "reserve_proposed",
    "reserve_taken_back",
    "still_coming",
    "letter",
)
# About the reserve: an item is an agreement's number, and it is told while it is still asked, or taken back.
OF_RESERVE = ("reserve_proposed", "reserve_taken_back")
OF_EVENINGS = ("published", "no_place", "ask_answer")
# What is told of an evening only while it is published: a publication may be taken back.
OF_PUBLISHED = ("published", "no_place")
MOST = 40
# Whose end another message told.
TOLD_OTHERWISE = (Assignment.Cause.CALLED_OFF, Assignment.Cause.SWAPPED)

NEW = gettext_lazy("new: %(where)s")
MOVED = gettext_lazy("other hours: %(where)s")
DETAILS = gettext_lazy("changed: %(where)s")
GONE = gettext_lazy("no longer: %(where)s")
OFF = gettext_lazy("called off: %(where)s")
NO_CALL = gettext_lazy("not on call: %(where)s")


@dataclass(frozen=True)
class Waiting:
    """One message that waits. `says` is its news in a few words each."""

    message: Message
    name: str
    label: str
    says: list[str]
    leaves: datetime
    is_today: bool
    evenings: frozenset[int]

    @property
    def by_phone(self):
        return not self.message.recipient


@dataclass(frozen=True)
class WaitingList:
    """`silent` are the messages that will not leave, because in the end nothing changed: they are no lines."""

    lines: list[Waiting] = field(default_factory=list)
    more: int = 0
    silent: int = 0

    @property
    def total(self):
        return len(self.lines) + self.more


def waiting(
    edition: Edition, *, now: datetime, evening: Evening | None = None, user: User | None = None, most: int = MOST
) -> WaitingList:
    """The messages of `edition` that wait because of a click, the next first; of one evening or one person only.

    At most `most` of them, and how many more there are. One query where nothing waits, else a constant number.
    """
    found = Message.objects.pending().filter(Q(kind__in=KINDS) | Q(facts__by_click=True), facts__edition=edition.pk)
    found = found.select_related("user")
    found = found.filter(user=user) if user else found
    messages = [message for message in found.order_by("due", "pk") if message.user]
    if not messages:
        return WaitingList()
    news = _News(messages)
    if evening:
        messages = [message for message in messages if evening.pk in news.evenings_of(message)]
    telling = [message for message in messages if news.is_telling(message)]
    shown = telling[:most]
    known = people.entries(message.user_id for message in shown)
    lines = [_line(message, news, known.get(message.user_id), edition, now) for message in shown]
    return WaitingList(lines, len(telling) - len(shown), len(messages) - len(telling))


def _line(message, news, entry, edition, now):
    leaves = max(message.due, now)
    if not kinds.is_urgent(message):
        leaves = hours.after_quiet(leaves, edition.rules, edition.zone)
    return Waiting(
        message=message,
        name=entry.name if entry else str(message.user),
        label=pages.label_of(message),
        says=news.says(message),
        leaves=leaves,
        is_today=hours.local_day(leaves, edition.zone) == hours.local_day(now, edition.zone),
        evenings=news.evenings_of(message),
    )


class _News:
    """What messages say, from what was read once for all of them."""

    def __init__(self, messages: Iterable[Message]):
        items = [(message, item) for message in messages for item in message.facts.get("items", [])]
        self.rows = Assignment.objects.for_pages().in_bulk({_assignment(m, i) for m, i in items} - {None})
        ours = {pk for message, pk in items if message.kind in OF_RESERVE}
        self.reserves = Reserve.objects.in_bulk(ours) if ours else {}
        self.answers = Availability.objects.in_bulk({_answer(m, i) for m, i in items} - {None})
        posts = {row.post_id for row in self.rows.values()}
        active = Assignment.objects.active().published().filter(post__in=posts)
        self.on_post = set(active.values_list("post_id", "volunteer__user_id"))
        wanted = {pk for message in messages for pk in self.evenings_of(message)}
        self.evenings = Evening.objects.in_bulk(wanted)

    def evenings_of(self, message) -> frozenset[int]:
        """The ids of the evenings that `message` is about."""
        items = message.facts.get("items", [])
        if message.kind in OF_EVENINGS:
            return frozenset(items)
        if message.kind in OF_RESERVE:
            return self._of_reserve(message, items)
        if message.kind in ("still_coming", "letter"):
            return frozenset({message.facts["evening"]})
        if not items:
            return frozenset({message.facts["evening"]} if "evening" in message.facts else ())
        rows = [self.rows.get(_assignment(message, item)) for item in items]
        answers = [self.answers.get(_answer(message, item)) for item in items]
        return frozenset(
            [row.post.opening.evening_id for row in rows if row] + [one.evening_id for one in answers if one]
        )

    def _of_reserve(self, message, items):
        rows = [self.reserves[pk] for pk in items if pk in self.reserves]
        if message.kind == "reserve_proposed":
            rows = [row for row in rows if row.is_live and not row.is_agreed]
        else:
            rows = [row for row in rows if row.ended_because == Reserve.Because.TAKEN_BACK]
        return frozenset(row.evening_id for row in rows)

    def is_telling(self, message) -> bool:
        """Whether it has anything to tell; a welcome or a new address always has."""
        if message.kind in OF_RESERVE:
            return bool(self.evenings_of(message))
        if message.kind in OF_PUBLISHED:
            return any(evening.published_at for evening in self._days(message))
        return message.kind not in ("changed", "called_off") or bool(self.says(message))

    def says(self, message) -> list[str]:
        if message.kind == "changed":
            return self._changes(message)
        if message.kind == "called_off":
            return self._called_off(message)
        days = self._days(message)
        if message.kind in OF_PUBLISHED:
            days = [evening for evening in days if evening.published_at]
        return [_day(evening) for evening in days]

    def _days(self, message):
        days = [self.evenings[pk] for pk in self.evenings_of(message) if pk in self.evenings]
        return sorted(days, key=lambda evening: evening.date)

    def _changes(self, message):
        """The difference between what she knew and what is true now, as `messages.assignments.changes` has it."""
        items = message.facts["items"]
        announced = {item["assignment"] for item in items if item["what"] == "assigned"}
        said, by_post = [], {}
        for item in items:
            if row := self.rows.get(item["assignment"]):
                by_post.setdefault(row.post_id, []).append((item, row))
        for post, news in sorted(by_post.items()):
            is_on = (post, message.user_id) in self.on_post
            knew = [row for _item, row in news if row.pk not in announced]
            if word := _word(is_on, knew, news):
                said.append(word % {"where": _where(news[-1][1])})
        return said

    def _called_off(self, message):
        said = []
        for item in message.facts["items"]:
            row, answer = self.rows.get(_assignment(message, item)), self.answers.get(_answer(message, item))
            if row and (row.post_id, message.user_id) not in self.on_post:
                said.append(OFF % {"where": _where(row)})
            elif answer and self.evenings[answer.evening_id].called_off_at:
                said.append(NO_CALL % {"where": _day(self.evenings[answer.evening_id])})
        return said


def _word(is_on, knew, news):
    if is_on and not knew:
        return NEW
    moves = [item for item, _row in news if item["what"] == "moved"]
    if is_on and moves and moves[0].get("was") != Hours.of(news[0][1].post).as_texts():
        return MOVED
    details = [item for item, _row in news if item["what"] == "details"]
    if is_on and details and details[0].get("was") != details_of(news[0][1].post):
        return DETAILS
    told_otherwise = knew and (knew[-1].withdrew or knew[-1].cause in TOLD_OTHERWISE)
    return GONE if knew and not is_on and not told_otherwise else None


def _assignment(message, item):
    """The assignment that an item is about, where it is about one."""
    if message.kind == "changed":
        return item["assignment"]
    return item if message.kind == "called_off" and not isinstance(item, dict) else None


def _answer(message, item):
    return item["on_call"] if message.kind == "called_off" and isinstance(item, dict) else None


def _where(row):
    post = row.post
    return _("%(museum)s, %(role)s, %(day)s") % {
        "museum": post.opening.museum.short,
        "role": post.role.name.lower(),
        "day": _day(post.opening.evening),
    }


def _day(evening):
    return date_format(evening.date, "l j F")
