"""Every page in every language: no text without its translation, none written into a template, and the switch."""

import re
from gettext import NullTranslations
from html import unescape
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.db.models import CharField, EmailField, JSONField, TextField
from django.utils.translation import trans_real
from django.utils.translation.trans_real import CONTEXT_SEPARATOR

from tests import drawn, every_page
from tests.test_doors import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

OPEN, CLOSE = "⟦", "⟧"
# Attributes that somebody reads or hears.
READ = {"aria-label", "aria-description", "title", "alt", "placeholder", "label"}
VOID = {"meta", "link", "input", "img", "br", "hr"}
# What somebody wrote, and what is for programs.
UNREAD = {"script", "style", "textarea", "pre", "code"}
# What is the same in every language: our name, names of languages, examples of addresses and formats.
SAME = {"Nocturnes", "Français", "Nederlands", "English", "FR", "NL", "EN", "WhatsApp"}
WORD = re.compile(r"[^\W\d_]{2,}")
# Columns that pages show, and rows whose texts are whole mails.
SHOWN, NOT_SHOWN = (CharField, EmailField, TextField, JSONField), {"messaging.Message", "nocturnes.Entry"}


class Marks(NullTranslations):
    """Puts every text that comes to it between marks: what is in no catalogue, behind one."""

    def gettext(self, message):
        # Django puts a context before the text.
        return f"{OPEN}{message.rpartition(CONTEXT_SEPARATOR)[2]}{CLOSE}"

    def ngettext(self, one, many, n):
        return self.gettext(one if n == 1 else many)


class Texts(HTMLParser):
    """What somebody reads or hears on a page and is not between marks, each as (where, text)."""

    def __init__(self, html):
        super().__init__()
        self.found, self.within, self.depth = [], [], 0
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag not in VOID:
            # A piece in a language of its own, such as a mail, is somebody's text.
            self.within.append("pre" if tag != "html" and "lang" in values and "hreflang" not in values else tag)
        read = {name: value for name, value in values.items() if name in READ}
        if tag == "input" and values.get("type") in ("submit", "button", "reset"):
            read["value"] = values.get("value")
        for name, value in read.items():
            self.keeps(f"{tag} {name}", value or "")

    def handle_endtag(self, tag):
        if tag not in VOID and self.within:
            self.within.pop()

    def handle_data(self, data):
        self.keeps(self.within[-1] if self.within else "", data, read=not UNREAD & set(self.within))

    def keeps(self, where, text, *, read=True):
        """A text of the catalogue may have elements in it, so marks are counted from one piece to the next."""
        for piece in re.split(f"([{OPEN}{CLOSE}])", text):
            self.depth += (piece == OPEN) - (piece == CLOSE)
            if read and not self.depth and piece.strip(f"{OPEN}{CLOSE} \n"):
                self.found.append((where, re.sub(r"https?://\S+", "", " ".join(piece.split()))))


def opened(client, world, name, language):
    page = every_page.page(name, world, language)
    client.logout()
    sign_in(client, world, page.who)
    response = client.get(page.url, follow=True)
    assert response.status_code == every_page.STATUS.get(name, 200)
    return page, response


def data_words(world):
    """Every word that stands in a row of the world, and is shown as it is."""
    words = set()
    for model in apps.get_models():
        if model._meta.label not in NOT_SHOWN:
            columns = [field.attname for field in model._meta.concrete_fields if isinstance(field, SHOWN)]
            for row in model._base_manager.values_list(*columns) if columns else ():
                words |= {word for value in row for word in WORD.findall(str(value))}
    return words


@pytest.fixture(scope="module")
def known(_world):
    return data_words(_world) | SAME


@pytest.fixture(autouse=True)
def _nothing_kept():
    """Words that were drawn before have no marks, and what is drawn here has them."""
    drawn.forget()
    yield
    drawn.forget()


@pytest.mark.parametrize("name", every_page.names())
def test_every_text_of_a_page_is_in_every_language(name, client, fresh_world, known, monkeypatch):
    """What a catalogue does not have goes to its fallback, which marks it here; English has no catalogue at all."""
    pages = {}
    # Libraries have English catalogues, which say what the sources say.
    monkeypatch.setattr(trans_real.translation("en"), "_catalog", trans_real.TranslationCatalog())
    for language in every_page.LANGUAGES:
        monkeypatch.setattr(trans_real.translation(language), "_fallback", Marks())
        pages[language] = opened(client, fresh_world, name, language)

    for language in ("fr", "nl"):
        assert re.findall(f"{OPEN}[^{CLOSE}]*{CLOSE}", pages[language][1].content.decode()) == []
    texts = Texts(pages["en"][1].content.decode()).found
    assert [(where, text) for where, text in texts if set(WORD.findall(text)) - known] == []
    page, response = pages["fr"]
    assert switch_of(response) in ({}, {code: f"/{code}{page.url[3:]}" for code in every_page.LANGUAGES})


def switch_of(response):
    """Where each language of the switch leads, by code; a page may show it in its bar and in its menu."""
    pairs = set(re.findall(r'<a href="([^"]*)"[^>]*hreflang="(\w+)"', response.content.decode()))
    assert len(pairs) in (0, len(every_page.LANGUAGES)), pairs
    return {code: unescape(url) for url, code in pairs}
