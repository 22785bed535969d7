from datetime import date

import pytest

from nocturnes.history import SYSTEM
from nocturnes.models import Entry
from tests.factories import NOW, make_evening, make_museum, make_registration, make_volunteer
from volunteers import actions
from volunteers.models import Registration

pytestmark = pytest.mark.django_db

BY = {"by": SYSTEM, "now": NOW}
TODAY, TOMORROW = date(2026, 3, 24), date(2026, 3, 25)


def verbs(row):
    return list(Entry.objects.about(row).values_list("verb", flat=True))


def test_a_pause_lasts_until_the_day_that_was_said():
    registration = make_registration()

    paused = actions.pause(registration, until=date(2026, 4, 1), **BY)

    assert paused.is_paused(TODAY)
    assert paused.is_paused(date(2026, 3, 31))
    assert not paused.is_paused(date(2026, 4, 1))
    assert Entry.objects.about(registration).get().data == {"until": "2026-04-01", "was": [None, None]}


def test_a_pause_without_a_day_lasts_until_it_is_ended():
    registration = make_registration()
    paused = actions.pause(registration, **BY)

    resumed = actions.resume(registration, **BY)

    assert paused.is_paused(date(2036, 1, 1))
    assert not resumed.is_paused(TODAY)
    assert verbs(registration) == ["paused", "pause_ended"]


@pytest.mark.parametrize("day", [TODAY, date(2026, 3, 23), date(1, 1, 1)])
def test_a_pause_that_is_over_at_once_is_refused(day):
    registration = make_registration()

    with pytest.raises(actions.PauseIsOver):
        actions.pause(registration, until=day, **BY)

    registration.refresh_from_db()
    assert registration.paused_at is None


def test_today_is_the_day_of_the_editions_zone():
    """At 23:30 in London it is tomorrow in Brussels already."""
    late = NOW.replace(hour=23, minute=30)

    with pytest.raises(actions.PauseIsOver):
        actions.pause(make_registration(), until=TOMORROW, by=SYSTEM, now=late)


def test_a_second_click_writes_no_second_line():
    registration = make_registration()

    for _ in range(2):
        actions.pause(registration, until=TOMORROW, **BY)
        actions.invite_again(registration, False, **BY)
    for _ in range(2):
        actions.resume(registration, **BY)

    assert verbs(registration) == ["paused", "set_invited_again", "pause_ended"]


def test_a_pause_may_become_longer():
    registration = make_registration()
    actions.pause(registration, until=TOMORROW, **BY)

    longer = actions.pause(registration, **BY)

    assert longer.paused_until is None
    assert verbs(registration) == ["paused", "paused"]


def test_inviting_again_is_said_and_taken_back():
    registration = make_registration()

    no = actions.invite_again(registration, False, **BY).may_be_invited_again
    yes = actions.invite_again(registration, True, **BY).may_be_invited_again

    assert (no, yes) == (False, True)


def test_the_museums_where_somebody_is_not_placed_are_replaced_and_noted_by_number():
    alice, (one, two) = make_volunteer(), (make_museum("BELvue"), make_museum("Horta"))
    actions.set_not_at(alice, [one.pk], **BY)

    actions.set_not_at(alice, [two.pk], **BY)
    actions.set_not_at(alice, [two.pk], **BY)

    assert list(alice.not_at.all()) == [two]
    assert [entry.data for entry in Entry.objects.about(alice)] == [
        {"old": [], "new": [one.pk]},
        {"old": [one.pk], "new": [two.pk]},
    ]


def test_a_record_that_was_merged_meanwhile_takes_nothing_any_more():
    registration, kept, museum = make_registration(), make_volunteer("Kept"), make_museum()
    merged = registration.volunteer
    type(merged).objects.filter(pk=merged.pk).update(merged_into=kept)
    Registration.objects.filter(pk=registration.pk).update(volunteer=kept)

    for deed in (
        lambda: actions.pause(registration, **BY),
        lambda: actions.resume(registration, **BY),
        lambda: actions.invite_again(registration, False, **BY),
        lambda: actions.set_not_at(merged, [museum.pk], **BY),
        lambda: actions.set_availability(registration, make_evening(), "yes", **BY),
    ):
        with pytest.raises(actions.RecordHasMoved):
            deed()
