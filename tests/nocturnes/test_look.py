import datetime
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template import Context, Template, TemplateSyntaxError, loader
from django.test import RequestFactory
from django.utils import translation

from nocturnes.parts import CELLS
from nocturnes.templatetags import look
from tests.factories import make_coordinator

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[2]
SPRITE = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/img/icons.svg").read_text()))
TEMPLATES = [path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt")]
THURSDAY = datetime.date(2026, 3, 26)


def drawn(text, **context):
    with translation.override("fr"):
        return Template("{% load look season %}" + text).render(Context(context))


def test_every_icon_named_in_a_template_is_in_the_sprite():
    named = {name for path in TEMPLATES for name in re.findall(r"""{% icon ["']([\w-]+)["'] %}""", path.read_text())}

    missing = {name for name in named if f"i-{name}" not in SPRITE}

    assert named
    assert not missing


def test_every_state_and_window_has_its_sign_in_the_sprite():
    signs = {look.DRAWN_AS.get(kind, (look.dashed(kind),))[0] for kind in look.STATES}

    assert {f"s-{sign}" for sign in signs} <= SPRITE
    assert {f"w-{look.dashed(kind)}" for kind in look.WINDOWS} <= SPRITE


@pytest.mark.parametrize("path", [p for p in TEMPLATES if "messages" not in p.parts], ids=lambda p: p.name)
def test_a_page_has_no_inline_style_script_or_handler(path):
    text = path.read_text()

    assert not re.search(r"\sstyle=|<style|\son[a-z]{3,}=", text)
    for tag in re.findall(r"<script[^>]*>", text):
        assert "src=" in tag or 'type="application/json"' in tag


def test_no_stylesheet_but_the_tokens_names_a_colour_of_the_schemes():
    tokens = (ROOT / "static/css/tokens.css").read_text()
    colours = set(re.findall(r"#[0-9a-f]{6}\b", tokens))

    for path in (ROOT / "static/css").glob("*.css"):
        if path.name != "tokens.css":
            assert not colours & set(re.findall(r"#[0-9a-f]{6}\b", path.read_text())), path.name


def test_every_custom_property_in_use_is_a_token():
    styles = {path.name: path.read_text() for path in (ROOT / "static/css").glob("*.css")}
    styles["icons.svg"] = (ROOT / "static/img/icons.svg").read_text()
    tokens = set(re.findall(r"^\s+(--[\w-]+):", styles["tokens.css"], re.MULTILINE))

    used = {name for text in styles.values() for name in re.findall(r"var\((--[\w-]+)", text)}

    # The colour of dark windows is set by what they stand in.
    assert used - tokens == {"--w-dark"}


def test_a_state_says_its_word_beside_its_shape():
    assert ">manque 2</span>" in drawn('{% state "short" 2 %}')
    assert ">sans NL</span>" in drawn('{% state "no_language" language="NL" %}')
    assert ">Pas encore répondu</span>" in drawn('{% state "unconfirmed" word="Pas encore répondu" %}')
    assert 'class="state state--full state--tag"' in drawn('{% state "confirmed" tag=True %}')


def test_more_than_eight_places_are_eight_windows_and_a_number():
    text = drawn("{% windows kinds %}", kinds=["confirmed"] * 12)

    assert text.count("<svg") == 8
    assert ">+4<" in text


@pytest.mark.parametrize("tag", ['{% window "ajar" %}', '{% arch "Lien" "late" %}'])
def test_an_unknown_window_or_person_is_refused(tag):
    with pytest.raises(TemplateSyntaxError):
        drawn(tag)


def test_names_are_escaped():
    text = drawn("{% person name %}{% tongues names %}{% state 'full' word=name %}", name="<b>L", names=["<i>"])

    assert "<b>L" not in text
    assert "<i>" not in text


def test_a_date_keeps_its_day_and_month_on_one_line():
    text = drawn('{% day date "18:00" %}', date=THURSDAY)

    assert text == 'jeudi\xa0<b>26</b>\xa0mars, <span class="lit">18:00</span>'


def test_the_year_in_an_edition_s_name_is_light():
    assert look.brand("Nocturnes 2026") == "Nocturnes <i>2026</i>"
    assert look.brand("Museum Night Fever") == "Museum Night Fever"


def test_a_cell_tells_all_of_itself_in_its_label():
    text = drawn(
        '{% season_cell "MIM" "/x/" windows 3 3 "unconfirmed" n=1 full_name="Musée des Instruments" lacks=lacks %}',
        windows=["confirmed", "confirmed", "unconfirmed"],
        lacks=["nl"],
    )

    assert 'aria-label="Musée des Instruments\u00a0: 3 sur 3, 1 à confirmer, sans nl"' in text
    assert 'class="cell"' in text


@pytest.mark.parametrize(
    ("state", "draft", "look_of_it"),
    [
        ("empty", False, "cell--empty"),
        ("empty", True, "cell--draft-empty"),
        ("short", False, "cell--short"),
        ("short", True, "cell--draft"),
        ("called_off", True, "cell--called-off"),
    ],
)
def test_solid_brick_is_kept_for_published_evenings(state, draft, look_of_it):
    text = drawn('{% season_cell "MIM" "/x/" w 0 3 state n=1 draft=draft %}', w=["open"], state=state, draft=draft)

    assert f'class="cell {look_of_it}"' in text


def test_cells_of_an_evening_stand_in_their_fields_and_lead_to_their_museum():
    cell = SimpleNamespace(
        short="<MIM>",
        name="Musée",
        anchor="#museum-7",
        windows=["open"],
        filled=0,
        needed=1,
        state="empty",
        n=0,
        lacks=(),
    )

    text = drawn("{% season_cells cells '/x/' %}", cells=[cell, cell])

    assert text.count("<td><a") == text.count('href="/x/#museum-7"') == 2
    assert "&lt;MIM&gt;" in text
    assert "<MIM>" not in text


def test_an_evening_not_answered_has_no_radio_chosen():
    assert drawn('{% answer "e1" date %}', date=THURSDAY).count("checked") == 0
    assert 'value="if_needed" checked' in drawn('{% answer "e1" date "if_needed" %}', date=THURSDAY)


def test_the_undo_bar_stands_still_when_product_time_does():
    running = drawn('{% undo_bar "Done." 102 120 "/undo/" "/send/" %}')
    still = drawn('{% undo_bar "Done." 102 120 "/undo/" "/send/" still=True %}')

    assert "1:42" in running
    assert "1:42" in still
    assert 'data-undo-seconds="102"' in running
    assert "data-undo-seconds" not in still


@pytest.mark.parametrize(("whole", "gone"), [(120, 50), (240, 75), (0, 100)])
def test_the_ring_of_the_undo_bar_is_as_long_as_the_edition_says(whole, gone):
    bar = drawn(f'{{% undo_bar "Done." {min(60, whole)} {whole} "/undo/" %}}')

    assert f'stroke-dashoffset="{gone}"' in bar


def test_a_page_that_does_not_exist_is_not_in_the_navigation():
    request = RequestFactory().get("/")
    request.resolver_match = SimpleNamespace(url_name="account_login")

    there = drawn('{% nav_link "account_login" "Sign in" %}', request=request)
    not_there = drawn('{% nav_link "nowhere" "Nowhere" %}', request=request)

    assert 'aria-current="page"' in there
    assert not_there == ""


def test_the_page_of_parts_shows_each_cell_there_is():
    assert {cell["state"] for cell in CELLS} == look.CELLS


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_page_of_parts_is_for_development_only(client, settings, language):
    settings.DEBUG = True
    shown = client.get(f"/{language}/parts/")
    settings.DEBUG = False
    hidden = client.get(f"/{language}/parts/")

    assert shown.status_code == 200
    assert hidden.status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "nl", "en"])
@pytest.mark.parametrize("page", ["login/", "login/code/"])
def test_the_pages_for_signing_in_wear_the_look(client, language, page):
    response = client.get(f"/{language}/account/{page}")

    assert response.status_code == 200
    assert "css/tokens.css" in response.content.decode()


@pytest.mark.parametrize("page", ["400.html", "500.html"])
def test_a_failure_can_be_told_without_a_request(page):
    text = loader.get_template(page).render()

    assert "css/tokens.css" in text


@pytest.mark.django_db
def test_the_page_for_the_code_keeps_a_wrong_one_from_passing(client):
    make_coordinator()

    asked = client.post("/fr/account/login/", {"login": "lea@example.org"}, follow=True)
    wrong = client.post("/fr/account/login/code/confirm/", {"code": "not-it"})

    assert "lea@example.org" in asked.content.decode()
    assert 'aria-describedby="id_code_error"' in wrong.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["2fa/", "2fa/webauthn/", "2fa/webauthn/add/", "logout/"])
def test_the_pages_for_passkeys_wear_the_look(client, page):
    client.force_login(make_coordinator())

    response = client.get(f"/nl/account/{page}")

    assert response.status_code == 200
    assert "css/tokens.css" in response.content.decode()


@pytest.mark.django_db
def test_a_missing_page_is_told_in_the_reader_s_language_to_whoever_asks(client):
    stranger = client.get("/nl/nocturnes-2026/nothing/here/")
    client.force_login(make_coordinator())
    coordinator = client.get("/nl/nocturnes-2026/nothing/here/")

    assert stranger.status_code == coordinator.status_code == 404
    assert '<html lang="nl">' in coordinator.content.decode()
