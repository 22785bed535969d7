"""The bench: the rosters are those on which others were measured, and the command measures."""

import contextlib
import json
import os
import subprocess
import sys
import zlib
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg2
import pytest
from django.core import mail
from django.db.models import Count, F, Q
from django.test import Client

from nocturnes.models import Entry, Evening
from shifts.bench import definition, ground, load, pages, race, report, roster
from shifts.bench.mail import counting_server
from shifts.models import Assignment, Post
from volunteers.models import Availability, Registration

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PAGES = {"overview", "evening", "museum", "mine", "take_place"}
FIGURES = {"queries", "bytes", "median_ms", "p95_ms", "rps_8"}


@pytest.fixture
def loaded(db):
    return roster.load("tiny", now=NOW)


# The definition.


@pytest.mark.parametrize(("name", "places", "filled"), [("season", 280, 224), ("big", 27_000, 21_600)])
def test_four_of_five_places_are_filled(name, places, filled):
    made = definition.roster(name)

    assert sum(map(len, made.taken.values())) == filled
    assert sum(map(len, made.open.values())) == places - filled


@pytest.mark.parametrize(
    ("name", "taken", "wishes"), [("season", 2199471726, 2927252427), ("big", 3058013764, 2516358180)]
)
def test_everybody_stands_where_the_others_had_them(name, taken, wishes):
    made = definition.roster(name)

    assert zlib.crc32(repr(sorted(made.taken.items())).encode()) == taken
    assert zlib.crc32(repr(made.wishes()).encode()) == wishes


def test_a_volunteer_has_one_post_an_evening_and_is_free_on_the_others():
    made = definition.roster("season")

    for evening in range(made.size.evenings):
        here = [one for (e, _m, _p), people in made.taken.items() if e == evening for one in people]
        assert sorted([*here, *made.free[evening]]) == list(range(made.size.volunteers))


# The rows.


def test_the_rows_are_those_that_the_actions_would_have_left(loaded):
    active = Count("assignments", filter=Q(assignments__cancelled_at=None))

    assert Assignment.objects.active().published().count() == 32
    assert not Post.objects.annotate(active=active).exclude(taken=F("active")).exists()
    assert Entry.objects.filter(verb="assigned").count() == 32
    assert not Evening.objects.filter(published_at=None).exists()


def test_who_has_no_place_on_an_evening_answered_yes_for_it(loaded):
    for number, evening in enumerate(loaded.evenings):
        said_yes = Availability.objects.filter(evening=evening, answer="yes").values("registration__volunteer")
        here = Assignment.objects.of_evening(evening).values("volunteer")

        assert not Registration.objects.filter(volunteer__in=said_yes).filter(volunteer__in=here).exists()
        assert said_yes.count() == len(loaded.roster.free[number]) == 34


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (NOW, date(2027, 1, 7)),
        (datetime(2026, 12, 20, tzinfo=UTC), date(2027, 1, 21)),
        (datetime(2028, 6, 1, tzinfo=UTC), date(2028, 7, 6)),
    ],
)
def test_the_evenings_lie_ahead_whenever_it_runs_and_stay_thursdays(now, first):
    assert roster.first_evening(now) == first
    assert first.weekday() == 3


# Asking.


def test_a_request_is_what_a_browser_sends():
    request = load.Request("/fr/x/", {"a": "1", "b": "2"}, {"csrfmiddlewaretoken": "é"})

    assert request.encoded("127.0.0.1:80").decode().split("\r\n") == [
        "POST /fr/x/ HTTP/1.1",
        "Host: 127.0.0.1:80",
        "Cookie: a=1; b=2",
        "Connection: close",
        "Accept: text/html",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Length: 26",
        "",
        "csrfmiddlewaretoken=%C3%A9",
    ]


def test_an_answer_is_read_with_its_queries_and_its_place():
    request = load.Request("/fr/x/", {})

    answer = load._answer(request, b"HTTP/1.1 302 Found\r\nX-Queries: 27\r\nLocation: /y/\r\n\r\nabc", 0.5)

    assert answer == load.Answer(302, 0.5, 3, 27, "/y/")
    with pytest.raises(load.NotServed):
        load._answer(request, b"", 0.5)


def test_every_page_that_is_asked_for_is_there(loaded, at):
    at(NOW)
    for name in pages.PAGES:
        for request in pages.PAGES[name](loaded):
            client = Client()
            client.cookies.load(request.cookies)

            assert client.get(request.path).status_code == 200, name


def test_who_signs_in_for_the_bench_takes_a_place_with_her_form(loaded, at):
    at(NOW)
    wish = loaded.roster.wishes()[0]
    request = pages.taking(loaded, *wish)
    client = Client(enforce_csrf_checks=True)
    client.cookies.load(request.cookies)

    client.post(request.path, request.form)

    evening, museum, post, volunteer = wish
    hers = Assignment.objects.active().filter(volunteer=loaded.volunteers[volunteer])
    assert hers.filter(post=loaded.posts[evening, museum, post], confirmed_how="took").exists()


def test_thirty_are_free_for_each_place_of_the_race(loaded):
    rounds = race.rounds(loaded)

    assert len(rounds) == len(set(rounds)) > 1
    assert all(len(race._free(loaded, evening)) == 30 for evening, _museum, _post in rounds)


def test_a_middle_value_and_the_slowest_twentieth_are_told():
    assert pages.percentiles([*range(1, 100), 1000]) == {"median_ms": 50.5, "p95_ms": 96}


def test_mails_are_counted(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with counting_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        for _ in range(3):
            mail.send_mail("x", "one\n.\ntwo", "a@example.org", ["b@example.org"])

        assert server.received == 3


# What is said.


def result(**changed):
    page = {"queries": 9, "bytes": 1, "median_ms": 5.0, "p95_ms": 6.0, "rps_8": 100.0}
    found = {size: {name: dict(page) for name in PAGES} for size in ("season", "big")}
    swept = {"searches": 100, "asked": 300, "offers": 900, "queries": 700, "ms": 1999.0}
    yes = {"median_ms": 5.0, "p95_ms": 6.0}
    return {
        **found,
        "ranking_ms": {"median": 9.0, "p95": 10.0},
        "race": {"winners": [1, 1]},
        "sweep_100": {"one_evening": dict(swept), "all_evenings": dict(swept)},
        "rush": {"seconds": 9.9, "yes": yes, "sign_up": yes, "won": 100, "taken": 400, "signed_up": 500, "wrong": 0},
        "withdrawal_to_mail_ms": {"median": 300.0, "p95": 400.0},
        **changed,
    }


def test_what_is_missed_is_said_and_nothing_else():
    good, slow = result(), result(race={"winners": [1, 2, 0]})
    slow["season"]["overview"] |= {"queries": 13, "median_ms": 29.1}
    slow["ranking_ms"]["median"] = 21
    slow["sweep_100"]["all_evenings"]["ms"] = 2500.4
    slow["withdrawal_to_mail_ms"]["median"] = 1001
    slow["rush"]["wrong"] = 2

    assert report.missed(good) == []
    assert report.missed(slow) == [
        "missed: season overview, 29.1 ms instead of 29",
        "missed: season overview, 13 queries instead of 12",
        "missed: ranking, 21 ms instead of 20",
        "missed: 2 rounds of the race without exactly one winner",
        "missed: a sweep over all evenings, 2,500 ms instead of 2,000",
        "missed: from a withdrawal to the mail, 1001 ms instead of 1,000",
        "missed: 2 wrong answers when everybody came at once",
    ]


def test_every_figure_stands_in_the_table():
    lines = report.lines(result(), mails=7)

    assert sum(line.startswith(("season ", "big ")) for line in lines) == 10
    assert lines[-1] == "Every aim is reached."


# The whole.


def bench(*arguments, **environment):
    """Run the command as a person does, with nothing of this installation's own; (process, output, complaints)."""
    command = [sys.executable, "manage.py", "bench", *arguments]
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, cwd=ROOT, env=clean | environment, **pipes)
    return process, *process.communicate()


def databases(address, made_by):
    """The names of the bench's databases on this server; `made_by` is the number of its process."""
    connection = psycopg2.connect(address)
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"nocturnes_bench_{made_by}_%"])
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.postgres
def test_a_database_of_its_own_is_made_and_dropped_whatever_happens():
    address = os.environ["TEST_DATABASE_URL"]

    with contextlib.suppress(ZeroDivisionError), ground.database(address) as own:
        assert databases(address, os.getpid()) == [own.partition("?")[0].rpartition("/")[2]]
        raise ZeroDivisionError

    assert databases(address, os.getpid()) == []


@pytest.mark.postgres
def test_the_command_measures_and_leaves_nothing_behind(tmp_path):
    address, file = os.environ["TEST_DATABASE_URL"], tmp_path / "figures.json"
    arguments = ["--size", "tiny", "--seconds", "0.1", "--json", str(file)]

    process, said, complaints = bench(*arguments, BENCH_DATABASE_URL=address)

    assert process.returncode == 0, complaints
    found = json.loads(file.read_text())
    winners = found["race"]["winners"]
    assert set(found) == {"tiny", *report.THOROUGH}
    assert {name: set(figures) for name, figures in found["tiny"].items()} == dict.fromkeys(PAGES, FIGURES)
    assert winners == [1] * len(winners) != []
    # Five places for twenty-five people, while as many sign up.
    rush = {name: found["rush"][name] for name in ("won", "taken", "signed_up", "wrong")}
    assert rush == {"won": 5, "taken": 20, "signed_up": 25, "wrong": 0}
    assert found["sweep_100"]["all_evenings"]["asked"] > 0
    # Who took a place hears of it: eight of them, and the winners; who signed up is asked to confirm.
    assert f"mails that the counting server took: {8 + len(winners) + 5 + 25}\n" in said
    assert databases(address, process.pid) == []


def test_a_server_that_is_not_there_gets_one_sentence():
    process, _said, complaints = bench("--size", "tiny", BENCH_DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")

    assert process.returncode == 1
    assert complaints.startswith("CommandError: PostgreSQL at BENCH_DATABASE_URL cannot be used: ")
    assert "Traceback" not in complaints
