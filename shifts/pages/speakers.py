"""The searches in which others are asked by now than who speaks a language that nobody there would speak."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from museums.words import at
from nocturnes.models import Language
from shifts import ranking
from shifts.models import Search
from shifts.ranking.words import SIGNED


@dataclass(frozen=True)
class Speechless:
    """A search, and the names of the languages that are missing still, in the active language."""

    search: Search
    languages: list[str]

    @property
    def sentence(self):
        """As in "No Dutch speaker at BELvue"."""
        names = pgettext("between two languages", " or ").join(self.languages)
        return _("No %(language)s speaker %(museum)s") % {
            "language": names,
            "museum": at(self.search.post.opening.museum),
        }


def without_speakers(searches: Iterable[Search]) -> list[Speechless]:
    """Those of `searches`, live ones with their post, that found no speaker for now; in four queries at most.

    The posts come with all that pages read of them (`Post.objects.for_pages()`).
    """
    searches = [search for search in searches if search.is_live and search.others_asked_at]
    if not searches:
        return []
    holes = ranking.read_holes([search.post for search in searches])
    known = Language.objects.in_bulk(field_name="code")
    missing = {search: holes[search.post_id].missing & set(search.without_languages) for search in searches}
    return [
        Speechless(search, [_name(known[code]) for code in sorted(codes)]) for search, codes in missing.items() if codes
    ]


def _name(language):
    return language.short if language.code in SIGNED else language.name
