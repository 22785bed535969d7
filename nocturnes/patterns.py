"""Long lists, drawn fast: lines that differ only in a name or a number are rendered once, and then filled in.

A template costs some hundred times what it costs to put a name into its result, and an evening with thirty museums has
hundreds of lines of a dozen kinds. What a line looks like is its *shape*, a tuple that can be compared. The template
sees the shape and nothing else of the page, so two lines of one shape cannot differ in anything but what is filled in.
"""

import re
from collections.abc import Hashable

from django.template import Context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

# No row has this number, and no text these signs: Unicode leaves them to private use.
NUMBER = 9_000_000_000_000_000_001
TEXT = "\ue000{}\ue001"
KEPT = "_patterns"


def draw(context: Context, template_name: str, shape: Hashable, **filled: int | str) -> SafeString:
    """`template_name` rendered with `one` (the shape), `chrome` and what is `filled` in; texts are escaped.

    A template writes what is filled in as it is: no filter, no comparison. Patterns are kept for one page, whose
    reader, language and token they belong to; `context` is that of a tag on it.
    """
    kept = context["request"].__dict__.setdefault(KEPT, {})
    pattern = kept.get((template_name, shape))
    if pattern is None:
        pattern = kept[template_name, shape] = _pattern(context, template_name, shape, filled)
    parts, slots = pattern
    parts = parts.copy()
    for place, name in slots:
        value = filled[name]
        parts[place] = str(value) if isinstance(value, int) else conditional_escape(value)
    return mark_safe("".join(parts))  # noqa: S308  # all of it was escaped


def _pattern(context, template_name, shape, filled):
    """The rendered template in parts, and (place, name) of those that are to be filled in."""
    # A number for a number, so that it fits into an address.
    slots = {
        name: NUMBER + place if isinstance(value, int) else TEXT.format(name)
        for place, (name, value) in enumerate(filled.items())
    }
    template = context.template.engine.get_template(template_name)
    fresh = {name: context.get(name) for name in ("chrome", "csrf_token", "request")}
    text = template.render(context.new({**fresh, "one": shape, **slots}))
    names = {str(slot): name for name, slot in slots.items()}
    # Between two texts stands what separates them.
    parts = re.split(f"({'|'.join(map(re.escape, names))})", text) if names else [text]
    return parts, [(place, names[parts[place]]) for place in range(1, len(parts), 2)]
