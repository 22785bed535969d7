"""Who could fill a place, in which order, and why (design.md 6).

`crowd` reads what is known of everybody in an edition, in a number of queries that does not grow with them; `people`
has one of them, `holes` the posts; `eligibility` has one small function a rule; `order` sorts and gives the reasons as
data; `words` says them.
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
from .holes import Hole, read_hole, read_holes
from .order import Candidate, Suggestions, ranked, suggestions
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
    "Season",
    "Standing",
    "Suggestions",
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
