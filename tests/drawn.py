"""What parts of pages are drawn once and kept, for tests in which they look otherwise."""

from nocturnes import patterns
from nocturnes.templatetags import look, season
from shifts.pages import facts


def forget():
    for module in (look, season, patterns, facts):
        for function in vars(module).values():
            if hasattr(function, "cache_clear"):
                function.cache_clear()
