"""A sweep over many searches: it reads and writes as much for thousands of people as for a few."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messaging.models import Message
from shifts.actions import locks, sweeping
from shifts.models import Ask, Offer, Search
from tests.factories import NOW, make_assignment, make_language
from tests.shifts.searches import make_many, post_at, published_evening, sweep

pytestmark = pytest.mark.django_db


def queries_of_a_sweep(days, candidates):
    """How many a sweep takes over two searches on each of these days in April; everybody may be asked for each."""
    evenings = [published_evening(date(2026, 4, day)) for day in days]
    for evening in evenings:
        for museum in ("Musée BELvue", "MIM"):
            post = post_at(evening, museum, places=1)
            Search.objects.create(post=post, opened_at=NOW, next_wave_at=NOW)
    people = make_many(evenings[0], candidates)
    before = post_at(published_evening(date(2026, 3, days[0])), "WIELS", places=candidates)
    for volunteer in people[::2]:
        make_assignment(before, volunteer)
    with CaptureQueriesContext(connection) as queries:
        sweep(NOW + timedelta(minutes=1))
    return len(queries)


def test_a_sweep_takes_as_many_queries_for_many_candidates_as_for_few():
    few = queries_of_a_sweep([2, 9], candidates=8)
    asked = Ask.objects.count(), Message.objects.filter(kind="offer").count()
    Offer.objects.all().delete()
    Ask.objects.all().delete()
    Search.objects.update(ended_at=NOW, ended_because=Search.Because.STOPPED, next_wave_at=None)

    many = queries_of_a_sweep([16, 23], candidates=40)

    assert asked == (8, 8)
    assert Ask.objects.count() == 8
    assert many == few


def test_a_sweep_takes_as_many_queries_for_many_posts_of_an_evening_as_for_two():
    def queries(day, museums):
        evening = published_evening(date(2026, 4, day))
        for museum in museums:
            Search.objects.create(post=post_at(evening, museum, places=1), opened_at=NOW, next_wave_at=NOW)
        make_many(evening, 20)
        with CaptureQueriesContext(connection) as queries:
            sweep(NOW + timedelta(minutes=1))
        Search.objects.update(ended_at=NOW, ended_because=Search.Because.STOPPED, next_wave_at=None)
        return len(queries)

    two = queries(2, ["Musée BELvue", "MIM"])
    many = queries(9, ["Musée BELvue", "MIM", "WIELS", "Autoworld", "Musée Horta"])

    assert set(Search.objects.values_list("waves", flat=True)) == {1}
    assert many == two


def test_a_sweep_reads_what_the_teams_of_all_evenings_lack_at_once():
    for day in (2, 9, 16):
        post = post_at(published_evening(date(2026, 4, day)), places=1)
        post.opening.languages.add(make_language("nl"))
        Search.objects.create(post=post, opened_at=NOW, next_wave_at=NOW)
    make_many(post.opening.evening, 8)

    with CaptureQueriesContext(connection) as queries:
        sweep(NOW + timedelta(minutes=1))

    assert sum('FROM "museums_opening_languages"' in query["sql"] for query in queries) == 1


def test_a_search_that_begins_while_a_sweep_waits_for_its_locks_is_the_next_ones(monkeypatch):
    evening = published_evening(date(2026, 4, 2))
    first, second = post_at(evening, places=1), post_at(evening, "MIM", places=1)
    Search.objects.create(post=first, opened_at=NOW, next_wave_at=NOW)
    make_many(evening, 8)
    locked = locks.lock_posts

    def meanwhile(pks):
        Search.objects.get_or_create(post=second, defaults={"opened_at": NOW, "next_wave_at": NOW})
        return locked(pks)

    monkeypatch.setattr("shifts.actions.searches.waves.lock_posts", meanwhile)
    sweep(NOW + timedelta(minutes=1))
    asked_first = set(Offer.objects.values_list("search__post", flat=True))
    sweep(NOW + timedelta(minutes=2))

    assert asked_first == {first.pk}
    assert set(Offer.objects.values_list("search__post", flat=True)) == {first.pk, second.pk}


def test_a_step_that_fails_holds_up_no_other_and_is_not_passed_over(monkeypatch):
    done = []

    def broken(*, now):
        raise ValueError("on purpose")

    monkeypatch.setattr(sweeping, "STEPS", (broken, lambda *, now: done.append(now)))

    with pytest.raises(ExceptionGroup, match="A step of the sweep failed"):
        sweeping.sweep(now=NOW)

    assert done == [NOW]
