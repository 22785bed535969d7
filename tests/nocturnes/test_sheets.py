"""The stylesheets: single files while nothing is collected, one file once it is, and pages that come compressed."""

import gzip
import re

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from nocturnes import sheets
from nocturnes.templatetags.look import stylesheets
from tests import drawn
from tests.factories import NOW, make_coordinator, make_edition

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
    drawn.forget()
    yield tmp_path
    drawn.forget()


def test_every_stylesheet_is_in_the_list_or_has_a_page_of_its_own():
    found = {f"css/{path.name}" for path in (settings.BASE_DIR / "static" / "css").glob("*.css")}

    assert set(sheets.SHEETS) == found - OWN


def test_without_collected_files_pages_name_each_stylesheet():
    assert names(stylesheets()) == sheets.SHEETS
    assert names(stylesheets("face")) == [name for name in sheets.SHEETS if name not in sheets.DESK]


def test_collected_stylesheets_are_one_file_named_by_what_is_in_it(collected):
    (whole,), (face,) = names(stylesheets()), names(stylesheets("face"))

    assert re.fullmatch(r"css/all\.[0-9a-f]{12}\.css", whole)
    assert re.fullmatch(r"css/face\.[0-9a-f]{12}\.css", face)
    assert [rule(name) in (collected / whole).read_text() for name in sheets.SHEETS] == [True] * len(sheets.SHEETS)
    assert {name for name in sheets.SHEETS if rule(name) not in (collected / face).read_text()} == sheets.DESK
    assert "/*" not in (collected / whole).read_text()
    assert (collected / f"{face}.gz").exists()


def test_what_is_only_behind_a_link_is_spared_who_comes_by_herself(collected):
    (name,) = names(stylesheets("public"))

    spared = {name for name in sheets.SHEETS if rule(name) not in sheets.text("public")}

    assert re.fullmatch(r"css/public-face\.[0-9a-f]{12}\.css", name)
    assert spared == sheets.DESK | sheets.BEHIND_A_LINK


@pytest.mark.django_db
@pytest.mark.parametrize(("page", "which"), [("edition", "public"), ("accessibility", "face")])
def test_a_phone_gets_its_stylesheet_within_the_page(page, which, client, collected):
    edition = make_edition()

    response = client.get(reverse(page, args=[edition.slug] if page == "edition" else []))

    (nonce, css) = re.findall(r'<style nonce="([^"]+)">(.*?)</style>', response.content.decode(), re.DOTALL)[0]
    assert css == sheets.text(which)
    assert 'rel="stylesheet"' not in response.content.decode()
    assert f"style-src 'self' 'nonce-{nonce}'" in response["Content-Security-Policy"]


@pytest.mark.django_db
def test_a_page_that_has_none_within_allows_none(client):
    response = client.get(reverse("edition", args=[make_edition().slug]))

    assert "<style" not in response.content.decode()
    assert "nonce" not in response["Content-Security-Policy"]


def test_what_a_stylesheet_within_a_page_refers_to_exists(collected):
    named = re.findall(r'url\("?([^")]+)', sheets.text("face"))

    assert named
    assert all((collected / address.removeprefix("/static/")).exists() for address in named)


def test_later_sheets_come_later(collected):
    (whole,) = names(stylesheets())

    text = (collected / whole).read_text()

    places = [text.index(rule(name)) for name in sheets.SHEETS]
    assert places == sorted(places)


def test_collecting_again_gives_the_same_file(collected):
    before = stylesheets("face")

    call_command("collectstatic", interactive=False, verbosity=0)

    assert stylesheets("face") == before


def names(links):
    return re.findall(r'href="/static/([^"]+)"', links)


def rule(name):
    """The longest line of a stylesheet, which is no other's."""
    lines = map(str.strip, (settings.BASE_DIR / "static" / name).read_text().splitlines())
    return max((line for line in lines if "/*" not in line and "url(" not in line), key=len)


@pytest.mark.django_db
def test_only_who_sits_at_a_desk_gets_the_desks_stylesheets(client, at):
    at(NOW)
    edition = make_edition()

    face = client.get(reverse("edition", args=[edition.slug])).content.decode()
    refused = client.get(reverse("edition", args=["no-such-edition"])).content.decode()
    client.force_login(make_coordinator())
    desk = client.get(reverse("season", args=[edition.slug])).content.decode()

    assert "work.css" in desk
    assert "work.css" not in face + refused
    assert "tokens.css" in face
    assert "tokens.css" in refused


@pytest.mark.django_db
def test_pages_come_compressed_to_whoever_can_read_that(client):
    address = reverse("edition", args=[make_edition().slug])

    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content).startswith(plain.content[:200])
    assert len(packed.content) < len(plain.content) / 2
