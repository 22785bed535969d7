"""Every kind of message in every language: nothing missing, nothing mangled."""

import re

import pytest
from django.conf import settings

from messaging import actions, kinds
from messaging.transport import compose
from tests.factories import NOW
from tests.messaging.examples import examples

pytestmark = pytest.mark.once

LANGUAGES = [code for code, _ in settings.LANGUAGES]
EXAMPLES = [(kind, make) for kind, makers in sorted(examples().items()) for make in makers]

# What escaping, Python or a template leaves behind when something went wrong.
DEBRIS = re.compile(r"&#x27;|&quot;|&amp;(?!amp)|&lt;|\{\{|\}\}|\{%|%\(|None\b|�|Ã")


def test_every_kind_has_an_example():
    assert sorted(examples()) == kinds.names()


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "make"), EXAMPLES, ids=[make.__name__ for _, make in EXAMPLES])
def test_a_message_reads_well_in_every_language(kind, make, language):
    message = in_language(make(), language)

    rendered = actions.render(message, now=NOW)

    assert message.kind == kind
    assert rendered.subject
    assert "\n" not in rendered.subject
    assert not DEBRIS.search(rendered.subject), rendered.subject
    assert not DEBRIS.search(rendered.text), rendered.text
    assert f'<html lang="{language}">' in rendered.html
    assert not re.search(r"&amp;#|\{\{|\{%|%\(|>None<|�|Ã", rendered.html)


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "make"), EXAMPLES, ids=[make.__name__ for _, make in EXAMPLES])
def test_a_message_has_both_forms_and_its_headers(kind, make, language):
    message = in_language(make(), language)

    mail = compose(message, actions.render(message, now=NOW), None).message()

    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "make"), EXAMPLES, ids=[make.__name__ for _, make in EXAMPLES])
def test_a_message_differs_from_language_to_language(kind, make):
    message = make()

    texts = {actions.render(in_language(message, language), now=NOW).text for language in LANGUAGES}

    assert len(texts) == len(LANGUAGES)


def in_language(message, language):
    """The same message to somebody who reads `language`."""
    message.language = language
    if message.user:
        message.user.language = language
        message.user.save()
    return message
