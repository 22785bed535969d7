"""What makes the site installable: the manifest of an edition, the service worker's address, what it may keep."""

import json
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from nocturnes import links
from nocturnes.history import Actor
from nocturnes.models import User
from shifts import actions
from shifts.pages import museum_sheet
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_edition,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_volunteer,
)
from volunteers.models import Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.once]

WEEK = str(7 * 24 * 3600)


def manifest(client, edition, language="fr", query=""):
    with translation.override(language):
        return client.get(reverse("manifest", args=[edition.slug]) + query)


def size_of(path):
    """Width and height as a PNG says them at its beginning."""
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    return "x".join(str(int.from_bytes(head[i : i + 4], "big")) for i in (16, 20))


def test_the_manifest_bears_the_name_of_the_edition_in_the_language_of_its_address(client):
    edition = make_edition(name_nl="Nocturnes 2026 van Brussel")

    response = manifest(client, edition, "nl")

    assert response["Content-Type"] == "application/manifest+json"
    said = json.loads(response.content)
    assert (said["name"], said["lang"]) == ("Nocturnes 2026 van Brussel", "nl")
    assert said["start_url"] == f"/nl/{edition.slug}/mine/"


def test_in_every_language_it_is_the_same_installed_site_and_the_coordinators_is_another(client):
    edition = make_edition()

    said = [json.loads(manifest(client, edition, language).content)["id"] for language in ("fr", "nl", "en")]
    desk = json.loads(manifest(client, edition, query="?for=coordinators").content)

    assert len(set(said)) == 1
    assert desk["id"] not in said
    assert desk["start_url"] == f"/fr/{edition.slug}/season/"


def test_a_rehearsal_says_so_in_its_name(client, settings):
    settings.REHEARSAL = True
    edition = make_edition()

    assert json.loads(manifest(client, edition).content)["short_name"] == f"{edition.name} · Répétition"


def test_the_icons_have_the_sizes_that_the_manifest_says(client):
    said = json.loads(manifest(client, make_edition()).content)["icons"]

    assert {(icon["sizes"], icon["purpose"]) for icon in said} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    for icon in said:
        assert size_of(settings.BASE_DIR / icon["src"].lstrip("/")) == icon["sizes"]


def test_pages_name_their_manifest_and_a_museums_page_names_none(client, at):
    at(NOW)
    edition = make_edition()
    museum = make_museum()
    lea = make_coordinator()

    public = client.get(reverse("edition", args=[edition.slug])).content.decode()
    hers = client.get(reverse("tonight", args=[links.token("tonight", museum)])).content.decode()
    client.force_login(lea)
    desk = client.get(reverse("season", args=[edition.slug])).content.decode()

    address = reverse("manifest", args=[edition.slug])
    assert f'<link rel="manifest" href="{address}">' in public
    assert f'<link rel="manifest" href="{address}?for=coordinators">' in desk
    assert 'rel="manifest"' not in hers


def test_the_worker_stands_at_the_root_and_is_asked_for_again_each_time(client):
    response = client.get("/sw.js")
    again = client.get("/sw.js", headers={"If-None-Match": response["ETag"]})

    assert response["Content-Type"] == "text/javascript"
    assert response["Cache-Control"] == "no-cache"
    assert again.status_code == 304
    assert not response.cookies


@pytest.fixture
def evening(at):
    """Alice is at BELvue on an evening that is today."""
    evening = make_evening(published_at=NOW - timedelta(days=3))
    museum, alice = make_museum("Musée BELvue"), make_volunteer("Alice")
    post = make_post(make_opening(evening, museum))
    make_assignment(post, alice)
    at(post.report_at)
    return post, alice


def pages_to_keep(post, alice):
    edition = post.opening.evening.edition
    return {
        "mine": reverse("mine", args=[edition.slug]),
        "evenings": reverse("evenings", args=[links.token("evenings", alice)]),
        "tonight": reverse("tonight", args=[links.token("tonight", post.opening.museum)]),
    }


def test_her_evenings_may_be_kept_for_a_week_and_tonights_list_until_it_closes(client, evening):
    post, alice = evening
    client.force_login(alice.user)

    said = {name: client.get(address)["Keep-Readable"] for name, address in pages_to_keep(post, alice).items()}

    until = museum_sheet.closing(post.opening.evening) - post.report_at
    assert until < timedelta(hours=20)
    assert said == {"mine": WEEK, "evenings": WEEK, "tonight": str(int(until.total_seconds()))}


def test_a_museum_without_a_list_has_nothing_to_keep(client, evening, at):
    post, _alice = evening
    at(post.report_at - timedelta(days=1))

    response = client.get(reverse("tonight", args=[links.token("tonight", post.opening.museum)]))

    assert response.status_code == 200
    assert "Keep-Readable" not in response


def test_nothing_else_behind_those_links_may_be_kept(client, evening):
    post, alice = evening
    client.force_login(alice.user)
    token = links.token("evenings", alice)
    others = [
        reverse("evenings_profile", args=[token]),
        reverse("museum", args=[links.token("museum", post.opening.museum)]),
        reverse("mine_profile", args=[post.opening.evening.edition.slug]),
        reverse("edition", args=[post.opening.evening.edition.slug]),
    ]

    assert [("Keep-Readable" in client.get(address)) for address in others] == [False] * 4


def test_the_worker_knows_the_addresses_of_these_pages_and_no_others(client, evening):
    """It is a plain file, which cannot ask for them."""
    source = client.get("/sw.js").content.decode()
    written = re.findall(r"const (?:SIGNED_IN|BY_LINK) = /(.*)/;", source)
    patterns = [re.compile(text.replace("\\/", "/")) for text in written]
    post, alice = evening
    kept = pages_to_keep(post, alice).values()
    others = [
        reverse("museum", args=["token"]),
        reverse("offer", args=["token"]),
        reverse("evenings_profile", args=["token"]),
        reverse("mine_data", args=["nocturnes-2026"]),
        reverse("tonight_arrived", args=["token", 1]),
    ]

    assert [sum(bool(pattern.search(address)) for pattern in patterns) for address in kept] == [1, 1, 1]
    assert [sum(bool(pattern.search(address)) for pattern in patterns) for address in others] == [0] * 5


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_page_in_words_names_nobody_and_has_what_the_worker_looks_for(client, evening, language):
    _post, alice = evening
    client.force_login(alice.user)
    with translation.override(language):
        address = reverse("no_network")

    response = client.get(address)
    html = response.content.decode()

    source = client.get("/sw.js").content.decode()
    assert re.search(re.search(r"const IN_WORDS = /(.*)/;", source)[1].replace("\\/", "/"), address)
    assert response["Keep-Readable"] == WEEK
    assert "Alice" not in html
    marks = ["data-sent hidden", 'href="" data-again', "data-read hidden", 'href="#read"', "data-calls hidden"]
    assert [html.count(mark) for mark in [*marks, "<!--calls-->"]] == [1] * 6


def test_a_page_that_is_kept_marks_the_number_to_call_and_no_other(client, evening, at):
    post, alice = evening
    Volunteer.objects.filter(pk=alice.pk).update(phone="+32470000031")
    client.force_login(alice.user)

    pages = [client.get(address).content.decode() for address in pages_to_keep(post, alice).values()]

    called = [re.findall(r"<!--call-->.*?href=\"tel:([^\"]+)\".*?<!--/call-->", page, re.S) for page in pages]
    assert called == [[post.opening.evening.phone.replace(" ", "")]] * 3
    assert "0470 00 00 31" in pages[2]


def test_what_is_for_this_moment_is_marked_so_that_no_copy_has_it(client, evening, at):
    post, alice = evening
    User.objects.filter(pk=alice.user_id).update(is_coordinator=True)
    client.force_login(alice.user)
    wout = make_volunteer("Wout")
    make_available(wout, post.opening.evening)
    actions.assign(post, wout, by=Actor.user(alice.user), now=post.report_at)

    html = client.get(pages_to_keep(post, alice)["mine"]).content.decode()

    kept = re.sub(r"<!--once-->.*?<!--/once-->", "", html, flags=re.S)
    assert ('class="undo--docked' in html, 'role="alert"' in html) == (True, True)
    assert 'class="undo--docked' not in kept
    assert 'role="alert"' not in kept


def test_signing_out_makes_the_browser_drop_what_was_kept_and_keeps_the_language(client, evening):
    _post, alice = evening
    client.force_login(alice.user)

    with translation.override("nl"):
        address = reverse("account_logout")
    asked = client.get(address)
    done = client.post(address)

    assert "Clear-Site-Data" not in asked
    assert done.url == "/nl/"
    assert done["Clear-Site-Data"] == '"cache", "storage"'
