"""The stylesheets: single files while nothing is collected, one file once it is, and pages that come compressed."""

import gzip
import re

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from nocturnes import sheets
from nocturnes.templatetags.look import stylesheets
from tests.factories import make_edition

pytestmark = pytest.mark.once

# Of pages that are printed, which load it themselves.
OWN = {"css/paper.css"}


@pytest.fixture
def collected(settings, tmp_path):
    """Static files as an installation has them, ours alone."""
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "nocturnes.sheets.Storage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_every_stylesheet_is_in_the_list_or_has_a_page_of_its_own():
    found = {f"css/{path.name}" for path in (settings.BASE_DIR / "static" / "css").glob("*.css")}

    assert set(sheets.SHEETS) == found - OWN


def test_without_collected_files_pages_name_each_stylesheet():
    assert re.findall(r'href="/static/([^"]+)"', stylesheets()) == sheets.SHEETS


def test_collected_stylesheets_are_one_file_named_by_what_is_in_it(collected):
    links = re.findall(r'href="/static/([^"]+)"', stylesheets())

    assert len(links) == 1
    assert re.fullmatch(r"css/all\.[0-9a-f]{12}\.css", links[0])
    text = (collected / links[0]).read_text()
    first, last = (settings.BASE_DIR / "static" / name for name in (sheets.SHEETS[0], sheets.SHEETS[-1]))
    assert text.index(rules(first)[0]) < text.index(rules(last)[-1])
    assert "/*" not in text
    assert (collected / f"{links[0]}.gz").exists()


def test_collecting_again_gives_the_same_file(collected):
    before = stylesheets()

    call_command("collectstatic", interactive=False, verbosity=0)

    assert stylesheets() == before


def rules(path):
    """The lines of a stylesheet that begin a rule."""
    return [line for line in path.read_text().splitlines() if re.match(r"[.#:a-z].*\{", line)]


@pytest.mark.django_db
def test_pages_come_compressed_to_whoever_can_read_that(client):
    address = reverse("edition", args=[make_edition().slug])

    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content).startswith(plain.content[:200])
    assert len(packed.content) < len(plain.content) / 2
