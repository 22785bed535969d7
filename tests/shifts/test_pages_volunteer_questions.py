"""What waits for her answer, on her evenings: one line each, before everything else, in no more queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shifts.models import Ask, Disruption, Offer, StillComing, Swap
from tests.factories import (
    NOW,
    make_assignment,
    make_coordinator,
    make_edition,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_registration,
    make_reserve,
    make_volunteer,
)
from tests.shifts.pages import page, text_of
from tests.shifts.searches import THURSDAY, make_offer, post_at, published_evening

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def camille(at, client):
    at(NOW)
    volunteer = make_volunteer("Camille", "Lambert")
    make_registration(volunteer)
    client.force_login(volunteer.user)
    return volunteer


@pytest.fixture
def evening():
    return published_evening()


def read(client):
    return text_of(client.get(page("mine", "nocturnes-2026")))


def also_offer(ask, post):
    search = make_offer(post, make_volunteer()).search
    common = {"wave": 1, "rank": 2, "asked_at": NOW}
    return Offer.objects.create(search=search, ask=ask, volunteer=ask.volunteer, **common)


def test_an_offer_of_several_places_is_one_line(client, camille, evening):
    ask = make_offer(post_at(evening), camille).ask
    also_offer(ask, post_at(evening, "Autoworld"))
    also_offer(ask, post_at(evening, "Musée Horta"))

    text = read(client)

    assert text.count("Can you help?") == 2  # In the line, and for who listens to its button.
    assert "Can you help? Musée BELvue · Welcome desk, or 2 others" in text or "Musée BELvue, or 2 others" in text
    assert "Autoworld" not in text


def test_what_is_asked_stands_by_date_whatever_it_is(client, camille, evening):
    later = published_evening(THURSDAY.replace(month=4, day=2))
    hers = make_assignment(post_at(later), camille)
    texts = {"text_fr": "Grève", "text_nl": "Staking", "text_en": "Strike."}
    strike = Disruption.objects.create(
        evening=later, why="strike", asked_at=NOW.replace(day=20), asked_by=make_coordinator(), **texts
    )
    StillComing.objects.create(disruption=strike, assignment=hers)
    make_offer(post_at(evening), camille)
    make_reserve(camille, published_evening(THURSDAY.replace(month=4, day=9)), accepted_at=None)
    ina = make_assignment(post_at(published_evening(THURSDAY.replace(month=4, day=16))), make_volunteer("Ina"))
    Swap.objects.create(assignment=ina, volunteer=camille, proposed_at=NOW, asked_at=NOW)

    text = read(client)

    asked = ["Can you help? Musée", "Can you still come?", "Can you be on call?", "asks whether you could come"]
    assert sorted(asked, key=text.rindex) == asked
    assert "BELvue. Strike." in text


def test_who_waits_for_nothing_reads_of_no_question(client, camille, evening):
    make_assignment(post_at(evening), camille)

    assert "We wait for your answer" not in read(client)


def test_her_evenings_take_fourteen_queries_at_most(client, camille, evening):
    """With all that most people have: places, an open place, being on call, a question, a request."""
    edition = make_edition()
    edition.rules_data = {"self_service": "at_once"}
    edition.save()
    for day in (2, 9):
        make_assignment(post_at(published_evening(THURSDAY.replace(month=4, day=day))), camille)
    make_assignment(make_post(make_opening(make_evening(THURSDAY.replace(day=12)), make_museum("MIM"))), camille)
    make_reserve(camille, published_evening(THURSDAY.replace(month=4, day=16)))
    make_offer(post_at(evening), camille)
    post_at(evening, "Autoworld", places=2)
    address = page("mine", "nocturnes-2026")
    client.get(address)

    with CaptureQueriesContext(connection) as queries:
        client.get(address)

    assert Ask.objects.exists()
    assert len(queries) <= 14, "\n".join(query["sql"].partition(" FROM ")[2][:60] for query in queries)
