from datetime import UTC, datetime, timedelta

import pytest

from messaging import actions as messaging
from messaging.models import Message
from nocturnes.history import Actor
from nocturnes.models import Entry
from tests.factories import make_available, make_registration, make_volunteer
from volunteers import actions
from volunteers.actions.answers import AnswerIsUnknown, LanguageIsNotOurs
from volunteers.models import Availability

from .data import NOW, make_season

pytestmark = pytest.mark.django_db


@pytest.fixture
def season():
    return make_season()


@pytest.fixture
def registration(season):
    return make_registration(make_volunteer(), season[0])


def answer(registration, evening, text, now=NOW):
    by = Actor.volunteer_link(registration.volunteer)
    return actions.set_availability(registration, evening, text, by=by, now=now)


def test_an_answer_is_set_changed_and_taken_back(season, registration):
    _edition, (_past, coming, _later) = season

    answer(registration, coming, "yes")
    answer(registration, coming, "if_needed")
    assert Availability.objects.get().answer == "if_needed"

    answer(registration, coming, "")

    assert Availability.objects.count() == 0
    told = [entry.data for entry in Entry.objects.about(registration)]
    assert told == [
        {"evening": coming.pk, "old": "", "new": "yes"},
        {"evening": coming.pk, "old": "yes", "new": "if_needed"},
        {"evening": coming.pk, "old": "if_needed", "new": ""},
    ]


def test_the_same_answer_again_is_no_change(season, registration):
    _edition, (_past, coming, _later) = season

    answer(registration, coming, "yes")
    answer(registration, coming, "yes")

    assert Entry.objects.about(registration).count() == 1


def test_who_says_no_is_no_longer_in_the_reserve(season, registration):
    _edition, (_past, coming, _later) = season
    make_available(registration.volunteer, coming, "yes", on_call_at=NOW)

    row = answer(registration, coming, "no")

    assert row.on_call_at is None


def test_who_says_if_needed_stays_in_the_reserve(season, registration):
    _edition, (_past, coming, _later) = season
    make_available(registration.volunteer, coming, "yes", on_call_at=NOW)

    assert answer(registration, coming, "if_needed").on_call_at == NOW


def test_a_past_evening_takes_no_answer(season, registration):
    _edition, (past, _coming, _later) = season

    with pytest.raises(actions.EveningIsNotOffered):
        answer(registration, past, "yes")

    assert Availability.objects.count() == 0


def test_the_day_and_the_night_that_begins_on_it_still_take_an_answer(season, registration):
    _edition, (_past, coming, _later) = season

    # 27 March 2026, 04:59 in Brussels, is 03:59 in UTC.
    assert answer(registration, coming, "yes", datetime(2026, 3, 27, 3, 59, tzinfo=UTC))
    with pytest.raises(actions.EveningIsNotOffered):
        answer(registration, coming, "no", datetime(2026, 3, 27, 4, 0, tzinfo=UTC))


def test_an_evening_of_another_edition_takes_no_answer(registration):
    _other, (_past, coming, _later) = make_season(slug="autumn")

    with pytest.raises(actions.EveningIsNotOffered):
        answer(registration, coming, "yes")


def test_an_evening_that_is_called_off_takes_no_answer(season, registration):
    _edition, (_past, coming, _later) = season
    coming.called_off_at = NOW

    with pytest.raises(actions.EveningIsNotOffered):
        answer(registration, coming, "yes")


def test_an_answer_that_does_not_exist_is_refused(season, registration):
    _edition, (_past, coming, _later) = season

    with pytest.raises(AnswerIsUnknown):
        answer(registration, coming, "<script>")


def test_the_language_changes_for_what_waits_too(season, registration):
    edition, _evenings = season
    alice = registration.volunteer
    plan = {"about": registration, "to": alice.user, "language": "fr", "facts": {"edition": edition.pk}}
    by = Actor.volunteer_link(alice)
    messaging.plan("welcome", "waits", **plan, due=NOW + timedelta(days=1), by=by, now=NOW)
    sent = messaging.plan("welcome", "left", **plan, due=NOW + timedelta(days=1), by=by, now=NOW)
    messaging.record_as_sent(sent, now=NOW)

    actions.set_language(alice, "nl", by=by, now=NOW)

    alice.user.refresh_from_db()
    assert alice.user.language == "nl"
    assert dict(Message.objects.values_list("key", "language")) == {"waits": "nl", "left": "fr"}
    assert Entry.objects.about(alice).get().data == {"old": "fr", "new": "nl"}


def test_a_language_that_none_of_her_editions_speaks_is_refused():
    edition, _evenings = make_season(languages=["fr", "nl"])
    registration = make_registration(make_volunteer(), edition)
    by = Actor.volunteer_link(registration.volunteer)

    with pytest.raises(LanguageIsNotOurs):
        actions.set_language(registration.volunteer, "en", by=by, now=NOW)


def test_whether_she_may_be_asked_is_hers_to_change(registration):
    by = Actor.volunteer_link(registration.volunteer)

    actions.set_may_be_asked(registration, False, by=by, now=NOW)
    actions.set_may_be_asked(registration, False, by=by, now=NOW)

    registration.refresh_from_db()
    assert not registration.may_be_asked
    assert Entry.objects.about(registration).count() == 1


def test_what_we_should_arrange_is_forgotten_seven_days_after_the_last_evening(season, registration):
    registration.arrange = "a chair"
    registration.save()
    # The last evening is 2 April; 9 April begins in Brussels at 22:00 UTC of the 8th.
    midnight = datetime(2026, 4, 8, 22, 0, tzinfo=UTC)

    assert actions.forget_arrangements(now=midnight - timedelta(minutes=1)) == 0
    assert actions.forget_arrangements(now=midnight) == 1

    registration.refresh_from_db()
    assert registration.arrange == ""
    assert actions.forget_arrangements(now=midnight) == 0


def test_what_we_should_arrange_in_another_edition_stays(season, registration):
    other, _evenings = make_season(slug="autumn")
    later = other.evenings.last()
    later.date = later.date.replace(month=10)
    later.save()
    kept = make_registration(registration.volunteer, other, arrange="a chair")

    actions.forget_arrangements(now=datetime(2026, 5, 1, tzinfo=UTC))

    kept.refresh_from_db()
    assert kept.arrange == "a chair"


def test_how_often_she_wants_to_come_is_hers_to_change(registration):
    by = Actor.volunteer_link(registration.volunteer)

    actions.set_most_evenings(registration, 2, by=by, now=NOW)
    actions.set_most_evenings(registration, 2, by=by, now=NOW)

    registration.refresh_from_db()
    assert registration.most_evenings == 2
    assert Entry.objects.about(registration).get().data == {"old": None, "new": 2}
