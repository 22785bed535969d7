"""The stops near a museum, as somebody on the way reads them.

They are one text for all languages, written as the operator writes them: "Parc / Park (métro 1, 5; tram 92)".
"""

import re

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

# Between two stops; what stands in brackets belongs to one.
NEXT_STOP = re.compile(r";\s*(?![^(]*\))")
STOP = re.compile(r"(?P<names>[^()]+) \((?P<ways>[^()]+)\)")
WAY = re.compile(r"(?P<kind>métro|prémétro|tram|bus|train)(?: (?P<lines>\d+(?:, \d+)*))?")

KINDS = {
    "métro": lambda: pgettext("on the way", "metro"),
    "prémétro": lambda: pgettext("on the way", "premetro"),
    "tram": lambda: pgettext("on the way", "tram"),
    "bus": lambda: pgettext("on the way", "bus"),
    "train": lambda: pgettext("on the way", "train"),
}


def in_words(stops: str) -> str:
    """`stops` in the active language: "Park, metro 1 en 5, tram 92". One that is written otherwise stays as it is."""
    return " · ".join(_stop(one) for one in NEXT_STOP.split(stops))


def _stop(text):
    found = STOP.fullmatch(text)
    ways = [WAY.fullmatch(way) for way in found["ways"].split("; ")] if found else [None]
    return ", ".join([_name(found["names"]), *map(_way, ways)]) if all(ways) else text


def _name(names):
    """In English both names, as they stand on the sign."""
    french, _slash, dutch = names.partition(" / ")
    return {"fr": french, "nl": dutch or french}.get(get_language(), names)


def _way(found):
    kind = KINDS[found["kind"]]()
    if not found["lines"]:
        return kind
    *first, last = found["lines"].split(", ")
    if not first:
        return f"{kind} {last}"
    return _("%(kind)s %(first)s and %(last)s") % {"kind": kind, "first": ", ".join(first), "last": last}
