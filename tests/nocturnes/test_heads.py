"""What leaves the application for HEAD: Django's test client would take the body away by itself, a server does not."""

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.http import FileResponse
from django.test import RequestFactory
from django.urls import reverse

from nocturnes.heads import without_body
from tests.factories import NOW, make_edition

pytestmark = pytest.mark.django_db


def ask(method, path):
    """An answer as a server gets it."""
    return WSGIHandler().get_response(RequestFactory().generic(method, path))


@pytest.mark.parametrize("name", ["edition", "open_places_feed", "feed_docs"])
def test_the_answer_to_head_is_that_to_get_without_its_body(name, at):
    at(NOW)
    path = reverse(name, args=[make_edition().slug])

    whole, head = ask("GET", path), ask("HEAD", path)

    assert (head.status_code, head["Content-Length"]) == (200, str(len(whole.content)))
    assert head["Content-Type"] == whole["Content-Type"]
    assert head.content == b""


def test_a_refusal_has_none_either():
    head = ask("HEAD", "/en/no-such-page/")

    assert (head.status_code, head.content) == (404, b"")


def test_a_file_is_not_read_for_head(tmp_path):
    (tmp_path / "poster.txt").write_text("Nocturnes")

    def answer(method):
        send = without_body(lambda request: FileResponse((tmp_path / "poster.txt").open("rb")))
        response = send(RequestFactory().generic(method, "/"))
        body = b"".join(response.streaming_content)
        response.close()
        return body

    assert (answer("GET"), answer("HEAD")) == (b"Nocturnes", b"")
