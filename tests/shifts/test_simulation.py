"""The simulation plays by the product's own rules, the same people for every way of asking, and says what it missed."""

import json
import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from nocturnes.rules import Rules
from shifts.simulation import drawing, report
from shifts.simulation.assumptions import HOUR, Assumptions
from shifts.simulation.measures import Outcome, difference, estimates
from shifts.simulation.ours import Ours
from shifts.simulation.playing import WAYS, play
from shifts.simulation.season import make_season
from tests.shifts.simulated import ProductSite

# One evening of which some withdraw within two days, so that the product itself plays it in seconds: with this seed the
# reserve is asked, others than speakers are, people say yes too late, and places stay open.
BUSY = Assumptions(people=0.8, loss=0.12, withdraws_within=timedelta(days=2), late_share=0.4)
SEED = 3
# Evenings that lose many over ten days take minutes.
MANY = Assumptions(people=0.9, loss=0.3, late_share=0.4)
SEASONS = [(SEED, BUSY), *((seed, MANY) for seed in range(6) if "DEEP" in os.environ)]
KEYS = ["filled", "fill_hours_median", "fill_hours_p95", "asks_per_filled", "asks_per_volunteer", "coordinator_minutes"]
FIVE = ["nobody", "broadcast", "one_by_one", "phone", "ours"]


def one_evening(seed=SEED, given=BUSY):
    return make_season(seed, given, Rules(), evenings=1)


def played(way, seed=SEED, given=BUSY):
    season, people = one_evening(seed, given)
    return play(WAYS[way](season, people), people)


def in_memory(site):
    """The same of `Ours` as `ProductSite` says of itself."""
    offers = sorted(
        (offer.at, volunteer, offer.post.pk, offer.wave, offer.rank, str(offer.answer))
        for volunteer, offers in site.offers_of.items()
        for offer in offers
    )
    searches = sorted(
        (s.post.pk, *map(str, (s.opened_at, s.ended_at, s.ended_because, s.waves, s.others_asked_at)))
        for s in site.searches
    )
    return offers, site.active, searches


# The rules are the product's.


@pytest.fixture
def in_rehearsal(settings):
    settings.REHEARSAL = True
    settings.EMAIL_BACKEND = "messaging.backends.MailboxBackend"


@pytest.mark.django_db
@pytest.mark.parametrize(("seed", "given"), SEASONS)
def test_the_product_itself_asks_the_same_people_at_the_same_moments(in_rehearsal, seed, given):
    season, people = one_evening(seed, given)
    offers, team, searches = in_memory(play(Ours(season, people), people))

    season, people = one_evening(seed, given)
    product = play(ProductSite(season, people), people)

    assert product.offers() == offers
    assert product.team() == team
    assert product.searches() == searches


def test_in_the_season_that_the_product_plays_there_is_much_to_agree_on():
    search = played("search_alone")
    offers, _team, searches = in_memory(search)

    assert {answer for *_facts, answer in offers} == {"", "yes", "no", "late", "other"}
    assert any(ask.reserve for ask in search.asks)
    assert any(others != "None" for *_facts, others in searches)
    assert {because for *_facts, because, _waves, _others in searches} == {"filled", "too_late"}


# The same people meet each way of asking.


def test_whatever_is_asked_the_same_people_withdraw_at_the_same_moments():
    season, people = one_evening()
    gone = {people.gives_up_at(volunteer, 1) for team in season.roster.values() for volunteer in team} - {None}

    lost = {way: {loss.at for loss in played(way).losses} for way in WAYS}

    assert len(gone) == 3
    assert all(gone <= moments for moments in lost.values())
    assert lost["nobody"] == gone


def test_a_season_is_the_same_each_time_and_another_with_another_seed():
    assert in_memory(played("search_alone")) == in_memory(played("search_alone"))
    assert one_evening(1)[0].answers != one_evening(2)[0].answers


def test_a_fifth_withdraws_within_ten_days_and_a_part_of_them_in_the_last_hours():
    season, people = make_season(1, Assumptions(people=3), Rules())
    report_at = {evening: season.report_at(evening) for evening in season.evenings}
    up = {(who, evening): people.gives_up_at(who, evening) for who in season.humans for evening in season.evenings}

    left = [(report_at[evening] - at) / HOUR for (_who, evening), at in up.items() if at]

    assert 0.17 < len(left) / len(up) < 0.23
    assert min(left) >= 0
    assert 200 < max(left) <= 240 + 16
    assert 0.14 < sum(hours <= 8 for hours in left) / len(left) < 0.26


def test_a_yes_is_less_likely_after_each_ask_and_on_short_notice():
    season, people = make_season(1, Assumptions(people=3, loss=0), Rules(), evenings=1)
    post = season.posts[1]
    free = [pk for pk in season.humans if pk not in season.reserve[1]]

    def come(days, asks):
        now = post.report_at - timedelta(days=days)
        return sum(people.would_come(pk, post, now, asked_before=asks) for pk in free)

    assert come(7, 0) > come(7, 2) > come(7, 6) > come(0.1, 6)
    assert come(7, 0) > come(2, 0) > come(0.5, 0)


def test_who_said_yes_is_likelier_to_come_than_who_said_no():
    season, people = make_season(1, Assumptions(people=4, loss=0), Rules(), evenings=1)
    post, on_call = season.posts[1], season.reserve[1]
    now = post.report_at - timedelta(days=5)

    def share(answer):
        those = [pk for pk, hers in season.answers[1].items() if hers == answer and pk not in on_call]
        return sum(people.would_come(pk, post, now, asked_before=0) for pk in those) / len(those)

    assert share("yes") > share("if_needed") > share("") > share("no")
    assert sum(people.would_come(pk, post, now, asked_before=9) for pk in on_call) == len(on_call)


def test_mails_are_read_hours_later_and_those_of_the_night_in_the_morning():
    season, people = make_season(1, replace(Assumptions(), people=4, never_read=0, drowned=0), Rules(), evenings=1)
    free = [pk for pk in season.humans if pk not in season.reserve[1]]

    def median_hours(hour):
        at = datetime(2026, 3, 9, hour, tzinfo=UTC)
        return sorted((people.reads_at(pk, 1, 1, at) - at) / HOUR for pk in free)[len(free) // 2]

    assert 2 < median_hours(9) < 4.5
    assert 8 < median_hours(22) < 12


def test_some_never_read_what_we_write():
    season, people = make_season(1, Assumptions(people=4), Rules(), evenings=1)
    at = datetime(2026, 3, 9, 9, tzinfo=UTC)
    silent = sum(people.reads_at(pk, 1, 1, at) is None for pk in season.humans)

    assert 0.1 < silent / len(season.humans) < 0.25


# The other ways of asking do what they say.


def test_nobody_asks_nobody():
    site = played("nobody")

    assert (site.asks, site.minutes) == ([], 0)
    assert site.losses
    assert not any(loss.filled_at for loss in site.losses)


def test_a_broadcast_reaches_everybody_at_once_and_one_by_the_rules_fewer():
    everybody, by_rules = played("broadcast"), played("broadcast_by_rules")
    first = everybody.losses[0].at
    reached = {ask.volunteer for ask in everybody.asks if ask.at == first}
    fitting = {ask.volunteer for ask in by_rules.asks if ask.at == first}

    assert fitting < reached
    assert any(everybody.season.answers[1][pk] == "no" for pk in reached)
    assert not any(by_rules.season.answers[1][pk] == "no" for pk in fitting)
    assert not reached & {pk for team in everybody.season.roster.values() for pk in team}


def test_one_by_one_waits_a_day_or_for_a_no():
    site = played("one_by_one", seed=8, given=replace(BUSY, withdraws_within=timedelta(days=10), says_no=0))
    asked = {}
    for ask in site.asks:
        post = next(offer.post.pk for offer in site.offers_of[ask.volunteer] if offer.ask is ask)
        asked.setdefault(post, []).append(ask.at)

    lost = {}
    for loss in site.losses:
        lost[loss.post.pk] = lost.get(loss.post.pk, 0) + 1
    alone = [moments for post, moments in asked.items() if lost[post] == 1 and len(moments) > 1]
    assert alone
    assert all(b - a == timedelta(hours=24) for moments in alone for a, b in pairwise(moments))


def test_she_phones_on_her_working_days_between_ten_and_five():
    site = played("phone", given=replace(BUSY, loss=0.4))
    moments = [at.astimezone(site.season.zone) for calls in site.caller.calls.values() for at in calls]

    assert len(moments) > len(site.asks) > 0
    assert {moment.weekday() for moment in moments} <= {0, 1, 3}
    assert all(10 <= moment.hour < 17 for moment in moments)
    assert max(len(calls) for calls in site.caller.calls.values()) == 3


def test_beside_the_search_she_phones_on_the_day_alone():
    site = played("ours", given=replace(BUSY, loss=0.4))
    called = [ask for ask in site.asks if ask.by_phone]

    assert called
    assert {(site.season.report_at(1) - ask.at) < timedelta(hours=12) for ask in called} == {True}
    assert played("search_alone").minutes < 10 < site.minutes


# What came out.


def seasons(filled, asks, *, seasons=40):
    """Outcomes of ten places of which three were lost; `filled` of these, by turns."""
    return [
        Outcome(
            places=10,
            lost=3,
            hours=tuple(float(hour + 1) for hour in range(filled[number % len(filled)])),
            asks=asks,
            volunteers=5,
            minutes=30.0,
            most_asked=2,
            wishes_met=1,
        )
        for number in range(seasons)
    ]


def test_estimates_are_those_of_all_seasons_together():
    numbers = estimates(seasons([1, 3], asks=8))

    values = {name: estimate.value for name, estimate in numbers.items()}
    expected = {"filled": 0.9, "refilled": 2 / 3, "fill_hours_median": 1.0, "fill_hours_p95": 3.0}
    assert expected.items() <= values.items()
    assert (values["asks_per_filled"], values["asks_per_volunteer"], values["coordinator_minutes"]) == (4.0, 1.6, 30.0)
    assert numbers["filled"].low < 0.9 < numbers["filled"].high
    assert numbers["coordinator_minutes"].low == numbers["coordinator_minutes"].high == 30.0


def test_where_nothing_was_filled_there_is_no_time_and_no_price():
    numbers = estimates(seasons([0], asks=0))

    assert numbers["fill_hours_median"].value is numbers["asks_per_filled"].value is None
    assert report.as_json({"nobody": seasons([0], asks=0)})["nobody"]["fill_hours_p95"] is None


def test_a_difference_is_taken_season_by_season():
    ours, theirs = seasons([1, 3], asks=8), seasons([0, 2], asks=8)

    above = difference(ours, theirs)

    # Each season differs by one place: what seasons differ by among themselves falls away.
    assert round(above.low, 9) == round(above.value, 9) == round(above.high, 9) == 0.1


@pytest.mark.parametrize(
    ("theirs", "asks", "said"),
    [
        ([1], 40, ["reached: asks", "reached: filled"]),
        ([3], 20, ["MISSED: asks", "MISSED: filled"]),
        ([3, 1], 40, ["reached: asks", "not to be told apart: filled"]),
    ],
)
def test_it_says_plainly_where_the_aim_is_missed(theirs, asks, said):
    found = {"ours": seasons([2], asks=10), "broadcast": seasons(theirs, asks=asks)}

    sentences = report.aims(found)

    assert [sentence.startswith(words) for sentence, words in zip(sentences, said, strict=True)] == [True, True]


def test_the_search_alone_is_measured_against_the_others_too():
    found = {"phone": seasons([3], asks=6), "ours": seasons([3], asks=10), "search_alone": seasons([2], asks=10)}

    assert report.aims(found) == [
        "not to be told apart: filled, against a coordinator phones down a list: +0.00 points [+0.00, +0.00]",
        "MISSED: filled while nobody phones, against a coordinator phones down a list: -10.00 points [-10.00, -10.00]",
    ]


def test_the_command_prints_writes_and_draws_without_a_database(tmp_path):
    figures, picture, said = tmp_path / "figures.json", tmp_path / "picture.svg", StringIO()

    call_command("simulate", seasons=1, json=str(figures), svg=str(picture), stdout=said)

    found = json.loads(figures.read_text())
    assert list(found) == FIVE
    assert all(list(numbers) == KEYS for numbers in found.values())
    assert found["nobody"]["filled"] < found["ours"]["filled"] <= 1
    assert found["ours"]["asks_per_filled"] < found["broadcast"]["asks_per_filled"]
    assert "Nocturnes, and nobody phones" in said.getvalue()
    assert ElementTree.parse(picture).getroot().get("role") == "img"


@pytest.mark.parametrize(
    ("options", "word"), [({"seasons": 0}, "at least one"), ({"seasons": 1, "json": "/no/such/folder/x"}, "written")]
)
def test_the_command_refuses_in_a_sentence(options, word):
    with pytest.raises(CommandError, match=word):
        call_command("simulate", strategy=["nobody"], stdout=StringIO(), **options)


def test_no_text_of_the_picture_overlaps_another_or_leaves_it():
    found = {way: seasons([1, 3], asks=9_000 if way == "broadcast" else 8) for way in WAYS}
    root = ElementTree.fromstring(drawing.draw(found | {"nobody": seasons([0], asks=0)}))
    width, height = float(root.get("width")), float(root.get("height"))

    boxes = [box(text) for text in root.iter("{http://www.w3.org/2000/svg}text")]

    assert len(boxes) > 30
    assert all(min(left, top) >= 0 and right <= width and bottom <= height for left, top, right, bottom in boxes)
    assert [(a, b) for number, a in enumerate(boxes) for b in boxes[:number] if overlap(a, b)] == []


def box(text):
    """About where it stands: letters of these fonts are hardly wider than three fifths of their height."""
    x, y, size = float(text.get("x")), float(text.get("y")), float(text.get("font-size"))
    return x, y - size, x + 0.6 * size * len(text.text), y + 0.25 * size


def overlap(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def test_the_picture_says_in_words_what_it_shows_and_has_a_ground_of_its_own():
    drawn = drawing.draw({"nobody": seasons([0], asks=0), "ours": seasons([3], asks=6)})

    title, description = re.search(r"<title[^>]*>(.*)</title>", drawn), re.search(r"<desc[^>]*>(.*)</desc>", drawn)
    assert "simulated seasons" in title[1]
    assert "Nocturnes, with its phone list: places filled in time 100.0%, asks per filled place 2.0" in description[1]
    assert re.search(rf'<rect width="\d+" height="\d+" rx="12" fill="{drawing.PAPER}"/>', drawn)
