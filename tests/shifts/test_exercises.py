"""The six exercises of a rehearsal: ticked by what a coordinator did since it began."""

import pytest

from nocturnes import history
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry, Installation
from shifts import actions
from shifts.models import Call
from tests.factories import NOW, make_assignment, make_coordinator, make_edition, make_evening, make_volunteer
from tests.shifts.pages import page, rows, text_of
from tests.shifts.searches import make_people, make_withdrawal, post_at, published_evening

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ALL = ["list", "evening", "assign", "withdrawal", "search", "sheet"]


@pytest.fixture
def evening(settings):
    settings.REHEARSAL = True
    Installation.objects.all().delete()
    Installation.objects.create(pk=1, rehearsal=True, rehearsal_now=NOW)
    return published_evening()


@pytest.fixture
def lea(evening):
    return make_coordinator()


@pytest.fixture
def desk(client, lea):
    client.force_login(lea)
    return client


def done(desk):
    exercises = desk.get(page("season", "nocturnes-2026")).context["chrome"]["exercises"]()
    return [one.name for one in exercises.all if one.is_done]


def of(desk, name):
    exercises = desk.get(page("season", "nocturnes-2026")).context["chrome"]["exercises"]()
    return next(one for one in exercises.all if one.name == name)


def test_nothing_is_done_at_first_and_looking_does_nothing(desk, evening):
    post_at(evening)
    before = rows()

    text = text_of(desk.get(page("season", "nocturnes-2026")))
    desk.get(page("evening", "nocturnes-2026", evening.date))

    assert "Six exercises 0 of 6" in text
    assert rows() == before
    assert done(desk) == []


def test_the_time_to_take_back_is_that_of_the_rules(desk, evening):
    evening.edition.rules_data = {"undo": 3}
    evening.edition.save()

    assert "for 3 minutes you can take it back" in of(desk, "assign").how


@pytest.mark.parametrize("name", ["list", "evening", "sheet"])
def test_what_is_only_looked_at_is_ticked_by_the_button_that_opens_it(desk, evening, name):
    post_at(evening)

    response = desk.post(page("rehearsal_exercise", "nocturnes-2026", name))

    assert response["Location"] == of(desk, name).url
    assert desk.get(response["Location"]).status_code == 200
    assert done(desk) == [name]


def test_reading_what_changed_is_reading_the_list(desk):
    desk.post(page("season_read", "nocturnes-2026"))

    assert done(desk) == ["list"]


def test_what_is_done_is_ticked_by_itself(desk, lea, evening):
    by, post = Actor.user(lea), post_at(evening)
    assignment = actions.assign(post, make_people(evening, "Alice")[0], by=by, now=NOW)
    assert done(desk) == ["assign"]

    actions.withdraw(assignment, recorded=True, by=by, now=NOW)
    assert done(desk) == ["assign", "withdrawal"]

    actions.phoned(post, make_people(evening, "Bob")[0], answer=Call.Answer.NO, by=by, now=NOW)
    assert done(desk) == ["assign", "withdrawal"]

    actions.phoned(post, make_people(evening, "Carol")[0], answer=Call.Answer.YES, by=by, now=NOW)
    assert done(desk) == ["assign", "withdrawal", "search"]


def test_a_new_coordinator_does_all_six(desk, evening):
    """By the buttons that the page itself shows, each followed by the deed that it asks for."""
    people = make_people(evening, "Alice", "Bob", "Carol")
    post, taken = post_at(evening), post_at(evening, "Autoworld", places=1)
    hers = make_assignment(taken)
    slug, numbers = "nocturnes-2026", [person.pk for person in people]
    deeds = {
        "assign": ("post_assign", post.pk, {"volunteer": numbers[0]}),
        "withdrawal": ("assignment_record_withdrawal", hers.pk, {"reason": ""}),
        "search": ("search_phoned", taken.pk, {"volunteer": numbers[1], "answer": "yes"}),
    }

    for name in ALL:
        one = desk.get(page("season", slug)).context["chrome"]["exercises"]().next["exercise"]
        assert one.name == name
        opened = desk.post(page("rehearsal_exercise", slug, name), follow=True) if one.notes else desk.get(one.url)
        assert opened.status_code == 200
        if name in deeds:
            url_name, pk, sent = deeds[name]
            desk.post(page(url_name, slug, pk), sent)

    assert done(desk) == ALL
    text = text_of(desk.get(page("season", slug)))
    assert "Six exercises 6 of 6 Show All six done." in text
    assert "Print the sheet of a museum" not in text
    desk.post(page("rehearsal_fold", slug), {"folded": "no"})
    assert "Print the sheet of a museum" in text_of(desk.get(page("season", slug)))


def test_what_others_did_and_what_was_before_the_rehearsal_is_not_hers(desk, lea, evening):
    alice, bob, carol = make_people(evening, "Alice", "Bob", "Carol")
    actions.assign(post_at(evening), alice, by=Actor.user(lea), now=NOW)
    history.record("loaded", evening.edition, by=SYSTEM, now=NOW)
    mila = make_coordinator("mila@example.org")
    actions.assign(post_at(evening, "Autoworld"), bob, by=Actor.user(mila), now=NOW)
    assert done(desk) == []

    actions.assign(post_at(evening, "Villa Empain"), carol, by=Actor.user(lea), now=NOW)
    assert done(desk) == ["assign"]


def test_each_exercise_leads_to_where_it_is_done(desk, evening):
    full, searched, post = post_at(evening, places=1), post_at(evening, "Autoworld"), post_at(evening, "Villa Empain")
    make_assignment(full)
    make_withdrawal(searched, now=NOW)

    assert of(desk, "assign").url == page("post_panel", "nocturnes-2026", post.pk)
    assert of(desk, "search").url == page("search", "nocturnes-2026", searched.pk)
    assert of(desk, "sheet").url == page("opening_print", "nocturnes-2026", full.opening_id)
    assert "Open Thursday 26 March" in text_of(desk.get(page("season", "nocturnes-2026")))


def test_a_rehearsal_without_evenings_leads_nowhere_else(desk, evening):
    evening.__class__.objects.all().delete()
    make_evening(edition=evening.edition)

    assert {of(desk, name).url.partition("#")[0] for name in ALL} == {page("season", "nocturnes-2026")}


def test_other_pages_show_the_exercise_in_hand(desk, evening):
    post_at(evening)
    desk.post(page("rehearsal_exercise", "nocturnes-2026", "list"))

    response = desk.get(page("people", "nocturnes-2026"))
    assert "Exercise 2 of 6 Open Thursday 26 March." in text_of(response)
    # Opening the evening by any other way leaves no trace: its button is at hand wherever she is.
    assert f'action="{page("rehearsal_exercise", "nocturnes-2026", "evening")}"' in response.content.decode()


def test_they_can_be_folded_and_unfolded(desk):
    desk.post(page("rehearsal_fold", "nocturnes-2026"), {"folded": "yes"})

    text = text_of(desk.get(page("season", "nocturnes-2026")))
    assert "Six exercises 0 of 6 Show" in text
    assert "Print the sheet of a museum" not in text
    assert "Exercise 1 of 6" not in text_of(desk.get(page("people", "nocturnes-2026")))

    desk.post(page("rehearsal_fold", "nocturnes-2026"), {"folded": "no"})
    assert "Print the sheet of a museum" in text_of(desk.get(page("season", "nocturnes-2026")))


@pytest.mark.parametrize("name", ["assign", "nothing"])
def test_what_is_done_by_a_deed_is_not_ticked_by_a_click(desk, evening, name):
    assert desk.post(page("rehearsal_exercise", "nocturnes-2026", name)).status_code == 404
    assert not Entry.objects.filter(verb="did_exercise").exists()


def test_only_coordinators_have_exercises(client, evening):
    client.force_login(make_volunteer().user)

    assert client.post(page("rehearsal_exercise", "nocturnes-2026", "list")).status_code == 403
    assert client.post(page("rehearsal_fold", "nocturnes-2026")).status_code == 403


def test_the_real_site_has_none(client, lea, settings, at):
    at(NOW)
    settings.REHEARSAL = False
    client.force_login(lea)

    assert "exercises" not in text_of(client.get(page("season", make_edition().slug)))
