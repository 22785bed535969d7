"""Long lists, drawn fast: lines that differ only in a name or a number are rendered once, and then filled in.

A template costs some hundred times what it costs to put a name into its result, and an evening with thirty museums has
hundreds of lines of a dozen kinds. What a line looks like is its *shape*, a tuple that can be compared. The template
sees the shape and nothing else of the page, so two lines of one shape cannot differ in anything but what is filled in.
"""

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
        pattern = kept[template_name, shape] = _render(context, template_name, shape, filled)
    for name, slot in _slots(filled).items():
        pattern = pattern.replace(str(slot), str(conditional_escape(filled[name])))
    return mark_safe(pattern)  # noqa: S308  # rendered by a template, filled with what was escaped


def _slots(filled):
    """What stands in a pattern where each value goes: a number for a number, so that it fits into an address."""
    return {
        name: NUMBER + place if isinstance(value, int) else TEXT.format(name)
        for place, (name, value) in enumerate(filled.items())
    }


def _render(context, template_name, shape, filled):
    template = context.template.engine.get_template(template_name)
    fresh = {name: context.get(name) for name in ("chrome", "csrf_token", "request")}
    # A plain string: the patterns of a list are searched and replaced in.
    return str.__str__(template.render(context.new({**fresh, "one": shape, **_slots(filled)})))
