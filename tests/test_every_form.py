"""Every form that is sent empty says what is wrong at the field and at the top, where each line leads to its field."""

import re

import pytest
from django.conf import settings

from tests import every_page
from tests.test_doors import sign_in

# Those in which a field may not be empty.
FORMS = [
    *("account_login", "sign_up", "person_add", "person_edit", "rules", "opening_move", "post_move"),
    *("evening_add", "opening_add", "opening_edit", "post_add", "post_edit"),
    *("museum_add", "museum_edit", "role_add", "role_edit"),
]

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def sent_empty(name, world, client):
    """What the page says to a form in which nothing is filled in."""
    page = every_page.page(name, world, "en")
    sign_in(client, world, page.who)
    response = client.post(page.url, {"csrfmiddlewaretoken": "as a browser sends it"})
    assert response.status_code in (200, 400, 409, 422)
    return response.content.decode()


@pytest.mark.parametrize("name", FORMS)
def test_what_is_wrong_stands_at_the_field_and_at_the_top(name, client, fresh_world):
    html = sent_empty(name, fresh_world, client)
    ids = set(re.findall(r'\sid="([^"]+)"', html))
    wrong = re.findall(r'<(?:input|select|textarea)[^>]*aria-invalid="true"[^>]*>', html)
    summary = "".join(re.findall(r'<div class="summary"[^>]*role="alert".*?</div>', html, re.S))
    links = set(re.findall(r'href="#([^"]+)"', summary))
    assert links <= ids
    assert wrong
    for one in wrong:
        own, described = (re.findall(rf'\s{name}="([^"]+)"', one) for name in ("id", "aria-describedby"))
        # Of rounds the first stands for all, and their sentence is in the last line of their group.
        group = re.sub(r"_\d+$", "", own[0])
        assert {own[0], f"{group}_0"} & links, one
        assert f"{own[0]}_error" in " ".join(described).split() or f"error_1_{group}" in ids, one
        assert set(" ".join(described).split()) <= ids, one


def test_every_summary_takes_the_focus():
    """Whoever sees none of the page hears what is wrong before anything else."""
    pages = [path for path in settings.BASE_DIR.joinpath("templates").rglob("*.html") if "shown" not in path.parts]
    summaries = [one for path in pages for one in re.findall(r'<div class="summary"[^>]*>', path.read_text())]

    assert set(summaries) == {'<div class="summary" role="alert" tabindex="-1" autofocus>'}
