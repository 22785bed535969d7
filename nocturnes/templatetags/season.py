"""The cells of the season. There may be hundreds on a page, so they are drawn without a template each.

As in `look`, tags take plain values and never touch the database.
"""

from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from . import look

register = template.Library()


@register.simple_tag
def season_cell(name, url, windows, filled, needed, state, n=0, full_name="", draft=False, lacks=()):
    """One opening in the season. `state` is its worst; `lacks` the missing languages, as things with `short`."""
    if state not in look.CELLS:
        raise template.TemplateSyntaxError(f"There is no cell {state!r}.")
    label = _("%(museum)s: %(filled)s of %(needed)s, %(state)s") % {
        "museum": full_name or name,
        "filled": filled,
        "needed": needed,
        "state": ", ".join([look.STATES[state](n, ""), *(_("no %(language)s") % {"language": one} for one in lacks)]),
    }
    return format_html(
        '<a class="{}" href="{}" aria-label="{}"><span class="cell__name">{}</span>'
        '<span class="cell__places">{}<span class="cell__sum">{}/{}</span></span>{}{}</a>',
        _css(state, draft),
        url,
        label,
        name,
        look.windows(windows),
        filled,
        needed,
        look.state(state, n),
        _tab(lacks) if lacks else "",
    )


@register.simple_tag
def season_cells(cells, url, draft=False):
    """The cells of an evening, each in its field of the table. `url` is the evening's page.

    A cell has `short`, `name`, `anchor`, `windows`, `filled`, `needed`, `state`, `n` and `lacks`.
    """
    drawn = [
        season_cell(
            *(one.short, url + one.anchor, one.windows, one.filled, one.needed, one.state),
            n=one.n,
            full_name=one.name,
            draft=draft,
            lacks=one.lacks,
        )
        for one in cells
    ]
    return mark_safe("".join(f"<td>{cell}</td>" for cell in drawn))  # noqa: S308  (each cell is escaped)


@lru_cache
def _css(state, draft):
    if draft and state != "called_off":
        return "cell cell--draft-empty" if state == "empty" else "cell cell--draft"
    return "cell" if state in ("full", "unconfirmed") else f"cell cell--{look.dashed(state)}"


def _tab(lacks):
    letters = " ".join(getattr(one, "short", str(one).upper()) for one in lacks)
    return format_html('<span class="cell__lang">{}{}</span>', look.icon("cross"), letters)
