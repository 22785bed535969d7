"""Whether a draft evening will have enough people."""

from datetime import date

import pytest
from django.utils import translation

from shifts.pages import forecast
from shifts.pages.forecast import Answers, Forecast, Speakers
from tests.factories import (
    NOW,
    make_available,
    make_evening,
    make_language,
    make_opening,
    make_post,
    make_registration,
    make_volunteer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_french():
    with translation.override("fr"):
        yield


def answers(evening):
    return forecast.answers([evening.pk]).get(evening.pk, Answers())


def test_who_said_yes_could_come_and_if_needed_comes_on_top():
    evening = make_evening()
    for answer in ("yes", "yes", "if_needed", "no"):
        make_available(make_volunteer(), evening, answer)

    found = answers(evening)

    assert (found.could_come, found.if_needed) == (2, 1)


@pytest.mark.parametrize(
    "fields", [{"accepted_at": None}, {"blocked_at": NOW}, {"accepted_at": None, "declined_at": NOW}]
)
def test_who_is_not_welcome_is_not_counted(fields):
    evening = make_evening()
    make_available(make_volunteer(**fields), evening)

    assert answers(evening).could_come == 0


def test_who_was_merged_into_another_record_is_not_counted_twice():
    evening, alice = make_evening(), make_volunteer()
    make_available(alice, evening)
    make_available(make_volunteer(merged_into=alice), evening)

    assert answers(evening).could_come == 1


@pytest.mark.parametrize(
    ("until", "counted"), [(None, 0), (date(2026, 3, 27), 0), (date(2026, 3, 26), 1), (date(2026, 3, 1), 1)]
)
def test_who_pauses_on_that_evening_is_not_counted(until, counted):
    evening, alice = make_evening(date(2026, 3, 26)), make_volunteer()
    make_registration(alice, evening.edition, paused_at=NOW, paused_until=until)
    make_available(alice, evening)

    assert answers(evening).could_come == counted


def test_each_language_that_an_opening_asks_for_has_its_speakers_even_if_nobody_is():
    evening = make_evening()
    dutch, french, sign = make_language("nl"), make_language("fr"), make_language("vgt")
    make_opening(evening).languages.set([dutch, sign])
    make_available(make_volunteer(languages=[dutch, french]), evening)
    make_available(make_volunteer(languages=[dutch]), evening)
    make_available(make_volunteer(languages=[dutch]), evening, "if_needed")

    assert answers(evening).speakers == [Speakers("nl", 2), Speakers("vgt", 0)]


def test_an_opening_that_is_called_off_asks_for_nothing():
    evening = make_evening()
    make_opening(evening, called_off_at=NOW).languages.add(make_language("nl"))

    assert answers(evening).speakers == []


def test_evenings_do_not_mix():
    first, second = make_evening(date(2026, 4, 2)), make_evening(date(2026, 4, 9))
    make_opening(first).languages.add(make_language("nl"))
    make_available(make_volunteer(languages=[make_language("nl")]), second)

    found = forecast.answers([first.pk, second.pk])

    assert found[first.pk] == Answers(0, 0, [Speakers("nl", 0)])
    assert found[second.pk] == Answers(1, 0, [])


@pytest.mark.parametrize(
    ("needed", "yes", "loss", "short"),
    [
        # The example of the issue: 18 − 14 × 0.8 = 6.8, which are six whole people.
        (18, 14, 20, 6),
        (18, 14, 0, 4),
        (10, 14, 20, 0),
        (5, 4, 20, 1),
        (3, 0, 20, 3),
    ],
)
def test_the_usual_share_drops_out_of_who_said_yes(needed, yes, loss, short):
    assert Forecast(needed, Answers(yes, if_needed=5), loss).short == short


@pytest.mark.parametrize(
    ("needed", "yes", "loss", "hardly"),
    [
        # 18 × 0.8 = 14.4: nobody whole is missing of 15, and it is not enough.
        (15, 18, 20, True),
        (18, 14, 20, False),
        (8, 10, 20, False),
        (8, 11, 20, False),
        (9, 10, 10, False),
        (10, 11, 10, True),
    ],
)
def test_what_lacks_less_than_one_person_is_not_called_enough(needed, yes, loss, hardly):
    assert Forecast(needed, Answers(yes), loss).has_no_margin is hardly


def test_needed_are_the_posts_of_the_evening(desk, at):
    at(NOW)
    evening = make_evening()
    make_post(make_opening(evening), places=4, needed=3)

    page = desk.get(f"/fr/{evening.edition.slug}/season/").context["season"]

    assert page.nights[0].forecast.needed == 3
