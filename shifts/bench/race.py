"""Thirty people want the same last place at the same moment; who has it is counted by rows."""

from shifts.models import Assignment, Post

from .load import ask_together
from .pages import taking
from .roster import Loaded

WANTING = 30
ROUNDS = 20


def rounds(loaded: Loaded) -> list[tuple[int, int, int]]:
    """The (evening, museum, post) of an open place for every round, evenings in turn, where thirty are free."""
    places = [
        (evening, *loaded.roster.open[evening][turn])
        for turn in range(ROUNDS)
        for evening in loaded.roster.open
        if turn < len(loaded.roster.open[evening])
    ]
    return [key for key in dict.fromkeys(places) if _free(loaded, key[0])][:ROUNDS]


def run(address: str, loaded: Loaded) -> list[int]:
    """How many of the thirty have the place after each round: more than one is a defect, none at all is one too."""
    return [_round(address, loaded, key) for key in rounds(loaded)]


def _free(loaded, evening):
    """Thirty who are free that evening, from the end: those at the beginning have taken a place before."""
    people = loaded.roster.free[evening]
    return people[-WANTING:] if len(people) >= WANTING else []


def _round(address, loaded, key):
    post = loaded.posts[key]
    people = _free(loaded, key[0])
    # What is left open becomes one last place.
    taken = Assignment.objects.active().filter(post=post).count()
    Post.objects.filter(pk=post.pk).update(places=taken + 1, needed=taken + 1)
    ask_together(address, [taking(loaded, *key, volunteer) for volunteer in people])
    theirs = [loaded.volunteers[number].pk for number in people]
    return Assignment.objects.active().filter(post=post, volunteer__in=theirs).count()
