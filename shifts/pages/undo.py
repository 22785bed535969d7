"""What the undo bar says: what was done, and once it is taken back, what is as before."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from museums.models import Opening
from nocturnes.dates import date_format
from nocturnes.models import Entry, Evening
from shifts.models import Assignment, Disruption, Post, Reserve, Search, Swap
from volunteers.models import Registration, Volunteer

_DONE = {
    "published": gettext_lazy("The evening of %(date)s is published."),
    "asked_unanswered": gettext_lazy("Whoever has not answered for %(date)s is asked."),
    "asked_still_coming": gettext_lazy("Everybody is asked whether they can still come on %(date)s."),
    "asked_still_coming_again": gettext_lazy("Whoever has not answered is asked again about %(date)s."),
    "wrote_to_all": gettext_lazy("You write to everybody of %(date)s."),
    "noted_still_comes": gettext_lazy("%(name)s comes to %(museum)s, %(role)s."),
    "asked_again": gettext_lazy("%(name)s is asked again to confirm: %(museum)s, %(role)s."),
    "proposed_reserve": gettext_lazy("You ask people to be on call on %(date)s."),
    "took_back_reserve": gettext_lazy("%(name)s need not be on call on %(date)s."),
    "called_off_evening": gettext_lazy("The evening of %(date)s does not take place."),
    "called_off": gettext_lazy("The opening of %(museum)s does not take place."),
    # Of somebody added by hand, the rest of what was noted stays.
    "accepted": gettext_lazy(
        "%(name)s is welcome. Undo takes back the welcome only: the name is under To welcome again."
    ),
    "blocked": gettext_lazy("%(name)s is blocked."),
    "assigned": gettext_lazy("%(name)s is at %(museum)s, %(role)s."),
    "removed": gettext_lazy("%(name)s is no longer at %(museum)s, %(role)s."),
    "freed_absent": gettext_lazy("%(name)s is not at %(museum)s, %(role)s: the place is free."),
    "recorded_withdrawal": gettext_lazy("%(name)s cannot come to %(museum)s, %(role)s."),
    "confirmed": gettext_lazy("%(name)s comes to %(museum)s, %(role)s."),
    "lent": gettext_lazy("%(name)s moves to %(museum)s, %(role)s."),
    "agreed_to_swap": gettext_lazy("The swap of %(name)s is done."),
    "refused_swap": gettext_lazy("The swap of %(name)s is not done."),
    "widened": gettext_lazy("The search for %(museum)s, %(role)s asks the next people soon."),
    "agreed_to_wave": gettext_lazy("The next people are asked for %(museum)s, %(role)s."),
    "asked_by_hand": gettext_lazy("%(name)s is asked for %(museum)s, %(role)s."),
    "phoned_no": gettext_lazy("%(name)s said no on the phone: %(date)s."),
    "phoned_none": gettext_lazy("%(name)s did not answer the phone: %(museum)s, %(role)s."),
    "paused": gettext_lazy("Nothing new is asked of %(name)s."),
    "pause_ended": gettext_lazy("%(name)s may be asked again."),
    "moved_post": gettext_lazy("The hours of %(museum)s, %(role)s are changed."),
    "moved": gettext_lazy("%(museum)s is at other hours."),
}
_UNDONE = {
    "published": gettext_lazy("Undone: the evening of %(date)s is not published."),
    "asked_unanswered": gettext_lazy("Undone: nobody is asked about %(date)s."),
    "asked_still_coming": gettext_lazy("Undone: nobody is asked about %(date)s."),
    "asked_still_coming_again": gettext_lazy("Undone: nobody is asked again about %(date)s."),
    "wrote_to_all": gettext_lazy("Undone: your words to everybody of %(date)s do not leave."),
    "noted_still_comes": gettext_lazy("Undone: %(name)s has not answered: %(museum)s, %(role)s."),
    "asked_again": gettext_lazy("Undone: %(name)s is not asked again: %(museum)s, %(role)s."),
    "proposed_reserve": gettext_lazy("Undone: nobody is asked to be on call on %(date)s."),
    "took_back_reserve": gettext_lazy("Undone: for %(name)s the reserve of %(date)s is as before."),
    "called_off_evening": gettext_lazy("Undone: the evening of %(date)s takes place."),
    "called_off": gettext_lazy("Undone: the opening of %(museum)s takes place."),
    "accepted": gettext_lazy("Undone: %(name)s is not welcomed any more, and is under To welcome."),
    "blocked": gettext_lazy("Undone: %(name)s is not blocked."),
    "assigned": gettext_lazy("Undone: %(name)s is not at %(museum)s, %(role)s."),
    "removed": gettext_lazy("Undone: %(name)s is at %(museum)s, %(role)s."),
    "confirmed": gettext_lazy("Undone: %(name)s has not confirmed: %(museum)s, %(role)s."),
    "lent": gettext_lazy("Undone: %(name)s keeps the earlier post."),
    "agreed_to_swap": gettext_lazy("Undone: the swap of %(name)s waits for you again."),
    "refused_swap": gettext_lazy("Undone: the swap of %(name)s waits for you again."),
    "widened": gettext_lazy("Undone: the search for %(museum)s, %(role)s keeps its pace."),
    "agreed_to_wave": gettext_lazy("Undone: the search for %(museum)s, %(role)s waits for you."),
    "asked_by_hand": gettext_lazy("Undone: %(name)s is not asked for %(museum)s, %(role)s."),
    "phoned_no": gettext_lazy("Undone: nothing is noted of the call to %(name)s, %(date)s."),
    "phoned_none": gettext_lazy("Undone: nothing is noted of the call to %(name)s: %(museum)s, %(role)s."),
    "paused": gettext_lazy("Undone: the pause of %(name)s is as before."),
    "pause_ended": gettext_lazy("Undone: the pause of %(name)s is as before."),
    "moved_post": gettext_lazy("Undone: the hours of %(museum)s, %(role)s are as before."),
    "moved": gettext_lazy("Undone: the hours of %(museum)s are as before."),
}
_UNDONE |= dict.fromkeys(("freed_absent", "recorded_withdrawal"), _UNDONE["removed"])


def sentence(entry: Entry) -> str:
    """What a coordinator just did, as said in the bar that lets her take it back."""
    if (number := _number(entry)) is None:
        said = _said(_DONE, entry)
    elif entry.verb == "accepted_all":
        said = ngettext("%(n)s person is welcomed.", "%(n)s people are welcomed.", number) % {"n": number}
    else:
        said = ngettext(
            "The hours of %(n)s post are changed, %(date)s.", "The hours of %(n)s posts are changed, %(date)s.", number
        ) % {"n": number, **_facts(entry)}
    return said + " " + _("Undo leaves the places as they are.") if entry.data.get("resized") else said


def undone(entry: Entry) -> str:
    """What is as before now that `entry` is taken back; nobody was told."""
    if (number := _number(entry)) is None:
        said = _said(_UNDONE, entry)
    elif entry.verb == "accepted_all":
        said = ngettext(
            "Undone: %(n)s person is under To welcome again.",
            "Undone: %(n)s people are under To welcome again.",
            number,
        ) % {"n": number}
    else:
        said = ngettext(
            "Undone: the hours of %(n)s post are as before, %(date)s.",
            "Undone: the hours of %(n)s posts are as before, %(date)s.",
            number,
        ) % {"n": number, **_facts(entry)}
    return said + " " + _("Nobody was told.")


def _number(entry):
    """How many people or posts a click was about that has no name for them; None where there is one."""
    if entry.verb == "accepted_all":
        return len(entry.data["volunteers"])
    return len(entry.data["posts"]) if entry.verb == "moved" and _is_about(entry, Evening) else None


def _said(words, entry):
    key = "moved_post" if entry.verb == "moved" and _is_about(entry, Post) else entry.verb
    key = f"phoned_{entry.data['answer']}" if entry.verb == "phoned" else key
    return words[key] % _facts(entry)


def _facts(entry):
    """Who and where, by the names that the sentences have for them."""
    return _FACTS[entry.about_type](entry)


def _of_evening(entry):
    return _on(Evening.objects.get(pk=entry.about_id))


def _of_opening(entry):
    return {"museum": Opening.objects.select_related("museum").get(pk=entry.about_id).museum.short}


def _of_disruption(entry):
    return _on(Disruption.objects.select_related("evening").get(pk=entry.about_id).evening)


def _of_reserve(entry):
    reserve = Reserve.objects.select_related("evening", "volunteer").get(pk=entry.about_id)
    return {"name": reserve.volunteer.short_name, **_on(reserve.evening)}


def _of_volunteer(entry):
    return {"name": Volunteer.objects.get(pk=entry.about_id).short_name}


def _of_registration(entry):
    return {"name": Volunteer.objects.get(registrations=entry.about_id).short_name}


def _of_swap(entry):
    return {"name": Swap.objects.for_pages().get(pk=entry.about_id).assignment.volunteer.short_name}


def _of_assignment(entry):
    assignment = Assignment.objects.for_pages().get(pk=entry.about_id)
    return {"name": assignment.volunteer.short_name, **_where(assignment.post)}


def _of_post(entry):
    """With the name of who was phoned about it."""
    post = Post.objects.for_pages().get(pk=entry.about_id)
    return {"name": _named(entry), **_on(post.opening.evening), **_where(post)}


def _of_search(entry):
    """With the name of who was asked."""
    return {"name": _named(entry), **_where(Post.objects.for_pages().get(pk=entry.data["post"]))}


_FACTS = {
    model._meta.label_lower: read
    for model, read in {
        Assignment: _of_assignment,
        Disruption: _of_disruption,
        Evening: _of_evening,
        Opening: _of_opening,
        Post: _of_post,
        Registration: _of_registration,
        Reserve: _of_reserve,
        Search: _of_search,
        Swap: _of_swap,
        Volunteer: _of_volunteer,
    }.items()
}


def _named(entry):
    """The volunteer whom the line's data name, where they do."""
    volunteer = Volunteer.objects.filter(pk=entry.data.get("volunteer")).first()
    return volunteer.short_name if volunteer else ""


def _on(evening):
    return {"date": date_format(evening.date, "l j F")}


def _where(post):
    return {"museum": post.opening.museum.short, "role": post.role.name.lower()}


def _is_about(entry, model):
    return entry.about_type == model._meta.label_lower
