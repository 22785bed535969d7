"""The history in words: who did what, when. Names are looked up when it is read, for the lines keep ids only."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from messaging import pages as messaging
from messaging.models import Message
from museums.models import Museum
from nocturnes.history import Actor
from nocturnes.models import Entry, User
from shifts.models import Ask, Assignment, Call, Offer, Post, Reserve, Search, Swap
from shifts.ranking import WARNINGS
from volunteers.models import Registration, Volunteer

from .history_words import BECAUSE, BY_ITSELF, HELD, THEN, WORDS


@dataclass(frozen=True)
class Line:
    """One line of history: `who` did `what`, with `detail` in small where there is more to say."""

    at: datetime
    who: str
    what: str
    detail: str
    entry: Entry


def of_assignment(assignment: Assignment) -> list[Line]:
    """What happened to this person on this post, with what came before and after where she came back."""
    same = Assignment.objects.filter(post=assignment.post_id, volunteer=assignment.volunteer_id)
    return lines(about(Assignment, same))


def of_post(post: Post) -> list[Line]:
    """What happened to a post: its places, its people, its searches, its opening and its evening."""
    opening, searches = post.opening, Search.objects.filter(post=post)
    swaps = Swap.objects.filter(Q(assignment__post=post) | Q(theirs__post=post))
    return lines(
        about(Post, [post.pk])
        | about(Assignment, Assignment.objects.filter(post=post))
        | about(Search, searches)
        | about(Swap, swaps)
        | about(Offer, Offer.objects.filter(search__in=searches))
        | about(Ask, Ask.objects.filter(offers__search__in=searches))
        | about(type(opening), [opening.pk])
        | about(type(opening.evening), [opening.evening_id])
    )


def messages_about(assignment: Assignment) -> list[messaging.Line]:
    """What was or will be sent about this assignment alone; messages about several things are on the messages page."""
    return messaging.lines(Message.objects.about(assignment).select_related("user"))


def about(model, rows) -> Q:
    """Which entries are about these rows of `model`: ids, or a queryset."""
    pks = rows.values("pk") if isinstance(rows, QuerySet) else rows
    return Q(about_type=model._meta.label_lower, about_id__in=pks)


def lines(condition: Q) -> list[Line]:
    """The entries that meet `condition`, and what took them back, oldest first; constant in queries."""
    entries = list(Entry.objects.filter(condition))
    undone = Entry.objects.filter(about(Entry, [entry.pk for entry in entries]))
    entries = sorted([*entries, *undone], key=lambda entry: (entry.at, entry.pk))
    names = _Names(entries)
    return [Line(entry.at, names.actor(entry), _what(entry, names), _detail(entry), entry) for entry in entries]


def _what(entry, names):
    words = HELD.get(entry.data.get("held")) if entry.verb == "held_search" else None
    return str(words or WORDS.get(entry.verb, entry.verb)).replace("%(name)s", names.subject(entry))


def _detail(entry):
    """What the line's data add, as a sentence; nothing where they are not as expected."""
    data = entry.data
    if entry.verb == "confirmed":
        return _word(dict(Assignment.How.choices), data.get("how"))
    if entry.verb in ("withdrew", "recorded_withdrawal"):
        return _word(dict(Assignment.Reason.choices), data.get("reason"))
    if entry.verb == "assigned":
        return ", ".join(str(WARNINGS.get(code, code)) for code in data.get("accepted", []))
    if entry.verb in ("removed", "freed_absent"):
        return _word(THEN, data.get("then"))
    if entry.verb == "declined_offer":
        return _word(dict(Offer.Answer.choices), data.get("answer"))
    if entry.verb == "phoned":
        return _word(dict(Call.Answer.choices), data.get("answer"))
    if entry.verb == "changed_places":
        return _places(data.get("old"), data.get("new"))
    return _word(BECAUSE, data.get("because") or data.get("ended_because"))


def _word(words, code):
    return str(words.get(code, "")) if isinstance(code, str) else ""


def _places(old, new):
    if not old or not new:
        return ""
    return _("From %(old)s to %(new)s places, of which needed %(old_needed)s, then %(new_needed)s.") % {
        "old": old[0],
        "new": new[0],
        "old_needed": old[1],
        "new_needed": new[1],
    }


class _Names:
    """The names behind the ids of some entries, read once: users, volunteers, museums, assignments, offers."""

    def __init__(self, entries):
        by_kind = {kind: {e.actor_id for e in entries if e.actor_kind == kind} for kind in _ACTORS}
        signed_in = by_kind[Actor.USER]
        self.users = dict(User.objects.filter(pk__in=signed_in).values_list("pk", "first_name"))
        # A volunteer who signed in has the name that she has everywhere else.
        helping = Volunteer.objects.filter(user__in=signed_in)
        self.helping = {one.user_id: one.short_name for one in helping}
        self.users |= self.helping
        self.museums = {museum.pk: museum.short for museum in Museum.objects.filter(pk__in=by_kind[Actor.MUSEUM_LINK])}
        self.subjects = {
            (model._meta.label_lower, pk): volunteer
            for model in (Assignment, Offer, Ask, Reserve, Registration)
            for pk, volunteer in self._owners(model, entries)
        }
        self.subjects |= {(entry.about_type, entry.about_id): entry.about_id for entry in entries if _is_person(entry)}
        named = {pk for entry in entries for pk in _named(entry)}
        wanted = by_kind[Actor.VOLUNTEER_LINK] | set(self.subjects.values()) | named
        self.volunteers = {one.pk: one.short_name for one in Volunteer.objects.filter(pk__in=wanted)}

    @staticmethod
    def _owners(model, entries):
        pks = {entry.about_id for entry in entries if entry.about_type == model._meta.label_lower}
        return model.objects.filter(pk__in=pks).values_list("pk", "volunteer_id")

    def actor(self, entry):
        if entry.actor_kind == Actor.SYSTEM or (entry.verb in BY_ITSELF and self._is_volunteer(entry)):
            return "Nocturnes"
        if entry.actor_kind == Actor.SIGN_UP_LINK:
            # Who confirms a sign-up is the person herself.
            return self.subject(entry)
        if entry.actor_kind == Actor.PARENT_LINK:
            return _("A parent")
        known = getattr(self, _ACTORS[entry.actor_kind]) if entry.actor_kind in _ACTORS else {}
        return known.get(entry.actor_id) or _("Somebody")

    def _is_volunteer(self, entry):
        return entry.actor_kind == Actor.VOLUNTEER_LINK or (
            entry.actor_kind == Actor.USER and entry.actor_id in self.helping
        )

    def subject(self, entry):
        owner = self.subjects.get((entry.about_type, entry.about_id))
        names = [self.volunteers[pk] for pk in ([owner] if owner else _named(entry)) if pk in self.volunteers]
        return ", ".join(names) or _("somebody")


_ACTORS = {Actor.USER: "users", Actor.VOLUNTEER_LINK: "volunteers", Actor.MUSEUM_LINK: "museums"}


def _is_person(entry):
    return entry.about_type == Volunteer._meta.label_lower


def _named(entry):
    """The volunteers whom a line names in its data, where it is about something else."""
    several = entry.data.get("volunteers")
    return [pk for pk in (several if isinstance(several, list) else [entry.data.get("volunteer")]) if type(pk) is int]
