"""What stands against a swap: the rules of taking a place oneself, for each with what she gives away taken off."""

from datetime import datetime

from nocturnes.models import Entry, Language
from shifts import ranking
from shifts.models import Assignment, Post, Swap
from shifts.ranking import Person
from volunteers.models import Volunteer

# What she said herself, and may change: she is asked all the same, and reads what to do first.
HERS_TO_CHANGE = {"said_no", "enough_evenings"}


class Rid:
    """Somebody as she is once she gave a place away: not busy there, and perhaps with one evening less."""

    def __init__(self, person: Person, gives: Assignment, evening: int):
        self.person, self.gives, self.evening = person, gives, evening

    def __getattr__(self, name):
        return getattr(self.person, name)

    @property
    def busy(self):
        given = (self.gives.report_at, self.gives.ends_at)
        return [hours for hours in self.person.busy if hours != given]

    @property
    def evenings_elsewhere(self):
        evening = self.gives.post.opening.evening_id
        if evening == self.evening:
            return self.person.evenings_elsewhere
        others = Assignment.objects.active().of_evening(evening).filter(volunteer=self.person.pk)
        return self.person.evenings_elsewhere - (not others.exclude(pk=self.gives.pk).exists())


def person_for(post: Post, volunteer: Volunteer, *, now: datetime) -> Person | None:
    """What is known of her, seen from the evening of `post`; None where she is not signed up for its edition."""
    return ranking.read_people(post.opening.evening, now=now, only=[volunteer.pk]).get(volunteer.pk)


def against(post: Post, volunteer: Volunteer, *, gives: Assignment | None, now: datetime) -> list[str]:
    """The codes of the rules that stand against her taking a place of `post`; "not_there" too where she is nobody here.

    `gives` is the place that she gives away for it; `post` comes with what `Post.objects.for_pages()` reads.
    """
    person = person_for(post, volunteer, now=now)
    if person is None:
        return ["not_signed_up"]
    rid = Rid(person, gives, post.opening.evening_id) if gives else person
    return ranking.against_taking(rid, ranking.read_hole(post), now)


def is_stale(swap: Swap, now: datetime) -> bool:
    """Whether nothing can come of it any more: a place ended or became a draft again, or its team meets."""
    ends = any(not place.is_active or place.is_draft or now >= place.report_at for place in swap.places)
    return ends or _moved_since_accepted(swap)


def _moved_since_accepted(swap):
    """Her yes was to other hours; a coordinator's yes would put her where she may not be able to be."""
    if swap.accepted_at is None:
        return False
    # By the lines that follow it: in a rehearsal the clock stands still.
    said = Entry.objects.about(swap).filter(verb="accepted_swap").order_by("pk").last()
    posts = [place.post_id for place in swap.places]
    moves = Entry.objects.filter(verb="moved", about_type=Post._meta.label_lower, about_id__in=posts)
    return said is not None and moves.filter(pk__gt=said.pk).exists()


def languages_lost(swap: Swap) -> list[Language]:
    """What an opening asks for, somebody there speaks now, and nobody would any more once the places changed hands."""
    comes = {swap.assignment.post.opening_id: {swap.volunteer_id}}
    if swap.theirs_id:
        comes.setdefault(swap.theirs.post.opening_id, set()).add(swap.assignment.volunteer_id)
    given, lost = {place.pk for place in swap.places}, set()
    for opening, coming in comes.items():
        team = Assignment.objects.active().filter(post__opening=opening).values_list("pk", "volunteer_id")
        before = {volunteer for _pk, volunteer in team}
        after = {volunteer for pk, volunteer in team if pk not in given} | coming
        lost |= _spoken(before) - _spoken(after)
    return list(Language.objects.filter(pk__in=lost, opening__in=comes).distinct().order_by("pk"))


def _spoken(volunteers):
    spoken = Volunteer.languages.through.objects.filter(volunteer__in=volunteers)
    return set(spoken.values_list("language_id", flat=True))


def needs_ok(swap: Swap) -> bool:
    """Whether a coordinator has to agree: the edition wants it, or nobody would speak a language any more."""
    return swap.assignment.post.opening.evening.edition.rules.swap_needs_ok or bool(languages_lost(swap))
