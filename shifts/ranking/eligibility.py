"""Who may be asked, and whom a coordinator may assign: design.md 3.4 and the table "who is bound by which rule".

Each rule is a function of a person and a hole that says whether the rule stands against her there, and a few words for
the coordinator that complete "Wout V.: ...". `RULES` is the table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nocturnes.hours import local_day
from shifts.models import Post
from volunteers.models import Availability, Volunteer

from .holes import Hole, read_hole
from .people import People, Person, read_people

ADULT_AGE = 18


class Standing(IntEnum):
    """How much a rule says against it, from nothing to everything.

    For the product's own offers: `HELD` is not asked for now, but may be later. For the coordinator's hand: `WARNED`
    shows the words, `TICK` wants one more tick, which is recorded. `REFUSED` is final for either.
    """

    FREE = 0
    WARNED = 1
    HELD = 2
    TICK = 3
    REFUSED = 4


def is_called_off(person: Person, hole: Hole, now: datetime) -> bool:
    return hole.is_called_off


def is_past(person, hole, now):
    return hole.post.has_ended(now)


def is_past_use(person, hole, now):
    return hole.frame.is_over(now)


def is_busy(person, hole, now):
    busy = person.busy
    return bool(busy) and any(start < hole.post.ends_at and hole.post.report_at < end for start, end in busy)


def is_too_young(person, hole, now):
    return person.is_minor and hole.post.minimum_age >= ADULT_AGE


def lacks_consent(person, hole, now):
    return person.lacks_consent


def is_blocked(person, hole, now):
    return person.is_blocked


def is_not_placed_there(person, hole, now):
    return hole.museum_id in person.not_at


def is_paused(person, hole, now):
    return person.was_paused and person.is_paused(local_day(now, hole.frame.zone))


def is_not_accepted(person, hole, now):
    return not person.is_accepted


def said_no(person, hole, now):
    return person.answer == Availability.Answer.NO or person.declined


def did_not_answer(person, hole, now):
    """A blank is no No: she is asked by herself only if she agreed to be written to, and after who said yes."""
    return not person.answer and not person.on_call


def withdrew(person, hole, now):
    """From any place of this evening: who cannot come to one museum on Thursday is not asked for another."""
    return person.withdrew


def has_enough_evenings(person, hole, now):
    most = person.most_evenings
    # Whoever agreed to be on call for this evening counts it in.
    return most is not None and not person.on_call and person.evenings_elsewhere >= most


def lacks_languages(person, hole, now):
    return bool(hole.languages) and not hole.languages <= person.languages


def was_asked(person, hole, now):
    return hole.search_id is not None and hole.search_id in person.asked_in


def is_left_out(person, hole, now):
    return hole.search_id is not None and hole.search_id in person.left_out_of


def would_not_be_asked(person, hole, now):
    return not person.may_be_asked and not person.on_call


def wants_no_asks_now(person, hole, now):
    until = person.no_asks_until
    return until is not None and local_day(now, hole.frame.zone) < until


def was_asked_enough(person, hole, now):
    """The budget: so many messages a week, and one an evening, until shortly before; never counted for the reserve."""
    rules = hole.frame.rules
    if person.asks_this_week < rules.asks_a_week and person.asks_this_evening < rules.asks_an_evening:
        return False
    return not person.is_ready and hole.left(now) > rules.budget_until


@dataclass(frozen=True)
class Rule:
    """One line of the table: how the rule binds an automatic offer, a coordinator's hand, who takes a place herself."""

    code: str
    stands_against: Callable[[Person, Hole, datetime], bool]
    words: str | Promise
    offer: Standing
    hand: Standing
    herself: Standing


_NO, _TICK, _HELD, _WARN, _FREE = Standing.REFUSED, Standing.TICK, Standing.HELD, Standing.WARNED, Standing.FREE

RULES = (
    Rule("called_off", is_called_off, _("the opening does not take place"), _NO, _NO, _NO),
    Rule("over", is_past, _("the post is over"), _NO, _NO, _NO),
    Rule("too_late", is_past_use, _("it is too late to come"), _NO, _FREE, _NO),
    Rule("busy", is_busy, _("already on another post at that time"), _NO, _NO, _NO),
    Rule("too_young", is_too_young, _("too young for this post"), _NO, _NO, _NO),
    Rule("no_consent", lacks_consent, _("a parent has not agreed yet"), _NO, _TICK, _NO),
    Rule("blocked", is_blocked, _("blocked"), _NO, _TICK, _NO),
    Rule("paused", is_paused, _("is paused"), _NO, _TICK, _NO),
    Rule("not_there", is_not_placed_there, _("is not placed at this museum"), _NO, _TICK, _NO),
    Rule("not_accepted", is_not_accepted, _("not welcomed yet"), _NO, _TICK, _NO),
    Rule("said_no", said_no, _("said no for that evening"), _NO, _TICK, _NO),
    Rule("withdrew", withdrew, _("can no longer come that evening"), _NO, _TICK, _FREE),
    Rule("enough_evenings", has_enough_evenings, _("above the wished number of evenings"), _NO, _TICK, _NO),
    Rule("languages", lacks_languages, _("does not speak every language of this post"), _NO, _TICK, _NO),
    Rule("asked", was_asked, _("was already asked"), _NO, _FREE, _FREE),
    Rule("left_out", is_left_out, _("left out of this search"), _NO, _FREE, _FREE),
    Rule("not_to_be_asked", would_not_be_asked, _("did not agree to be asked"), _NO, _FREE, _FREE),
    Rule("not_now", wants_no_asks_now, _("does not want to be asked this week"), _HELD, _WARN, _FREE),
    Rule("asked_enough", was_asked_enough, _("was asked enough this week"), _HELD, _WARN, _FREE),
    Rule("no_answer", did_not_answer, _("has not answered for that evening"), _FREE, _WARN, _FREE),
)

# The words of every rule, by its code: for `assign`'s refusal, and for the history of what a coordinator ticked.
WARNINGS = {rule.code: rule.words for rule in RULES}


# The lines that bind anything at all, so that a list of thousands is not asked what nobody minds.
_BY_OFFER = tuple(rule for rule in RULES if rule.offer)
_BY_HAND = tuple(rule for rule in RULES if rule.hand)


def standing(person: Person, hole: Hole, now: datetime) -> Standing:
    """How an automatic offer of `hole` to this person stands: free, held for now, or refused."""
    return max((rule.offer for rule in _BY_OFFER if rule.stands_against(person, hole, now)), default=_FREE)


def standings(people: People, hole: Hole, now: datetime) -> dict[Standing, set[int]]:
    """Whose offer stands how: the ids of the volunteers."""
    return people.parted(lambda person: standing(person, hole, now), hole)


def against_offer(person: Person, hole: Hole, now: datetime) -> set[str]:
    """The codes of the rules that refuse an automatic offer, for good."""
    return {rule.code for rule in RULES if rule.offer == _NO and rule.stands_against(person, hole, now)}


def unmet(person: Person, hole: Hole, now: datetime) -> dict[str, Standing]:
    """The rules that stand against a coordinator's assigning this person by hand, by code, with how much they say."""
    return {rule.code: rule.hand for rule in _BY_HAND if rule.stands_against(person, hole, now)}


def against_taking(person: Person, hole: Hole, now: datetime) -> list[str]:
    """The codes of the rules that refuse her taking this place herself (design.md 3, "volunteer")."""
    return [rule.code for rule in RULES if rule.herself == _NO and rule.stands_against(person, hole, now)]


def warnings_for(post: Post, volunteer: Volunteer, *, now: datetime) -> list[str]:
    """The codes of the rules that want a tick before a coordinator puts `volunteer` on `post`.

    What is refused to everybody is not among them: `actions.places` raises it. Somebody who is not registered in the
    edition has said nothing about it, so no rule about what she said stands against her.
    """
    post = Post.objects.for_pages().get(pk=post.pk)
    person = read_people(post.opening.evening, now=now, only=[volunteer.pk]).get(volunteer.pk)
    if person is None:
        return []
    return [code for code, hand in unmet(person, read_hole(post), now).items() if hand == _TICK]
