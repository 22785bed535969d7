"""Texts that people typed, for pages."""

import markdown as markdown_library
import nh3
from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from nocturnes.localized import labelled

register = template.Library()

TAGS = {"a", "br", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "strong", "ul", "blockquote", "code"}


@register.filter
def markdown(text):
    """Markdown as HTML, without anything that could run, load or look like a part of ours."""
    html = markdown_library.markdown(text or "", output_format="html")
    clean = nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto", "tel"})
    return mark_safe(clean)  # noqa: S308  (nh3 has just cleaned it)


@register.filter
def as_written(row, name):
    """`{{ post|as_written:"briefing" }}`: the text, labelled where it is in another language than the reader's."""
    return labelled(row, name)


@register.filter
def whole(name):
    """A name that large type breaks at its hyphen only where it is wider than the line: Anne-Sophie."""
    return format_html('<span class="whole">{}</span>', name)
