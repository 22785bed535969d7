"""Places as calendar entries: the files in our mails, and the calendar to subscribe to, read as calendars read them."""

import email.policy
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes

import pytest
from django.utils import translation
from icalendar import Calendar

from messaging import actions as messaging
from messaging.models import Message
from messaging.transport import compose
from nocturnes import links
from nocturnes.history import SYSTEM
from shifts import actions, calendars
from shifts.models import Assignment
from tests.factories import (
    NOW,
    make_assignment,
    make_edition,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_registration,
    make_volunteer,
)
from tests.shifts.pages import link

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english(at):
    at(NOW)
    with translation.override("en"):
        yield


@pytest.fixture
def alice():
    volunteer = make_volunteer(language="en")
    make_registration(volunteer)
    return volunteer


@pytest.fixture
def place(alice):
    return place_on(date(2026, 3, 26), alice)


def place_on(day, volunteer, **fields):
    evening = make_evening(day, published_at=NOW)
    opening = make_opening(evening, make_museum("Musée d’Été; Fin", latitude=50.84, longitude=4.36))
    return fresh(make_assignment(make_post(opening), volunteer, **fields))


def fresh(assignment):
    return Assignment.objects.for_pages().get(pk=assignment.pk)


def read(file):
    """(method, the only event) of a file."""
    calendar = Calendar.from_ical(file[1])
    (event,) = calendar.events
    return str(calendar["METHOD"]), event


def event_of(assignment, *, now=NOW):
    return read(calendars.files([fresh(assignment)], now=now)[0])


def numbers(event):
    return str(event["UID"]), event["SEQUENCE"]


def test_a_place_is_one_published_event_with_what_she_needs(place):
    post = place.post
    post.opening.meeting_point_en = "staff entrance"
    post.opening.save()
    make_assignment(post, make_volunteer("Bob", "Peeters"))

    method, event = event_of(place)

    assert method == "PUBLISH"
    assert str(event["SUMMARY"]) == "Musée d’Été; Fin, welcome desk"
    assert str(event["LOCATION"]) == "staff entrance, Musée d’Été; Fin, Place des Palais 7, 1000 Brussels"
    assert str(event["STATUS"]) == "TENTATIVE"
    assert str(event["ORGANIZER"]) == "mailto:nocturnes@example.org"
    assert "ATTENDEE" not in event
    description = str(event["DESCRIPTION"])
    assert "Report at 17:30, staff entrance, Place des Palais 7" in description
    assert "With Bob P." in description
    assert "That evening: +32 470 00 00 12" in description
    assert "Dupont" not in description
    token = str(event["URL"]).rstrip("/").rpartition("/")[2]
    assert links.read("assignment", token, Assignment.objects, now=NOW) == place
    assert str(event["URL"]) in description


def test_who_has_confirmed_has_a_sure_event(place):
    actions.confirm(place, how="link", by=SYSTEM, now=NOW)

    assert str(event_of(place)[1]["STATUS"]) == "CONFIRMED"


@pytest.mark.parametrize(
    ("day", "begins", "ends"),
    [
        (date(2026, 3, 26), datetime(2026, 3, 26, 16, 30, tzinfo=UTC), datetime(2026, 3, 26, 21, 0, tzinfo=UTC)),
        (date(2026, 4, 2), datetime(2026, 4, 2, 15, 30, tzinfo=UTC), datetime(2026, 4, 2, 20, 0, tzinfo=UTC)),
    ],
)
def test_the_hours_are_those_of_the_wall_on_both_sides_of_the_clock_change(alice, day, begins, ends):
    text = calendars.files([place_on(day, alice)], now=NOW)[0][1]
    calendar = Calendar.from_ical(text)

    (event,) = calendar.events
    assert f"DTSTART;TZID=Europe/Brussels:{day:%Y%m%d}T173000" in text
    assert f"DTEND;TZID=Europe/Brussels:{day:%Y%m%d}T220000" in text
    assert (event.start.astimezone(UTC), event.end.astimezone(UTC)) == (begins, ends)
    # As a program reads it that knows no zones but the file's own.
    (zone,) = calendar.timezones
    offset = zone.to_tz(lookup_tzid=False).utcoffset(datetime.combine(day, time(17, 30)))
    assert offset == timedelta(hours=17, minutes=30) - timedelta(hours=begins.hour, minutes=begins.minute)


def test_the_clock_changes_at_the_hour_that_it_shows_before(alice):
    text = calendars.files([place_on(date(2026, 3, 26), alice)], now=NOW)[0][1]

    assert "BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\n" in text
    assert "BEGIN:STANDARD\r\nDTSTART:20261025T030000\r\n" in text


def test_a_calendar_over_two_years_has_both_changes(alice):
    for day in (date(2026, 3, 26), date(2027, 4, 1)):
        place_on(day, alice)

    text = calendars.feed(alice, now=NOW).decode()

    assert "DTSTART:20260329T020000\r\nRDATE:20270328T020000\r\n" in text


def test_an_evening_that_ends_after_midnight_of_the_clock_change_ends_when_it_ends(alice):
    evening = make_evening(date(2026, 3, 28), published_at=NOW)
    zone = evening.edition.zone
    post = make_post(make_opening(evening), ends_at=datetime(2026, 3, 29, 4, 0, tzinfo=zone))

    _method, event = event_of(make_assignment(post, alice))

    assert event.end.astimezone(UTC) == datetime(2026, 3, 29, 2, 0, tzinfo=UTC)


def test_the_number_stays_and_the_count_goes_up_when_hours_change(place):
    before = numbers(event_of(place)[1])

    hours = {
        "report_at": place.report_at + timedelta(minutes=30),
        "starts_at": place.post.starts_at + timedelta(hours=1),
    }
    actions.move_hours(place.post, **hours, ends_at=place.ends_at, by=SYSTEM, now=NOW)

    after = event_of(place)[1]
    assert numbers(after) == (before[0], before[1] + 1)
    assert after.start == place.report_at + timedelta(minutes=30)


def test_a_place_that_ends_is_cancelled_under_the_same_number_and_counts_one_more(place):
    before = numbers(event_of(place)[1])
    actions.remove(place, by=SYSTEM, now=NOW)

    method, event = event_of(place)

    assert (method, str(event["STATUS"])) == ("CANCEL", "CANCELLED")
    assert numbers(event) == (before[0], before[1] + 1)
    assert str(event["SUMMARY"]) == "Cancelled: Musée d’Été; Fin, welcome desk"


def test_who_comes_back_has_the_same_event_again_and_newer_than_its_end(place):
    actions.withdraw(place, by=SYSTEM, now=NOW)
    gone = numbers(event_of(place)[1])

    back = actions.come_back(fresh(place), by=SYSTEM, now=NOW + timedelta(minutes=1))

    method, event = event_of(back)
    assert method == "PUBLISH"
    assert numbers(event) == (gone[0], gone[1] + 1)


def test_several_places_are_several_files_with_names_of_their_own(alice):
    first = place_on(date(2026, 3, 26), alice)
    late = fresh(make_assignment(make_post(first.post.opening, report=time(22), starts=time(22), ends=time(23)), alice))

    files = calendars.files([first, late], now=NOW)

    slug = first.post.opening.museum.slug
    assert [file[0] for file in files] == [f"2026-03-26-1730-{slug}.ics", f"2026-03-26-2200-{slug}.ics"]


# In mails.


def files_of(message, *, now=NOW):
    """Of a mail as it is sent: (content type, method, file name, the only event)."""
    messaging.record_as_sent(message, now=now)
    message.refresh_from_db()
    text = messaging.render(message, now=now)
    letter = message_from_bytes(
        compose(message, text, None, message.files).message().as_bytes(), policy=email.policy.SMTP
    )
    found = []
    for part in letter.iter_attachments():
        assert part.get_content_charset() == "utf-8"
        method, event = read(("", part.get_content(), ""))
        assert part["Content-Type"].params["method"] == method
        found.append((part.get_content_type(), method, part.get_filename(), numbers(event)[0]))
    return found


def methods(message, *, now=NOW):
    return [method for _type, method, _name, _uid in files_of(message, now=now)]


def test_the_mail_of_a_publication_carries_every_evening(alice):
    places = [place_on(day, alice, published_at=None) for day in (date(2026, 3, 26), date(2026, 4, 2))]
    for place in places:
        evening = place.post.opening.evening
        type(evening).objects.filter(pk=evening.pk).update(published_at=None)
        evening.refresh_from_db()
        actions.publish(evening, by=SYSTEM, now=NOW)

    found = files_of(Message.objects.get(kind="published"))

    assert [(kind, method) for kind, method, _name, _uid in found] == [("text/calendar", "PUBLISH")] * 2
    assert [uid for *_rest, uid in found] == [numbers(event_of(place)[1])[0] for place in places]


def test_the_mail_of_changes_publishes_what_is_new_and_cancels_what_is_gone(place, alice):
    new = make_assignment(make_post(place.post.opening, report=time(22), starts=time(22), ends=time(23)), alice)
    actions.remove(place, by=SYSTEM, now=NOW)
    message = actions.tell(new, "assigned", due=NOW, by=SYSTEM, now=NOW)

    assert sorted(methods(message)) == ["CANCEL", "PUBLISH"]


def test_the_mail_that_an_opening_is_called_off_cancels(place):
    actions.call_off(place.post.opening, by=SYSTEM, now=NOW)

    assert methods(Message.objects.get(kind="called_off")) == ["CANCEL"]


def test_every_reminder_carries_the_event(place):
    actions.plan_reminders(place, by=SYSTEM, now=NOW - timedelta(days=10))

    found = {message.kind: methods(message) for message in Message.objects.all()}

    assert found == {f"reminder_{name}": ["PUBLISH"] for name in ("briefing", "unconfirmed", "eve")}


def test_the_mail_about_a_place_that_she_took_carries_it(alice):
    edition = make_edition()
    edition.rules_data = {"self_service": "at_once"}
    edition.save()
    post = make_post(make_opening(make_evening(published_at=NOW)))

    actions.take_open_place(type(post).objects.for_pages().get(pk=post.pk), alice, by=SYSTEM, now=NOW)

    assert methods(Message.objects.get(kind="place_taken")) == ["PUBLISH"]


def test_the_file_is_in_the_language_of_the_mail(place):
    place.volunteer.user.language = "fr"
    place.volunteer.user.save()
    message = actions.tell(place, "assigned", due=NOW, by=SYSTEM, now=NOW)

    files_of(message)

    assert "accueil" in message.files[0][1]


# The calendar to subscribe to.


def feed(volunteer, *, now=NOW):
    calendar = Calendar.from_ical(calendars.feed(volunteer, now=now))
    return {str(event["STATUS"]): numbers(event) for event in calendar.events}


def test_the_calendar_has_all_her_places_and_nobody_elses(place, alice):
    place_on(date(2026, 4, 2), alice)
    make_assignment(place.post, make_volunteer("Bob"))
    place_on(date(2026, 4, 9), alice, published_at=None)

    calendar = Calendar.from_ical(calendars.feed(alice, now=NOW))

    assert [event.start.date() for event in calendar.events] == [date(2026, 3, 26), date(2026, 4, 2)]
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in calendar.to_ical()
    assert len(calendar.timezones) == 1


def test_what_she_gave_back_is_cancelled_there_and_then_hers_again(place, alice):
    actions.withdraw(place, by=SYSTEM, now=NOW)
    assert list(feed(alice)) == ["CANCELLED"]

    actions.come_back(fresh(place), by=SYSTEM, now=NOW + timedelta(minutes=1))

    assert list(feed(alice)) == ["CONFIRMED"]


def test_what_was_taken_from_her_is_gone_from_there(place, alice):
    actions.remove(place, by=SYSTEM, now=NOW)

    assert feed(alice) == {}


def test_what_is_long_over_is_gone_from_there(place, alice):
    assert feed(alice, now=place.ends_at + timedelta(days=59))
    assert not feed(alice, now=place.ends_at + timedelta(days=60))


def test_the_address_gives_a_calendar_in_the_language_of_our_mails(client, place, alice):
    alice.user.language = "nl"
    alice.user.save()

    response = client.get(link("calendar", alice))

    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "onthaal" in response.content.decode()
    assert client.head(link("calendar", alice)).status_code == 200


def test_somebody_without_any_place_gets_an_empty_calendar(client, alice):
    response = client.get(link("calendar", alice))

    assert Calendar.from_ical(response.content).events == []


def test_a_renewed_link_opens_no_calendar(client, place, alice):
    address = link("calendar", alice)
    type(alice).objects.filter(pk=alice.pk).update(link_version=2)

    assert client.get(address).status_code == 410


def test_the_link_of_another_purpose_opens_no_calendar(client, place, alice):
    address = link("calendar", alice, purpose="evenings")

    assert client.get(address).status_code == 404
