"""What coordinators, volunteers and museums do every day, in a real browser; each page fits and has no barrier."""

import json
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy

import pytest
from django.core import mail
from icalendar import Calendar

from messaging.models import Message
from nocturnes import links
from nocturnes.hours import instant
from shifts.models import Post
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_edition,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_volunteer,
)
from tests.stories.reader import Watcher, settled
from tests.stories.season import DAY, last_mail, workers_pass
from volunteers.models import Volunteer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# After the night of 29 March, in which the clock jumps.
IN_SUMMER = date(2026, 4, 2)


def of_clock(post, moment):
    """An instant as the clock of the post's edition shows it."""
    return f"{moment.astimezone(post.opening.evening.edition.zone):%H:%M}"


def tell(at, moment):
    """Whatever waits until `moment` leaves."""
    at(moment)
    workers_pass()


# A coordinator plans, at her desk.


@pytest.fixture
def lea():
    return make_coordinator(language="fr")


@pytest.fixture
def known(lea):
    """A published evening at two museums whose people know of their places."""
    evening = make_evening(DAY, lead=lea, published_at=NOW - timedelta(days=3))
    belvue, horta = make_museum("BELvue"), make_museum("Horta")
    post = make_post(make_opening(evening, belvue), places=2)
    make_post(make_opening(evening, horta))
    for name in ("Alice", "Bob"):
        make_assignment(post, make_volunteer(name, email=f"{name.lower()}@example.org"))
    make_assignment(evening.openings.get(museum=horta).posts.get(), make_volunteer("Carol", email="carol@example.org"))
    make_opening(make_evening(IN_SUMMER), belvue)
    make_museum("MIM")
    return post


def plans(reader, edition):
    """From the season to the planning; another museum opens, and asks for two people, next week too."""
    reader.goes_to("season", edition.slug)
    reader.clicks(reader.page.locator("nav a[href$='/planning/']").first)
    reader.presses("Add an opening")
    reader.page.locator("[name=museum]").select_option(label="MIM")
    reader.presses("Save")
    reader.clicks(reader.page.locator("a[href$='/posts/add/']").first)
    reader.page.locator("[name=role]").select_option(label="Accueil")
    reader.page.locator("[name=places]").fill("3")
    reader.page.locator("[name=needed]").fill("2")
    reader.presses("Save")
    reader.presses("Copy", context="button")
    reader.page.get_by_label("BELvue").last.check()
    reader.presses("Copy", context="button")


def types_a_report_time(reader, edition, post, text):
    reader.goes_to("posts_table", edition.slug, DAY)
    cell = reader.page.locator(f"#report_at-{post.pk}")
    cell.fill(text)
    cell.press("Enter")
    reader.page.locator(".plan-foot .note--success").wait_for()
    settled(reader.page)
    reader.looks_over()


def moves_by_an_hour(reader, edition, post):
    """By minutes: first the page that says what happens, then the click."""
    reader.goes_to("evening", edition.slug, DAY)
    reader.presses("Change the hours", within=reader.page.locator(f"#museum-{post.opening_id}"))
    reader.page.locator("#minutes").fill("60")
    reader.clicks(reader.page.locator("form:has(#minutes) button"))
    reader.reads("Alice D., Bob D.")
    post.refresh_from_db()
    assert of_clock(post, post.starts_at) == "18:00"
    reader.presses("Change the hours")


def waiting_line(reader, name):
    return reader.page.locator("ul.waits li", has_text=name)


def does_not_tell(reader, name):
    reader.presses("Do not send it", within=waiting_line(reader, name))
    reader.page.locator("[name=sure]").check()
    reader.presses("Do not send it")


def calls_off(reader, edition, opening):
    reader.goes_to("evening", edition.slug, DAY)
    reader.presses("Call this opening off", within=reader.page.locator(f"#museum-{opening.pk}"))
    reader.reads("Carol D.")
    reader.presses("Call it off")


def mails_to(name):
    return [message for message in mail.outbox if message.to == [f"{name}@example.org"]]


def test_a_coordinator_plans_moves_and_calls_off_and_everybody_hears_once(site, at, desk, sign_in, lea, known):
    reader, edition, post = Watcher(desk, site, "fr"), make_edition(), known
    sign_in(desk, lea)

    plans(reader, edition)
    there = Post.objects.get(opening__evening__date=IN_SUMMER)
    assert (of_clock(there, there.report_at), of_clock(there, there.ends_at)) == ("17:30", "22:00")
    assert (there.places, there.needed) == (3, 2)

    types_a_report_time(reader, edition, post, "17:15")
    moves_by_an_hour(reader, edition, post)
    post.refresh_from_db()
    assert (of_clock(post, post.report_at), of_clock(post, post.starts_at)) == ("18:15", "19:00")
    assert Message.objects.filter(kind="changed").count() == 2
    assert "10:02" in waiting_line(reader, "Alice").inner_text()
    does_not_tell(reader, "Bob")
    reader.goes_to("waiting", edition.slug)
    reader.presses("Send now", within=waiting_line(reader, "Alice"))
    calls_off(reader, edition, edition.evenings.get(date=DAY).openings.get(museum__name_fr="Horta"))
    tell(at, NOW + timedelta(minutes=3))

    assert [len(mails_to(name)) for name in ("alice", "bob", "carol")] == [1, 0, 1]
    assert "18:15" in mails_to("alice")[0].body
    assert "Horta" in mails_to("carol")[0].body


# A volunteer takes a place, on her phone.


@pytest.fixture
def open_place():
    """Of an evening after the clock has jumped; whoever is free may take it."""
    edition = make_edition(rules_data={"self_service": "at_once"})
    evening = make_evening(IN_SUMMER, edition=edition, published_at=NOW)
    return make_post(make_opening(evening, make_museum("MIM")), places=1)


def signs_in_by_code(reader, person):
    """From the public page, by the link at its foot."""
    reader.clicks(reader.page.locator("footer a[href$='/mine/']"))
    reader.page.locator("input[type=email]").fill(person.user.email)
    reader.presses("Send me a code")
    workers_pass()
    (code,) = [
        line.strip() for line in last_mail(mail.outbox, person.user.email).body.splitlines() if line.startswith("    ")
    ]
    reader.page.locator("[name=code]").fill(code)
    reader.presses("Sign in")


def begins(text):
    """When the one event of a calendar begins, in UTC."""
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    return event.start.astimezone(UTC)


def calendar_in(message):
    (part,) = [one for one in parsed(message).walk() if one.get_content_type() == "text/calendar"]
    return part.get_payload(decode=True)


def parsed(message):
    return message_from_bytes(message.message().as_bytes(), policy=policy.default)


def test_a_volunteer_takes_a_place_and_has_it_in_her_calendar(site, at, phone, open_place):
    noor = make_volunteer("Noor", "Peeters", email="noor@example.org", language="nl")
    make_available(noor, open_place.opening.evening)
    reader = Watcher(phone, site, "nl")

    reader.goes_to("edition", open_place.opening.evening.edition.slug)
    signs_in_by_code(reader, noor)
    reader.clicks(phone.locator("#places li", has_text="MIM").get_by_role("button"))
    tell(at, NOW + timedelta(minutes=3))
    phone.locator("details:has(#calendar-address) summary").click()
    reader.looks_over()
    feed = phone.request.get(phone.locator("#calendar-address").input_value())
    reader.presses("Change my evenings")
    with phone.expect_download() as download:
        phone.get_by_role("link", name=reader.word("Download my data")).click()

    at_half_past_five = datetime(2026, 4, 2, 15, 30, tzinfo=UTC)
    assert open_place.assignments.active().get().volunteer == noor
    assert begins(calendar_in(last_mail(mail.outbox, "noor@example.org"))) == at_half_past_five
    assert feed.headers["content-type"].startswith("text/calendar")
    assert begins(feed.body()) == at_half_past_five
    known = json.loads(download.value.path().read_text())
    assert "Peeters" in json.dumps(known)
    assert "MIM" in json.dumps(known)


# A coordinator with a phone in her hand, about one person.


@pytest.fixture
def zoe(lea):
    """On a place that she knows of."""
    zoe = make_volunteer("Zoé", "Lefèvre", email="zoe@example.org")
    make_volunteer("Bob", "Lefort")
    evening = make_evening(DAY, lead=lea, published_at=NOW)
    make_available(zoe, evening)
    make_assignment(make_post(make_opening(evening, make_museum("BELvue"))), zoe)
    return zoe


def looks_for(reader, text):
    reader.goes_to("people", make_edition().slug)
    reader.page.locator("#q").fill(text)
    reader.presses("Search")


def test_a_coordinator_finds_somebody_on_her_phone_and_decides(site, at, phone, sign_in, lea, zoe):
    reader = Watcher(phone, site, "fr")
    sign_in(phone, lea)

    looks_for(reader, "zoe lefevre")
    assert not reader.sees("Lefort")
    reader.clicks(phone.get_by_role("link", name="Zoé Lefèvre"))
    phone.locator("[name=text]").fill("Vient avec sa sœur.")
    reader.presses("Save this note")
    reader.reads("Vient avec sa sœur.")
    pause = phone.locator("details:has([name=until])")
    pause.locator("summary").click()
    pause.locator("[name=until]").fill("2026-04-01")
    reader.clicks(pause.get_by_role("button"))
    reader.presses("End the pause")
    assert not zoe.registrations.get().paused_at
    reader.clicks(phone.locator("a[href$='/block/']"))
    reader.reads("BELvue")
    assert Volunteer.objects.get(pk=zoe.pk).blocked_at is None
    reader.presses("Block")
    tell(at, NOW + timedelta(minutes=3))

    assert Volunteer.objects.get(pk=zoe.pk).blocked_at == NOW
    assert not zoe.assignments.active().exists()
    assert len(mails_to("zoe")) == 1
    reader.goes_to("person", make_edition().slug, zoe.pk)
    phone.get_by_role("button", name=reader.word("Unblock")).wait_for()


# A museum, by its two links.


def test_a_museum_prints_its_sheet_and_ticks_on_the_day(site, at, desk, known):
    """At its desk; on a telephone it ticks in test_browser_keyboard."""
    window, museum = desk, known.opening.museum
    reader = Watcher(window, site, "fr")

    reader.goes_to("tonight", links.token("tonight", museum))
    assert not reader.sees("Alice D.")
    reader.goes_to("museum", links.token("museum", museum))
    reader.presses("Print the sheet")
    reader.reads("Alice D.")
    assert window.locator("[data-print]").is_visible()
    window.emulate_media(media="print")
    assert not window.locator("[data-print]").is_visible()
    window.emulate_media(media="screen")
    at(instant(DAY, time(17, 20), known.opening.evening.edition.zone))
    reader.goes_to("tonight", links.token("tonight", museum))
    alice = window.locator("li.tick", has_text="Alice D.")
    reader.clicks(alice.locator("form[action$='/arrived/'] button"))

    assert known.assignments.get(volunteer__first_name="Alice").arrived_at
    assert known.assignments.get(volunteer__first_name="Bob").arrived_at is None
