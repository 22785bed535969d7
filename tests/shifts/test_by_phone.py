"""What somebody tells a coordinator by phone."""

from datetime import date, timedelta

import pytest

from nocturnes import links
from nocturnes.history import Actor
from nocturnes.models import Entry
from shifts import actions
from shifts.actions import CANNOT_COME, KEEPS_PLACE
from shifts.models import Ask, Assignment, Search
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_evening,
    make_opening,
    make_post,
    make_registration,
    make_volunteer,
)
from tests.volunteers.test_by_hand import said_of
from volunteers.actions import EveningIsNotOffered

pytestmark = pytest.mark.django_db


@pytest.fixture
def lea():
    return Actor.user(make_coordinator())


@pytest.fixture
def registration():
    return make_registration(make_volunteer("Alice"))


@pytest.fixture
def evening(registration):
    return make_evening(published_at=NOW)


@pytest.fixture
def place(evening, registration):
    return make_assignment(make_post(make_opening(evening)), registration.volunteer)


def answers(registration):
    return dict(registration.availabilities.values_list("evening__date", "answer"))


def test_answers_are_set_and_the_history_says_who_wrote_them_down(lea, registration, evening):
    later = make_evening(date(2026, 4, 2))

    actions.record_answers(registration, {evening: "yes", later: "no"}, then={}, by=lea, now=NOW)

    assert answers(registration) == {evening.date: "yes", later.date: "no"}
    assert {(entry.verb, entry.actor_id) for entry in Entry.objects.all()} == {("answered", lea.id)}


def test_a_no_where_she_has_a_place_asks_what_to_do_and_changes_nothing(lea, registration, evening, place):
    later = make_evening(date(2026, 4, 2))

    with pytest.raises(actions.HasPlace) as refused:
        actions.record_answers(registration, {evening: "no", later: "yes"}, then={}, by=lea, now=NOW)

    place.refresh_from_db()
    assert refused.value.evenings == [evening]
    assert place.is_active
    assert answers(registration) == {}


def test_a_word_that_means_nothing_is_no_word(lea, registration, evening, place):
    with pytest.raises(actions.HasPlace):
        actions.record_answers(registration, {evening: "no"}, then={evening.pk: "perhaps"}, by=lea, now=NOW)


def test_cannot_come_gives_the_place_back_and_looks_for_somebody_else(lea, registration, evening, place):
    actions.record_answers(registration, {evening: "no"}, then={evening.pk: CANNOT_COME}, by=lea, now=NOW)

    place.refresh_from_db()
    assert place.withdrew
    assert answers(registration) == {evening.date: "no"}
    assert Search.objects.live().get().post == place.post
    assert Entry.objects.filter(verb="recorded_withdrawal", actor_id=lea.id).exists()


def test_she_may_keep_the_place_and_the_answer_alone_is_set(lea, registration, evening, place):
    actions.record_answers(registration, {evening: "no"}, then={evening.pk: KEEPS_PLACE}, by=lea, now=NOW)

    place.refresh_from_db()
    assert place.is_active
    assert answers(registration) == {evening.date: "no"}


def test_a_no_that_she_said_before_asks_nothing(lea, registration, evening, place):
    make_available(registration.volunteer, evening, "no")

    actions.record_answers(registration, {evening: "no"}, then={}, by=lea, now=NOW)

    place.refresh_from_db()
    assert place.is_active


def test_a_draft_asks_too_and_ends_without_a_search(lea, registration):
    draft = make_evening(date(2026, 4, 2))
    place = make_assignment(make_post(make_opening(draft)), registration.volunteer, published_at=None)

    with pytest.raises(actions.HasPlace):
        actions.record_answers(registration, {draft: "no"}, then={}, by=lea, now=NOW)
    actions.record_answers(registration, {draft: "no"}, then={draft.pk: CANNOT_COME}, by=lea, now=NOW)

    place.refresh_from_db()
    assert not place.is_active
    assert not Search.objects.exists()


def test_one_answer_that_comes_too_late_keeps_all_as_it_was(lea, registration, evening, place):
    past = make_evening(date(2026, 3, 12))

    with pytest.raises(EveningIsNotOffered):
        actions.record_answers(
            registration, {evening: "no", past: "yes"}, then={evening.pk: CANNOT_COME}, by=lea, now=NOW
        )

    place.refresh_from_db()
    assert place.is_active
    assert answers(registration) == {}


def test_a_new_address_renews_the_links_of_her_places_and_offers(lea, registration, place):
    ask = Ask.objects.create(volunteer=registration.volunteer, evening=place.post.opening.evening, asked_at=NOW)
    bobs = make_assignment(place.post, make_volunteer("Bob"))
    old = links.token("assignment", place)

    actions.change_person(registration, said_of(registration, email="right@example.org"), by=lea, now=NOW)

    for row in (place, ask, bobs):
        row.refresh_from_db()
    assert (place.link_version, ask.link_version, bobs.link_version) == (2, 2, 1)
    with pytest.raises(links.LinkIsOver):
        links.read("assignment", old, Assignment.objects, now=NOW)
    assert Entry.objects.get(verb="renewed_links").data == {"links": 2}


def test_another_change_renews_no_link(lea, registration, place):
    actions.change_person(registration, said_of(registration, first_name="Alix"), by=lea, now=NOW)

    place.refresh_from_db()
    assert place.link_version == 1


def test_an_evening_that_is_over_asks_nothing_about_its_places(lea, registration, evening, place):
    after = place.ends_at + timedelta(minutes=1)

    actions.record_answers(registration, {evening: "no"}, then={}, by=lea, now=after)

    place.refresh_from_db()
    assert place.is_active
