"""The posts of an evening with their people, drawn by patterns: an evening may have hundreds of lines."""

from django import template
from django.utils.safestring import mark_safe

from nocturnes.localized import labelled
from nocturnes.patterns import Drawer
from shifts.pages import evening_lines

register = template.Library()

MUSEUM = "shifts/coordinator/_museum.html"
WHO = "shifts/coordinator/_who.html"
SEARCHED = "shifts/coordinator/_searched.html"
HOLES = "shifts/coordinator/_holes.html"
POST = "shifts/coordinator/_post.html"


@register.simple_tag(takes_context=True)
def museum_section(context, team):
    """A museum of the evening `page`, with its posts and who is on them."""
    draw, opening, museum = Drawer(context).draw, team.opening, team.museum
    return draw(
        MUSEUM,
        evening_lines.museum(team, is_past=context["page"].is_past),
        pk=opening.pk,
        museum=museum.pk,
        name=museum.name,
        street=museum.street,
        title=labelled(opening, "title"),
        posts=mark_safe("".join([_post(context, draw, staffed) for staffed in team.posts])),  # noqa: S308
    )


def _post(context, draw, staffed):
    lines = [_who(draw, staffed, person) for person in staffed.people]
    if not staffed.post.is_called_off:
        lines += _open_places(context, draw, staffed)
    shape = evening_lines.post(staffed)
    return draw(POST, shape, pk=staffed.post.pk, lines=mark_safe("".join(lines)))  # noqa: S308


def _who(draw, staffed, person):
    shape, assignment = evening_lines.who(person, staffed), person.assignment
    return draw(WHO, shape, pk=assignment.pk, whose=assignment.volunteer_id, name=person.name)


def _open_places(context, draw, staffed):
    panel = context.get("panel")
    is_chosen = panel is not None and panel.post.pk == staffed.post.pk
    if staffed.search:
        # Each search says something else.
        with context.push(staffed=staffed, is_chosen=is_chosen):
            yield context.template.engine.get_template(SEARCHED).render(context)
    shape = evening_lines.holes(staffed, is_chosen=is_chosen)
    if shape.missing or shape.wanted:
        yield draw(HOLES, shape, pk=staffed.post.pk)
