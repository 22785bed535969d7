"""Who is expected at a museum, drawn by patterns: its page has all its evenings of the season."""

from django import template
from django.utils.safestring import SafeString

from nocturnes.patterns import Drawer
from nocturnes.templatetags import look
from shifts.pages import museum_lines

register = template.Library()

PERSON = "shifts/museum/_person.html"
TICKS = "shifts/museum/_ticks.html"


@register.simple_tag(takes_context=True)
def expected_people(context, sheet):
    """The lines of `sheet`, person by person; where it takes ticks each with its two buttons."""
    draw = Drawer(context).draw
    return SafeString("".join([_person(context, draw, sheet, person) for person in sheet.people]))


def _person(context, draw, sheet, person):
    return draw(
        PERSON,
        museum_lines.who(person),
        pk=person.pk,
        name=person.name,
        phone=person.phone,
        phone_url=person.phone_url,
        arch=look.arch(person.name, museum_lines.window(person)),
        ticks=_ticks(context, person) if sheet.takes_ticks else SafeString(),
    )


def _ticks(context, person):
    """They hold the museum's own link, which is kept in no pattern."""
    with context.push(person=person):
        return context.template.engine.get_template(TICKS).render(context)
