"""The feed of open places, which other sites show: what is in it, what never is, and how it is asked for."""

import json
import re
from datetime import date, time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.urls import reverse
from django.utils import translation

from shifts.pages import feed_docs
from tests.factories import (
    NOW,
    make_assignment,
    make_coordinator,
    make_edition,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_role,
    make_volunteer,
)
from tests.shifts.searches import at as moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_tuesday(at):
    at(NOW)


def address(language="en"):
    with translation.override(language):
        return reverse("open_places_feed", args=[make_edition().slug])


def read(client, language="en"):
    response = client.get(address(language))
    assert response["Content-Type"] == "application/json"
    return json.loads(response.content)


def test_the_feed_tells_of_every_open_post_and_nothing_more(client, settings):
    settings.BASE_URL = "https://nocturnes.example.org"
    museum = make_museum("Musée Horta", slug="horta", website="https://horta.example.org")
    opening = make_opening(make_evening(), museum, activity="games", title_en="Dice")
    post = make_post(opening, places=4)
    make_assignment(make_post(opening, role=make_role("cloakroom"), places=1))

    whole = read(client)

    assert whole == {
        "version": 1,
        "language": "en",
        "edition": {
            "id": "nocturnes-2026",
            "name": "Nocturnes 2026",
            "organisation": "Brussels Museums",
            "time_zone": "Europe/Brussels",
            "takes_sign_ups": True,
            "shows_figures": False,
            "page_url": "https://nocturnes.example.org/en/nocturnes-2026/",
            "sign_up_url": "https://nocturnes.example.org/en/nocturnes-2026/sign-up/",
        },
        "evenings": [
            {
                "id": "2026-03-26",
                "date": "2026-03-26",
                "called_off": False,
                "help": "much",
                "help_text": "Help needed",
                "sign_up_url": "https://nocturnes.example.org/en/nocturnes-2026/sign-up/?evening=2026-03-26",
                "museums": [
                    {
                        "id": opening.pk,
                        "museum": {
                            "id": "horta",
                            "name": "Musée Horta",
                            "street": "Place des Palais 7",
                            "postcode": "1000",
                            "commune": "Brussels",
                            "website": "https://horta.example.org",
                        },
                        "activity": "Games evening",
                        "title": "Dice",
                        "starts_at": "2026-03-26T18:00:00+01:00",
                        "ends_at": "2026-03-26T22:00:00+01:00",
                        "called_off": False,
                        "help": "much",
                        "help_text": "Help needed",
                        "posts": [
                            {
                                "id": post.pk,
                                "role": "Welcome desk",
                                "report_at": "2026-03-26T17:30:00+01:00",
                                "ends_at": "2026-03-26T22:00:00+01:00",
                                "help": "much",
                                "help_text": "Help needed",
                            }
                        ],
                    }
                ],
            }
        ],
    }


def test_hours_have_the_offset_of_their_own_day(client):
    for day in (date(2026, 3, 26), date(2026, 4, 2)):
        make_opening(make_evening(day))

    hours = [evening["museums"][0]["starts_at"] for evening in read(client)["evenings"]]

    assert hours == ["2026-03-26T18:00:00+01:00", "2026-04-02T18:00:00+02:00"]


@pytest.mark.parametrize(("language", "word"), [("fr", "Il faut du monde"), ("nl", "Veel hulp nodig")])
def test_the_language_is_that_of_the_address(client, language, word):
    make_post(make_opening(make_evening(), make_museum(name_nl="BELvue museum", name_fr="Musée BELvue")))

    whole = read(client, language)

    (evening,) = whole["evenings"]
    assert whole["language"] == language
    assert evening["help_text"] == word
    assert evening["museums"][0]["museum"]["name"] == {"fr": "Musée BELvue", "nl": "BELvue museum"}[language]
    assert f"/{language}/" in evening["sign_up_url"]


def test_figures_are_in_it_only_where_the_edition_shows_them(client):
    edition = make_edition()
    make_post(make_opening(make_evening()), places=7)
    assert "open_places" not in client.get(address()).content.decode()

    edition.shows_figures = True
    edition.save()

    (evening,) = read(client)["evenings"]
    (museum,) = evening["museums"]
    assert [row["open_places"] for row in (evening, museum, museum["posts"][0])] == [7, 7, 7]


def test_nobody_is_named_in_it_whoever_is_on_a_place(client):
    evening = make_evening(lead=make_coordinator(first_name="Léonie"), phone="+32 470 11 22 33", note="Sonnez")
    post = make_post(make_opening(evening, make_museum()), places=3)
    for published_at in (NOW, None):
        volunteer = make_volunteer("Zénobie", "Declercq", phone="+32470123456")
        make_assignment(post, volunteer, published_at=published_at)

    text = client.get(address()).content.decode()

    assert "Mus\u00e9e BELvue" in text
    secrets = ("Zénobie", "Declercq", "Léonie", "470 1", "470123", "Sonnez", "@example.org")
    assert not any(secret in text for secret in secrets)


def test_what_is_called_off_says_so_and_asks_for_nobody(client):
    evening = make_evening()
    make_post(make_opening(evening, called_off_at=NOW))
    make_post(make_opening(make_evening(date(2026, 4, 2), called_off_at=NOW)))

    first, second = read(client)["evenings"]

    assert (first["called_off"], second["called_off"]) == (False, True)
    assert [evening["museums"][0]["called_off"] for evening in (first, second)] == [True, True]
    assert [evening["museums"][0]["posts"] for evening in (first, second)] == [[], []]
    assert [evening["help"] for evening in (first, second)] == ["none", "none"]


def test_evenings_behind_us_and_posts_that_are_over_are_not_in_it(client, at):
    opening = make_opening(make_evening())
    make_post(opening, ends=time(20))
    late = make_post(opening, report=time(20), starts=time(20), ends=time(22))

    at(moment(26, 20))
    assert [post["id"] for post in read(client)["evenings"][0]["museums"][0]["posts"]] == [late.pk]

    at(moment(26, 22))
    assert read(client)["evenings"] == []


def test_with_sign_up_closed_there_is_no_address_to_sign_up_at(client):
    edition = make_edition(sign_up_open=False)
    make_post(make_opening(make_evening(edition=edition)))

    whole = read(client)

    assert whole["edition"]["takes_sign_ups"] is False
    assert whole["edition"]["sign_up_url"] is None
    assert whole["evenings"][0]["sign_up_url"] is None


def test_any_site_may_read_it_and_it_holds_for_a_minute(client):
    response = client.get(address(), headers={"origin": "https://www.brusselsmuseums.be"})

    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cache-Control"] == "public, max-age=60"
    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies


def test_asked_again_with_its_tag_it_has_no_body_until_something_changes(client):
    post = make_post(make_opening(make_evening()), places=2)
    first = client.get(address())

    again = client.get(address(), headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (again["ETag"], again["Access-Control-Allow-Origin"]) == (first["ETag"], "*")

    for _ in range(2):
        make_assignment(post)
    changed = client.get(address(), headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_markup_that_somebody_typed_stays_text_wherever_the_feed_is_put(client):
    make_opening(make_evening(), make_museum("</script><b>Horta & co</b>"))

    raw = client.get(address()).content.decode()

    assert "<" not in raw
    assert read(client)["evenings"][0]["museums"][0]["museum"]["name"] == "</script><b>Horta & co</b>"


def test_an_edition_that_is_not_there_has_no_feed(client):
    assert client.get(address().replace("nocturnes-2026", "nocturnes-1926")).status_code == 404


def test_the_feed_takes_the_same_number_of_queries_for_one_museum_and_for_thirty(client, django_assert_num_queries):
    evening = make_evening()
    make_post(make_opening(evening))
    url = address()
    with django_assert_num_queries(4):
        client.get(url)

    for _ in range(29):
        make_post(make_opening(evening))

    with django_assert_num_queries(4):
        client.get(url)


# Its description.


def names_in(data, path=""):
    """Every name of the feed, from outside in."""
    if isinstance(data, list):
        return set().union(*(names_in(one, f"{path}[]") for one in data))
    if not isinstance(data, dict):
        return {path}
    return set().union(*(names_in(value, f"{path}.{name}" if path else name) for name, value in data.items()))


def test_every_field_is_described_and_nothing_else(client):
    make_edition(shows_figures=True)
    make_post(make_opening(make_evening()))
    described = {name for names, _meaning in feed_docs.FIELDS for name in names}
    shortened = {name.removeprefix("…") for name in described if name.startswith("…")}

    found = names_in(read(client))

    assert {name for name in found if name not in described and not name.endswith(tuple(shortened))} == set()
    assert {name for name in described - found if not name.startswith("…")} == set()
    assert {end for end in shortened if not any(re.search(rf"[.\]]{end}$", name) for name in found)} == set()


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_description_has_an_example_with_the_address_of_this_season(client, settings, language):
    settings.BASE_URL = "https://nocturnes.example.org"
    with translation.override(language):
        url = reverse("feed_docs", args=[make_edition().slug])

    page = client.get(url).content.decode()

    assert f"data-feed=&quot;https://nocturnes.example.org{address(language)}&quot;" in page
    assert "const list = document.querySelector" in page
    # What is shown is text: nothing of it runs here.
    assert '<script src="/open-places.js"' not in page


@pytest.fixture
def other_site(tmp_path):
    """A site of its own, which serves the files of a folder: (its address, the folder)."""
    handler = partial(QuietHandler, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", tmp_path
        server.shutdown()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_example_works_as_it_stands_on_another_site(live_server, settings, other_site, phone):
    settings.BASE_URL = live_server.url
    make_post(make_opening(make_evening(), make_museum("Musée Horta")))
    site, folder = other_site
    html = '<link rel="icon" href="data:,">' + feed_docs.HTML.format(address=f"{live_server.url}{address('nl')}")
    (folder / "page.html").write_text(html)
    (folder / "open-places.js").write_text(feed_docs.SCRIPT)

    phone.goto(f"{site}/page.html")

    line = phone.locator("#open-places li")
    assert line.text_content() == "2026-03-26, Musée Horta: Veel hulp nodig"
    assert "/nl/nocturnes-2026/sign-up/" in line.locator("a").get_attribute("href")


def test_an_evening_without_museums_is_not_in_it(client):
    make_opening(make_evening())
    make_evening(date(2026, 4, 30))

    assert [evening["id"] for evening in read(client)["evenings"]] == ["2026-03-26"]
