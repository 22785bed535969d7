"""The history in words: who did what, when. Names are looked up when it is read, for the lines keep ids only."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from messaging import pages as messaging
from messaging.models import Message
from museums.models import Museum
from nocturnes.history import Actor
from nocturnes.models import Entry, User
from shifts.models import Ask, Assignment, Call, Offer, Post, Reserve, Search, Swap
from shifts.ranking import WARNINGS
from volunteers.models import Registration, Volunteer

# What follows the name of who did it. A verb that is missing here is shown as it is stored, and breaks nothing.
WORDS = {
    "assigned": gettext_lazy("put %(name)s on this post"),
    "confirmed": gettext_lazy("confirmed"),
    "withdrew": gettext_lazy("cannot come"),
    "recorded_withdrawal": gettext_lazy("noted that %(name)s cannot come"),
    "took_place": gettext_lazy("took the place"),
    "requested_place": gettext_lazy("asked for a place"),
    "took_request_back": gettext_lazy("no longer asks for a place"),
    "granted_request": gettext_lazy("gave %(name)s the requested place"),
    "declined_request": gettext_lazy("did not give %(name)s the requested place"),
    "request_gone": gettext_lazy("ended the request of %(name)s: no place is open any more"),
    "came_back": gettext_lazy("can come after all"),
    "removed": gettext_lazy("removed %(name)s"),
    "put_back": gettext_lazy("put %(name)s back"),
    "arrived": gettext_lazy("ticked that %(name)s is here"),
    "absent": gettext_lazy("ticked that %(name)s is not here"),
    "freed_absent": gettext_lazy("freed the place of %(name)s, who is not here"),
    "asked_unanswered": gettext_lazy("asked who has not answered"),
    "unticked": gettext_lazy("took the tick of %(name)s back"),
    "extra_came": gettext_lazy("noted that somebody came who was not on the list"),
    "extra_taken_back": gettext_lazy("took back that somebody came who was not on the list"),
    "no_search": gettext_lazy("left the place open"),
    "published": gettext_lazy("published the evening"),
    "called_off": gettext_lazy("called the opening off"),
    "called_off_evening": gettext_lazy("called the evening off"),
    "replanned": gettext_lazy("moved reminders"),
    "added_evening": gettext_lazy("added the evening"),
    "changed_evening": gettext_lazy("changed the evening"),
    "added_opening": gettext_lazy("added the opening"),
    "changed_opening": gettext_lazy("changed the opening"),
    "deleted_opening": gettext_lazy("took an opening away"),
    "added_post": gettext_lazy("added the post"),
    "changed_post": gettext_lazy("changed the post"),
    "deleted_post": gettext_lazy("took a post away"),
    "changed_places": gettext_lazy("changed the places"),
    "moved": gettext_lazy("moved the hours"),
    "undid": gettext_lazy("took that back"),
    "sent_now": gettext_lazy("sent the message at once"),
    "opened_search": gettext_lazy("set the search going"),
    "place_added_to_search": gettext_lazy("added a place to the search"),
    "nobody_left": gettext_lazy("found nobody else to ask"),
    "resumed_search": gettext_lazy("went on with the search"),
    "ended_search": gettext_lazy("ended the search"),
    "asked": gettext_lazy("asked %(name)s"),
    "asked_by_hand": gettext_lazy("asked %(name)s by hand"),
    "asked_others": gettext_lazy("asked others than who speaks the language"),
    "phoned": gettext_lazy("phoned %(name)s"),
    "left_out": gettext_lazy("left %(name)s out of the search"),
    "let_in": gettext_lazy("let %(name)s be asked again"),
    "held_search": gettext_lazy("held the search"),
    "released_search": gettext_lazy("let the search go on"),
    "widened": gettext_lazy("had the next people asked at once"),
    "wave_proposed": gettext_lazy("waits for a coordinator’s consent to the next wave"),
    "agreed_to_wave": gettext_lazy("agreed to the next wave"),
    "accepted_offer": gettext_lazy("said yes and has the place"),
    "late_yes": gettext_lazy("said yes when the place was taken"),
    "declined_offer": gettext_lazy("said no"),
    "registered_person": gettext_lazy("signed up"),
    "brought_up_to_date": gettext_lazy("signed up again"),
    "registered": gettext_lazy("made the registration for the season"),
    "added_by_hand": gettext_lazy("added this person by hand"),
    "changed_person": gettext_lazy("changed what we know of this person"),
    "renewed_links": gettext_lazy("renewed every link: the address changed"),
    "accepted": gettext_lazy("welcomed this person"),
    "acceptance_undone": gettext_lazy("took the welcome back"),
    "declined": gettext_lazy("said: not this time"),
    "parent_consented": gettext_lazy("noted a parent’s consent"),
    "answered": gettext_lazy("noted the answer for an evening"),
    "set_language": gettext_lazy("changed the language of our mails"),
    "set_may_be_asked": gettext_lazy("changed whether we may ask"),
    "set_most_evenings": gettext_lazy("changed the most evenings"),
    "arrangement_forgotten": gettext_lazy("deleted what was to be arranged"),
    "paused": gettext_lazy("paused this person"),
    "pause_ended": gettext_lazy("ended the pause"),
    "set_not_at": gettext_lazy("changed the museums where this person is not placed"),
    "set_invited_again": gettext_lazy("changed whether this person is invited again"),
    "blocked": gettext_lazy("blocked this person"),
    "unblocked": gettext_lazy("unblocked this person"),
    "merged": gettext_lazy("merged another record of this person into this one"),
    "merged_into": gettext_lazy("merged this record into another one"),
    "put_on_call": gettext_lazy("noted that %(name)s is on call"),
    "asked_still_coming": gettext_lazy("asked everybody whether they still come"),
    "wrote_to_all": gettext_lazy("wrote to everybody of the evening"),
    "asked_still_coming_again": gettext_lazy("asked again who had not answered"),
    "still_comes": gettext_lazy("said: still coming"),
    "noted_still_comes": gettext_lazy("noted that %(name)s still comes"),
    "asked_again": gettext_lazy("asked %(name)s again to confirm"),
    "proposed_reserve": gettext_lazy("asked %(name)s to be on call"),
    "accepted_reserve": gettext_lazy("is on call"),
    "declined_reserve": gettext_lazy("would rather not be on call"),
    "gave_back_reserve": gettext_lazy("cannot be on call after all"),
    "noted_not_on_call": gettext_lazy("noted that %(name)s is not on call"),
    "took_back_reserve": gettext_lazy("let %(name)s go: not needed on call"),
    "freed_reserve": gettext_lazy("let %(name)s go: the evening is free"),
    "came_from_reserve": gettext_lazy("is no longer on call: has a place"),
    "set_no_asks": gettext_lazy("changed until when we do not ask"),
    "not_this_week": gettext_lazy("does not want to be asked this week"),
    "proposed_swap": gettext_lazy("proposed a swap"),
    "proposed_exchange": gettext_lazy("proposed another exchange instead"),
    "took_swap_back": gettext_lazy("took the swap back"),
    "accepted_swap": gettext_lazy("said yes to a swap"),
    "declined_swap": gettext_lazy("said no to a swap"),
    "agreed_to_swap": gettext_lazy("agreed to a swap"),
    "refused_swap": gettext_lazy("did not agree to a swap"),
    "swap_gone": gettext_lazy("ended a swap that is no longer possible"),
    "swapped": gettext_lazy("has the place by a swap"),
    "lent": gettext_lazy("lent %(name)s to this museum"),
    "lent_away": gettext_lazy("lent %(name)s to another museum"),
    "noted": gettext_lazy("wrote a note"),
    "deleted_note": gettext_lazy("deleted a note"),
}
BECAUSE = {choice.value: choice.label for choice in Search.Because}
HELD = {
    "paused": gettext_lazy("paused the search"),
    "taken_over": gettext_lazy("took the search in hand"),
}
THEN = {
    "leave_open": gettext_lazy("The place stays open."),
    "myself": gettext_lazy("A coordinator sees to it."),
    "search": gettext_lazy("A search begins."),
}

# What follows by itself from what a volunteer said: nobody should read that she did it.
BY_ITSELF = {"request_gone", "opened_search", "place_added_to_search", "ended_search", "resumed_search", "nobody_left"}


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
        if entry.actor_kind == SIGN_UP_LINK:
            return self.subject(entry)
        if entry.actor_kind == PARENT_LINK:
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


# Who confirms a sign-up is the person herself; the links that a page of volunteers opens have kinds of their own.
SIGN_UP_LINK, PARENT_LINK = "sign-up-link", "parent-link"
_ACTORS = {Actor.USER: "users", Actor.VOLUNTEER_LINK: "volunteers", Actor.MUSEUM_LINK: "museums"}


def _is_person(entry):
    return entry.about_type == Volunteer._meta.label_lower


def _named(entry):
    """The volunteers whom a line names in its data, where it is about something else."""
    several = entry.data.get("volunteers")
    return [pk for pk in (several if isinstance(several, list) else [entry.data.get("volunteer")]) if type(pk) is int]
