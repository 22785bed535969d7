"""Who could fill a place, in which order, and why (design.md 6).

`rows` has the queries, whose number does not grow with the people; `crowd` and `season` keep what was read of everybody
in an edition, `people` has one of them, `holes` the posts. `eligibility` has one small function a rule, `criteria` one
for each thing that counts and the reasons as data; `order` sorts, and `words` says why.
"""

from .eligibility import (
    RULES,
    WARNINGS,
    Standing,
    against_offer,
    against_taking,
    standing,
    standings,
    unmet,
    warnings_for,
)
from .holes import Hole, Teams, read_hole, read_holes
from .order import Candidate, Ranking, Suggestions, ranked, suggestions
from .people import People, Person, read_people
from .season import Season
from .words import PRESET_WORDS, RANKING_WORDS, for_the_coordinator, for_the_volunteer, warning_words

__all__ = [
    "PRESET_WORDS",
    "RANKING_WORDS",
    "RULES",
    "WARNINGS",
    "Candidate",
    "Hole",
    "People",
    "Person",
    "Ranking",
    "Season",
    "Standing",
    "Suggestions",
    "Teams",
    "against_offer",
    "against_taking",
    "for_the_coordinator",
    "for_the_volunteer",
    "ranked",
    "read_hole",
    "read_holes",
    "read_people",
    "standing",
    "standings",
    "suggestions",
    "unmet",
    "warning_words",
    "warnings_for",
]
