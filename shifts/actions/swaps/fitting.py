"""What stands against a swap: the rules of taking a place oneself, for each with what she gives away taken off."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from museums.models import Opening
from nocturnes.models import Entry, Language
from shifts import ranking
from shifts.models import Assignment, Post, Swap
from shifts.ranking import Person
from volunteers.models import Volunteer

# What she said herself, and may change: she is asked all the same, and reads what to do first.
HERS_TO_CHANGE = {"said_no", "enough_evenings"}


class Rid:
    """Somebody as she is once she gave a place away for another: not busy there, and with no evening more."""

    def __init__(self, person: Person, gives: Assignment, evening: int):
        self.person, self.gives, self.evening = person, gives, evening

    def __getattr__(self, name):
        return getattr(self.person, name)

    @property
    def busy(self):
        given = (self.gives.report_at, self.gives.ends_at)
        return [hours for hours in self.person.busy if hours != given]

    @property
    def most_evenings(self):
        """No bound where she has not one evening more than before: it was passed already, or is not now."""
        evening = self.gives.post.opening.evening_id
        others = Assignment.objects.active().of_evening(evening).filter(volunteer=self.person.pk)
        stays = evening != self.evening and others.exclude(pk=self.gives.pk).exists()
        return self.person.most_evenings if stays else None


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


def languages_lost(swaps: Collection[Swap]) -> dict[int, list[Language]]:
    """What an opening asks for, somebody there speaks now, and nobody would once the places changed hands: by swap.

    Four queries, however many swaps there are; `swaps` come with what `Swap.objects.for_pages()` reads.
    """
    openings = {place.post.opening_id for swap in swaps for place in swap.places}
    wanted = _pairs(Opening.languages.through.objects.filter(opening__in=openings), "opening_id")
    if not wanted:
        return {}
    team = Assignment.objects.active().filter(post__opening__in=wanted)
    team = list(team.order_by().values_list("post__opening_id", "pk", "volunteer_id"))
    people = {volunteer for _opening, _pk, volunteer in team}
    people |= {pk for swap in swaps for pk in (swap.volunteer_id, swap.assignment.volunteer_id) if pk}
    spoken = _pairs(Volunteer.languages.through.objects.filter(volunteer__in=people), "volunteer_id")
    known = Language.objects.in_bulk({pk for languages in wanted.values() for pk in languages})
    lost = {}
    for swap in swaps:
        gone = set().union(*(wanted[one] & _lost(one, coming, swap, team, spoken) for one, coming in _coming(swap)))
        lost[swap.pk] = [known[pk] for pk in sorted(gone)]
    return lost


def _pairs(rows, column):
    pairs = defaultdict(set)
    for pk, language in rows.order_by().values_list(column, "language_id"):
        pairs[pk].add(language)
    return pairs


def _coming(swap):
    """Who comes to which opening."""
    coming = defaultdict(set)
    coming[swap.assignment.post.opening_id].add(swap.volunteer_id)
    if swap.theirs_id:
        coming[swap.theirs.post.opening_id].add(swap.assignment.volunteer_id)
    return coming.items()


def _lost(opening, coming, swap, team, spoken):
    given = {place.pk for place in swap.places}
    before = {volunteer for where, _pk, volunteer in team if where == opening}
    after = {volunteer for where, pk, volunteer in team if where == opening and pk not in given} | coming
    return set().union(*(spoken[pk] for pk in before)) - set().union(*(spoken[pk] for pk in after))


def needs_ok(swap: Swap) -> bool:
    """Whether a coordinator has to agree: the edition wants it, or nobody would speak a language any more."""
    lost = languages_lost([swap]).get(swap.pk)
    return swap.assignment.post.opening.evening.edition.rules.swap_needs_ok or bool(lost)
