from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messaging import actions as messaging
from messaging import kinds
from messaging.models import Message
from nocturnes import hours
from nocturnes.history import SYSTEM
from shifts import actions
from shifts.actions import evenings
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_evening,
    make_opening,
    make_post,
    make_volunteer,
)

pytestmark = pytest.mark.django_db


def test_publishing_makes_every_draft_known_in_one_mail_a_person():
    evening = make_evening()
    opening = make_opening(evening)
    early = make_post(opening, ends=time(20))
    late = make_post(opening, report=time(20), starts=time(20))
    alice, bob = make_volunteer("Alice"), make_volunteer("Bob")
    drafts = [
        make_assignment(post, who, published_at=None) for post, who in [(early, alice), (late, alice), (early, bob)]
    ]

    published = actions.publish(evening, by=SYSTEM, now=NOW)

    for draft in drafts:
        draft.refresh_from_db()
    assert published == 3
    assert {draft.published_at for draft in drafts} == {NOW}
    assert {m.user for m in Message.objects.filter(kind="published")} == {alice.user, bob.user}
    assert Message.objects.filter(kind="published").count() == 2


def test_two_evenings_published_together_make_one_mail():
    first, second = make_evening(), make_evening(date(2026, 4, 2))
    alice = make_volunteer()
    for evening in (first, second):
        make_assignment(make_post(make_opening(evening)), alice, published_at=None)

    actions.publish(first, by=SYSTEM, now=NOW)
    actions.publish(second, by=SYSTEM, now=NOW + timedelta(minutes=1))

    message = Message.objects.get(kind="published")
    assert message.facts["items"] == [first.pk, second.pk]
    assert message.due == NOW + timedelta(minutes=3)


def test_the_mail_of_her_evenings_asks_only_about_those_that_are_not_confirmed():
    first, second = make_evening(), make_evening(date(2026, 4, 2))
    alice = make_volunteer(language="en")
    confirmed = make_assignment(make_post(make_opening(first)), alice, published_at=None)
    open_one = make_assignment(make_post(make_opening(second)), alice, published_at=None)
    for evening in (first, second):
        actions.publish(evening, by=SYSTEM, now=NOW)
    message = Message.objects.get(kind="published")
    actions.confirm(confirmed, by=SYSTEM, now=NOW, how="link")

    mail = messaging.render(message, now=NOW)
    actions.confirm(open_one, by=SYSTEM, now=NOW, how="link")
    settled = messaging.render(message, now=NOW)

    assert mail.text.count("Confirmed: you are coming.") == mail.text.count("I’m coming / I can’t come:") == 1
    assert mail.html.count("Confirmed: you are coming.") == mail.html.count(">I’m coming<") == 1
    assert mail.html.count(">I can’t come<") == 2
    assert "Answer for all my evenings" in mail.html
    for body in (settled.text, settled.html):
        assert body.count("Confirmed: you are coming.") == 2
        assert "I’m coming" not in body
        assert "Tell us what suits you." not in body
    assert settled.html.count(">I can’t come<") == 2
    assert "Answer for all my evenings" not in settled.html


def test_publishing_a_night_of_hundreds_asks_no_more_than_one_of_a_few():
    def publish(day, people):
        evening = make_evening(day)
        post = make_post(make_opening(evening), places=people)
        for number in range(people):
            make_assignment(post, make_volunteer(f"V{number}"), published_at=None)
            make_available(make_volunteer(f"W{number}"), evening)
        with CaptureQueriesContext(connection) as queries:
            actions.publish(evening, by=SYSTEM, now=NOW)
        assert Message.objects.filter(kind="reminder_eve", facts__evening=evening.pk).count() == people
        return len(queries)

    few, many = publish(date(2026, 3, 26), 2), publish(date(2026, 4, 2), 9)

    assert many == few
    assert Message.objects.filter(kind="published").count() == Message.objects.filter(kind="no_place").count() == 11


def test_publishing_twice_is_refused_and_tells_nobody_again():
    evening = make_evening()
    make_assignment(make_post(make_opening(evening)), published_at=None)
    actions.publish(evening, by=SYSTEM, now=NOW)

    with pytest.raises(evenings.AlreadyPublished):
        actions.publish(evening, by=SYSTEM, now=NOW)

    assert Message.objects.filter(kind="published").count() == 1


def test_an_evening_that_is_over_is_not_published():
    evening = make_evening()

    with pytest.raises(evenings.EveningIsOver):
        actions.publish(evening, by=SYSTEM, now=NOW + timedelta(days=3))


def test_calling_off_frees_everybody_and_tells_each_once():
    opening = make_opening(make_evening(published_at=NOW))
    alice = make_volunteer()
    early, late = make_post(opening, ends=time(20)), make_post(opening, report=time(20), starts=time(20))
    make_assignment(early, alice)
    make_assignment(late, alice)
    make_assignment(late, make_volunteer("Bob"))

    freed = actions.call_off(opening, by=SYSTEM, now=NOW)

    early.refresh_from_db()
    late.refresh_from_db()
    assert freed == 3
    assert (early.taken, late.taken) == (0, 0)
    assert Message.objects.filter(kind="called_off").count() == 2
    assert len(Message.objects.get(kind="called_off", user=alice.user).facts["items"]) == 2


def test_calling_off_twice_tells_nobody_again():
    opening = make_opening(make_evening(published_at=NOW))
    make_assignment(make_post(opening))
    actions.call_off(opening, by=SYSTEM, now=NOW)

    assert actions.call_off(opening, by=SYSTEM, now=NOW) == 0
    assert Message.objects.filter(kind="called_off").count() == 1


@pytest.mark.parametrize(("day", "urgent"), [(29, True), (30, False)])
def test_on_a_sunday_only_who_would_set_out_that_day_hears_at_once_that_it_is_called_off(day, urgent):
    opening = make_opening(make_evening(date(2026, 3, day), published_at=NOW))
    make_assignment(make_post(opening))

    actions.call_off(opening, by=SYSTEM, now=NOW.replace(day=29))

    assert kinds.is_urgent(Message.objects.get(kind="called_off")) is urgent


def test_calling_off_ends_the_search():
    post = make_post(make_opening(make_evening(published_at=NOW)), places=1)
    search = actions.withdraw(make_assignment(post), by=SYSTEM, now=NOW)

    actions.call_off(post.opening, by=SYSTEM, now=NOW)

    search.refresh_from_db()
    assert search.ended_because == "called_off"


def test_places_are_not_lowered_below_the_people_on_them():
    post = make_post(places=2)
    make_assignment(post)
    make_assignment(post)

    with pytest.raises(evenings.TooManyAssigned, match="2 person"):
        actions.change_places(post, places_wanted=1, needed=1, by=SYSTEM, now=NOW)

    post.refresh_from_db()
    assert post.places == 2


def test_no_more_places_are_needed_than_wanted():
    post = make_post(places=2)

    with pytest.raises(evenings.NeededAreWanted):
        actions.change_places(post, places_wanted=3, needed=4, by=SYSTEM, now=NOW)


def test_moving_a_post_moves_its_people_and_tells_them_once():
    evening = make_evening(published_at=NOW)
    post = make_post(make_opening(evening))
    assignment = make_assignment(post)
    zone = evening.edition.zone
    new = [hours.instant(evening.date, time(h), zone) for h in (18, 19, 23)]
    was = actions.Hours.of(post).as_texts()

    actions.move_hours(post, report_at=new[0], starts_at=new[1], ends_at=new[2], by=SYSTEM, now=NOW)

    assignment.refresh_from_db()
    assert (assignment.report_at, assignment.ends_at) == (new[0], new[2])
    item = {"assignment": assignment.pk, "what": "moved", "was": was, "at": NOW.isoformat()}
    assert Message.objects.get(kind="changed").facts["items"] == [item]


def test_a_move_that_would_put_somebody_in_two_places_is_refused_by_name():
    evening = make_evening(published_at=NOW)
    opening = make_opening(evening)
    early, late = make_post(opening, ends=time(20)), make_post(opening, report=time(20), starts=time(20))
    alice = make_volunteer()
    make_assignment(early, alice)
    make_assignment(late, alice)
    zone = evening.edition.zone

    with pytest.raises(evenings.MoveOverlaps, match=r"Alice D\."):
        actions.move_hours(
            early,
            report_at=early.report_at,
            starts_at=early.starts_at,
            ends_at=hours.instant(evening.date, time(21), zone),
            by=SYSTEM,
            now=NOW,
        )


def test_hours_out_of_order_are_refused():
    post = make_post()

    with pytest.raises(evenings.HoursInOrder):
        actions.move_hours(
            post, report_at=post.starts_at, starts_at=post.report_at, ends_at=post.ends_at, by=SYSTEM, now=NOW
        )


def test_publishing_plans_the_word_to_the_reserve_on_the_day_at_noon():
    evening = make_evening()
    availability = make_available(make_volunteer(), evening, on_call_at=NOW)

    actions.publish(evening, by=SYSTEM, now=NOW)

    message = Message.objects.about(availability).get()
    assert message.kind == "reminder_reserve"
    assert message.due == NOW.replace(day=26, hour=11)


def test_who_could_come_and_got_nothing_hears_so_once_and_the_others_do_not():
    evening = make_evening()
    post = make_post(make_opening(evening))
    alice, bob, carol, dave, nora = (make_volunteer(name) for name in ("Alice", "Bob", "Carol", "Dave", "Nora"))
    make_available(alice, evening, "yes")
    make_available(bob, evening, "if_needed")
    make_available(carol, evening, "no")
    make_available(dave, evening, "yes", on_call_at=NOW)
    make_available(nora, evening, "yes")
    make_assignment(post, nora, published_at=None)
    make_available(make_volunteer("Zoé", accepted_at=None), evening, "yes")

    actions.publish(evening, by=SYSTEM, now=NOW)

    assert {message.user for message in Message.objects.filter(kind="no_place")} == {alice.user, bob.user}


def test_no_place_yet_is_not_said_to_somebody_who_has_one_by_then():
    evening = make_evening()
    post = make_post(make_opening(evening))
    alice = make_volunteer()
    make_available(alice, evening)
    actions.publish(evening, by=SYSTEM, now=NOW)
    actions.assign(post, alice, by=SYSTEM, now=NOW)
    message = Message.objects.get(kind="no_place")

    messaging.record_as_sent(message, now=message.due)

    assert message.sent_at is None
    assert message.reason.startswith("This person has a place by now")


def test_no_place_yet_is_not_said_to_somebody_who_can_no_longer_come():
    evening = make_evening()
    alice = make_volunteer()
    make_available(alice, evening)
    draft = make_assignment(make_post(make_opening(evening)), alice, published_at=None)
    actions.withdraw(draft, by=SYSTEM, now=NOW, recorded=True)

    actions.publish(evening, by=SYSTEM, now=NOW)

    assert not Message.objects.filter(kind="no_place").exists()


@pytest.mark.parametrize("change", [{"answer": "no"}, {"on_call_at": NOW}])
def test_no_place_yet_is_not_said_to_somebody_who_said_another_thing_meanwhile(change):
    evening = make_evening()
    availability = make_available(make_volunteer(), evening)
    actions.publish(evening, by=SYSTEM, now=NOW)
    evening.availabilities.filter(pk=availability.pk).update(**change)
    message = Message.objects.get(kind="no_place")

    messaging.record_as_sent(message, now=message.due)

    assert message.sent_at is None
