"""What the head of a public page says to machines: how it reads as a link, and where it is in the other languages."""

from urllib.parse import urljoin

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import get_language

from nocturnes import links

register = template.Library()

# Drawn once from static/og.svg, without words, so that it serves every language.
PICTURE = {"file": "og.png", "width": 1200, "height": 630}
# Open Graph wants a country with the language.
LOCALES = {"fr": "fr_BE", "nl": "nl_BE", "en": "en_GB"}


@register.inclusion_tag("parts/_preview.html")
def preview(edition, url_name, title, description):
    """Canonical and hreflang links, description, Open Graph and Twitter card of the page `url_name` of `edition`.

    Addresses are absolute, from BASE_URL; `title` and `description` are texts in the language of the page.
    """
    language = get_language()
    pages = {code: links.absolute(url_name, code, edition.slug) for code in edition.languages}
    return {
        "title": title,
        "description": description,
        "site": edition.organisation,
        "url": pages.get(language) or links.absolute(url_name, language, edition.slug),
        "pages": pages,
        "default": pages[edition.languages[0]],
        "locale": LOCALES[language],
        "other_locales": [LOCALES[code] for code in edition.languages if code != language],
        "picture": {**PICTURE, "url": urljoin(settings.BASE_URL, static(PICTURE["file"]))},
    }
