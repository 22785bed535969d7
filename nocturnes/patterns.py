"""Long lists, drawn fast: lines that differ only in a name or a number are rendered once, and then filled in.

A template costs some hundred times what it costs to put a name into its result, and an evening with thirty museums has
hundreds of lines of a dozen kinds. What a line looks like is its *shape*, a tuple that can be compared. The template
sees the shape, the edition and the reader's language, and nothing else of the page: so two lines of one shape cannot
differ in anything but what is filled in, on this page and on the next.
"""

import re
from collections.abc import Hashable
from functools import lru_cache

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

# No row has this number, and no text these signs: Unicode leaves them to private use.
NUMBER = 9_000_000_000_000_000_001
TEXT = "\ue000{}\ue001"
TOKEN = "csrf_token"  # noqa: S105  # its name


class Drawer:
    """Draws lines for one page, by the patterns of its edition and language. `context` is that of a tag on the page."""

    def __init__(self, context: Context):
        self.edition = context["chrome"]["edition"].slug
        self.language = get_language()
        self.token = str(context.get(TOKEN, ""))

    def draw(self, template_name: str, shape: Hashable, **filled: int | str) -> SafeString:
        """`template_name` rendered with `one` (the shape) and what is `filled` in; texts are escaped.

        A template writes what is filled in as it is: no filter, no comparison. It may lead to pages of
        `chrome.edition.slug`, and hold forms.
        """
        kinds = tuple([(name, isinstance(value, int)) for name, value in filled.items()])
        read = _pattern.__wrapped__ if settings.DEBUG else _pattern
        parts, slots = read(template_name, shape, self.edition, self.language, kinds)
        parts = list(parts)
        for place, name in slots:
            value = self.token if name == TOKEN else filled[name]
            parts[place] = str(value) if isinstance(value, int) else conditional_escape(value)
        return mark_safe("".join(parts))  # noqa: S308  # all of it was escaped


@lru_cache(maxsize=4096)
def _pattern(template_name, shape, edition, language, kinds):
    """The rendered template in parts, and (place, name) of those that are to be filled in."""
    # A number for a number, so that it fits into an address.
    slots = {name: NUMBER + place if is_number else TEXT.format(name) for place, (name, is_number) in enumerate(kinds)}
    slots[TOKEN] = TEXT.format(TOKEN)
    seen = {"chrome": {"edition": {"slug": edition}}, "one": shape, **slots}
    text = get_template(template_name).template.render(Context(seen))
    names = {str(slot): name for name, slot in slots.items()}
    # Between two texts stands what separates them.
    parts = re.split(f"({'|'.join(map(re.escape, names))})", text)
    return tuple(parts), [(place, names[parts[place]]) for place in range(1, len(parts), 2)]
