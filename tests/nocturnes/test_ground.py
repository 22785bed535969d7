from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.utils import translation

from nocturnes import clock, history, installation
from nocturnes.models import Edition, Entry, Evening, Installation, User
from tests.factories import NOW, make_coordinator, make_edition, make_evening, make_language

pytestmark = pytest.mark.django_db


def test_history_is_only_ever_added_to():
    evening = make_evening()
    history.record("published", evening, by=history.SYSTEM, now=NOW)

    with pytest.raises(TypeError):
        Entry.objects.all().delete()
    with pytest.raises(TypeError):
        Entry.objects.update(verb="other")
    assert [entry.verb for entry in Entry.objects.about(evening)] == ["published"]


def test_an_entry_keeps_who_acted():
    lea = make_coordinator()

    entry = history.record("published", make_evening(), by=history.Actor.user(lea), now=NOW)

    assert (entry.actor_kind, entry.actor_id) == ("user", lea.pk)


def test_an_address_is_kept_in_lower_case_and_the_database_insists():
    user = User.objects.create_user(" Alice@Example.ORG ")

    assert user.email == "alice@example.org"
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(email="Alice@example.org")


def test_a_text_falls_back_to_a_language_that_has_it():
    language = make_language()
    language.name_fr, language.name_nl, language.name_en = "néerlandais", "", ""

    with translation.override("nl"):
        assert language.name == "néerlandais"


def test_an_edition_speaks_its_own_languages_only():
    edition = make_edition(languages=["nl", "fr"])

    assert edition.language_for("fr") == "fr"
    assert edition.language_for("en") == "nl"


def test_a_rehearsal_has_the_time_that_is_stored(settings):
    settings.REHEARSAL = True
    installation.stamp(rehearsal_now=NOW)

    assert clock.now() == NOW


def test_a_rehearsal_that_was_never_started_says_so(settings):
    settings.REHEARSAL = True

    with pytest.raises(ImproperlyConfigured, match="load_edition"):
        clock.now()


def test_the_real_site_ignores_a_stored_time(settings):
    settings.REHEARSAL = False

    assert abs(clock.now() - clock.machine_now()) < timedelta(seconds=5)


@pytest.mark.parametrize("stamped", [True, False])
def test_either_side_refuses_the_others_database(settings, stamped):
    settings.REHEARSAL = stamped
    installation.stamp()

    settings.REHEARSAL = not stamped

    with pytest.raises(ImproperlyConfigured, match="belongs to"):
        installation.verify()


def test_starting_a_rehearsal_again_does_not_turn_its_clock_back(settings):
    settings.REHEARSAL = True
    installation.stamp(rehearsal_now=NOW + timedelta(days=1))

    installation.stamp(rehearsal_now=NOW)

    assert Installation.objects.get().rehearsal_now == NOW + timedelta(days=1)


def test_an_evening_is_past_when_the_night_after_it_is_over_on_the_clock_of_its_zone():
    evening = make_evening()
    five = NOW.replace(day=27, hour=4, minute=0)

    assert not evening.is_past(five - timedelta(seconds=1))
    assert evening.is_past(five)


@pytest.mark.parametrize(("day", "utc"), [(date(2026, 3, 28), 3), (date(2026, 10, 24), 4)])
def test_the_night_of_the_clock_change_ends_at_five_too(day, utc):
    evening = make_evening(day)
    five = datetime(day.year, day.month, day.day + 1, utc, tzinfo=UTC)

    assert not evening.is_past(five - timedelta(seconds=1))
    assert evening.is_past(five)


def test_the_day_of_an_evening_comes_at_midnight_of_its_zone():
    evening = make_evening()
    midnight = NOW.replace(day=25, hour=23, minute=0)

    assert not evening.day_has_come(midnight - timedelta(seconds=1))
    assert evening.day_has_come(midnight)


def test_an_evening_that_is_called_off_is_over_before_its_night_is():
    evening = make_evening(called_off_at=NOW)

    assert evening.is_over(NOW)
    assert not evening.is_past(NOW)


def test_the_newest_edition_is_the_one_that_was_made_last():
    first, second = make_edition("first"), make_edition("second")
    Edition.objects.filter(pk=first.pk).update(created_at=second.created_at + timedelta(seconds=1))

    assert Edition.objects.newest() == first


def test_the_evenings_to_come_are_those_of_the_zone_of_their_edition():
    east = make_edition("east", zone_name="Pacific/Auckland")
    evening, later = make_evening(edition=east), make_evening(date(2026, 3, 27), edition=east)
    # In Auckland it is 05:00 on Friday, in Brussels 17:00 on Thursday.
    five = NOW.replace(day=26, hour=16)

    assert list(east.coming_evenings(five - timedelta(seconds=1))) == [evening, later]
    assert list(east.coming_evenings(five)) == [later]
    assert list(Evening.objects.coming(five)) == [later]
