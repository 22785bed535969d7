"""The pages of other hours, of calling off, of what waits: consequences before the click, and what the click does."""

from datetime import date, time, timedelta

import pytest

from messaging.models import Message
from museums.models import Contact
from nocturnes import hours
from nocturnes.history import SYSTEM
from shifts import actions
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_volunteer,
)
from tests.shifts.pages import page, queries_of, rows, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def today(at):
    at(NOW)


@pytest.fixture
def opening():
    museum = make_museum("BELvue")
    Contact.objects.create(museum=museum, name="Claire Hubert", phone="0470 00 01 01", email="claire@example.org")
    return make_opening(make_evening(published_at=NOW), museum)


def typed(opening, *posts, **words):
    """The table of hours as it stands, with `words` instead: `starts_12="19:00"` stands for the field "starts-12"."""
    data = {"opening-starts": "18:00", "opening-ends": "22:00"}
    for post in posts:
        data |= {f"report-{post.pk}": "17:30", f"starts-{post.pk}": "18:00", f"ends-{post.pk}": "22:00"}
    return data | {name.replace("_", "-"): value for name, value in words.items()}


def without_address(name):
    volunteer = make_volunteer(name)
    volunteer.user.email = None
    volunteer.user.save()
    return volunteer


def look(desk, url_name, row, query):
    return desk.get(page(url_name, row.evening.edition.slug if hasattr(row, "evening") else slug(row), row.pk), query)


def slug(post):
    return post.opening.evening.edition.slug


# Other hours.


def test_by_minutes_it_says_what_happens_and_moves_nothing(desk, opening):
    post = make_post(opening)
    make_assignment(post, make_volunteer("Alice"), confirmed_at=NOW, confirmed_how="link")
    make_assignment(post, without_address("Bob"))
    before = rows()

    text = text_of(look(desk, "opening_move", opening, {"minutes": "30"}))

    assert rows() == before
    assert "18:00–22:00 18:30–22:30" in text
    assert "17:30 · 18:00–22:00 18:00 · 18:30–22:30" in text
    assert "2 people are told" in text
    assert "Alice D." in text
    assert "Bob D. They have no e-mail address" in text
    assert "1 person has confirmed and stays so" in text
    assert "The briefing has left already" in text
    assert "Claire Hubert" in text


def test_the_click_moves_and_says_how_many_are_told(desk, opening):
    post = make_post(opening)
    assignment = make_assignment(post)
    data = typed(opening, post, opening_starts="18:30", **{f"report_{post.pk}": "18:00", f"starts_{post.pk}": "18:30"})

    response = desk.post(page("opening_move", opening.evening.edition.slug, opening.pk), data, follow=True)

    assignment.refresh_from_db()
    assert "The hours are changed. 1 person is told." in text_of(response)
    assert assignment.report_at == hours.instant(opening.evening.date, time(18), opening.evening.edition.zone)


def test_who_would_be_in_two_places_is_named_with_the_other_one_and_there_is_no_button(desk, opening):
    post = make_post(opening)
    other = make_post(
        make_opening(opening.evening, make_museum("Horta")), report=time(22), starts=time(22), ends=time(23)
    )
    alice = make_volunteer("Alice")
    make_assignment(post, alice)
    make_assignment(other, alice)

    response = look(desk, "opening_move", opening, {"minutes": "30"})
    done = desk.post(
        page("opening_move", opening.evening.edition.slug, opening.pk),
        typed(opening, post, **{f"ends_{post.pk}": "22:30"}),
    )

    assert "Alice D. is also at Horta, welcome desk, 22:00 to 23:00" in text_of(response)
    assert "btn--lamp" not in response.content.decode()
    assert "At those hours Alice D. would be in two places." in text_of(done)
    assert 'value="22:30"' in done.content.decode()


def test_one_post_moves_alone(desk, opening):
    post, other = make_post(opening), make_post(opening)
    data = {f"report-{post.pk}": "18:00", f"starts-{post.pk}": "18:30", f"ends-{post.pk}": "22:00"}

    desk.post(page("post_move", slug(post), post.pk), data)

    post.refresh_from_db()
    other.refresh_from_db()
    zone = opening.evening.edition.zone
    assert post.report_at == hours.instant(opening.evening.date, time(18), zone)
    assert other.report_at == hours.instant(opening.evening.date, time(17, 30), zone)


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (date(2026, 3, 28), "On that day the clock jumps over 02:30"),
        (date(2026, 10, 24), "On that day the clock shows 02:30 twice"),
    ],
)
def test_an_hour_of_the_night_that_is_none_or_two_gets_its_sentence(desk, day, says):
    post = make_post(make_opening(make_evening(day, published_at=NOW)))
    data = {f"report-{post.pk}": "17:30", f"starts-{post.pk}": "18:00", f"ends-{post.pk}": "02:30"}

    response = desk.post(page("post_move", slug(post), post.pk), data)

    assert says in text_of(response)
    assert 'value="02:30"' in response.content.decode()


def test_an_hour_after_midnight_is_of_the_night_that_follows(desk, opening):
    post = make_post(opening)

    desk.post(
        page("post_move", slug(post), post.pk),
        {f"report-{post.pk}": "17:30", f"starts-{post.pk}": "18:00", f"ends-{post.pk}": "01:00"},
    )

    post.refresh_from_db()
    assert post.ends_at == hours.instant(date(2026, 3, 27), time(1), opening.evening.edition.zone)


def test_a_post_that_ends_after_its_opening_can_be_moved_until_then_as_its_page_says(desk, opening, at):
    post = make_post(opening, ends=time(23))
    at(hours.instant(opening.evening.date, time(22, 15), opening.evening.edition.zone))
    url = page("post_move", slug(post), post.pk)
    data = {f"report-{post.pk}": "17:30", f"starts-{post.pk}": "18:00", f"ends-{post.pk}": "23:30"}

    assert not desk.get(url).context["closed"]
    desk.post(url, data)

    post.refresh_from_db()
    assert post.ends_at == hours.instant(opening.evening.date, time(23, 30), opening.evening.edition.zone)


@pytest.mark.parametrize("when", ["called off", "over"])
def test_what_cannot_be_moved_any_more_says_so_and_has_no_form(desk, opening, at, when):
    post = make_post(opening)
    if when == "over":
        at(NOW + timedelta(days=3))
    else:
        actions.call_off(opening, by=SYSTEM, now=NOW)

    opened, alone = look(desk, "opening_move", opening, {}), look(desk, "post_move", post, {})

    for response in (opened, alone):
        assert 'name="minutes"' not in response.content.decode()
        assert "does not take place" in text_of(response) or "is over" in text_of(response)


def test_the_look_before_a_move_costs_as_much_with_thirty_on_it(desk, opening):
    post = make_post(opening, places=40)
    address = page("opening_move", opening.evening.edition.slug, opening.pk) + "?minutes=30"
    for _ in range(2):
        make_assignment(post)
    few = queries_of(desk, address)
    for _ in range(30):
        make_assignment(post)

    assert queries_of(desk, address) == few


# Calling off.


def test_before_an_evening_is_called_off_it_says_who_is_told_and_whom_to_call(desk, opening):
    post = make_post(opening)
    make_assignment(post, make_volunteer("Alice"))
    rik = make_volunteer("Rik")
    make_available(rik, opening.evening, on_call_at=NOW)
    make_opening(opening.evening, make_museum("Horta"))
    before = rows()

    text = text_of(desk.get(page("evening_call_off", opening.evening.edition.slug, opening.evening.date)))

    assert rows() == before
    assert "The whole evening, with 2 museums" in text
    assert "2 people are told Alice D., Rik D." in text
    assert "1 person among them need not be on call: Rik D." in text
    assert "1 answer for this evening is kept." in text
    assert "Claire Hubert" in text
    assert "Horta no contact" in text


def test_the_click_calls_the_evening_off_and_whom_to_call_stays_on_the_page(desk, opening):
    make_assignment(make_post(opening))

    response = desk.post(page("evening_call_off", opening.evening.edition.slug, opening.evening.date), follow=True)

    text = text_of(response)
    opening.evening.refresh_from_db()
    assert opening.evening.called_off_at == NOW
    assert "The evening is called off. 1 person is told." in text
    assert "Claire Hubert" in text
    assert "<form" not in response.content.decode().partition("<main")[2].partition("</main>")[0]


def test_an_evening_called_off_offers_no_publishing(desk):
    evening = make_evening()
    make_opening(evening)
    actions.call_off_evening(evening, by=SYSTEM, now=NOW)

    text = text_of(desk.get(page("evening", evening.edition.slug, evening.date)))

    assert "Publish this evening" not in text
    assert "Called off: whom to call" in text


def test_quiet_hours_are_said_before_the_click(desk, opening, at):
    make_assignment(make_post(opening))
    at(hours.instant(date(2026, 3, 24), time(21), opening.evening.edition.zone))

    text = text_of(desk.get(page("opening_call_off", opening.evening.edition.slug, opening.pk)))

    assert "what is not urgent leaves on Wednesday 25 March, 09:00" in text


# What waits.


def test_what_a_click_causes_waits_on_the_evening_with_its_minute(desk, opening):
    post = make_post(opening, places=3)
    alice, bob = make_volunteer("Alice"), without_address("Bob")
    for who in (alice, bob):
        make_available(who, opening.evening)
        actions.assign(post, who, by=SYSTEM, now=NOW)

    text = text_of(desk.get(page("evening", opening.evening.edition.slug, opening.evening.date)))

    assert "2 messages wait" in text
    assert "Alice Dupont will be sent at 10:02" in text
    assert "Bob Dupont waits for your call" in text
    assert "new: BELvue, welcome desk, Thursday 26 March" in text


def test_of_several_changes_the_list_says_what_is_true_in_the_end(desk, opening):
    post, other = make_post(opening), make_post(make_opening(opening.evening, make_museum("Horta")))
    moved, gone, back = (make_volunteer(name) for name in ("Alice", "Bob", "Carol"))
    make_assignment(post, moved)
    actions.move_hours(
        post,
        report_at=post.report_at + timedelta(minutes=15),
        starts_at=post.starts_at + timedelta(minutes=15),
        ends_at=post.ends_at,
        by=SYSTEM,
        now=NOW,
    )
    actions.remove(make_assignment(other, gone), by=SYSTEM, now=NOW)
    make_available(back, opening.evening)
    actions.remove(actions.assign(post, back, by=SYSTEM, now=NOW), by=SYSTEM, now=NOW)

    text = text_of(desk.get(page("waiting", opening.evening.edition.slug)))

    assert "other hours: BELvue, welcome desk, Thursday 26 March" in text
    assert "no longer: Horta, welcome desk, Thursday 26 March" in text
    assert "2 messages wait" in text
    assert "1 more message has nothing to tell in the end, and will not leave." in text


def test_calling_off_waits_with_the_reserve(desk, opening):
    make_assignment(make_post(opening), make_volunteer("Alice"))
    make_available(make_volunteer("Rik"), opening.evening, on_call_at=NOW)
    actions.call_off_evening(opening.evening, by=SYSTEM, now=NOW)

    text = text_of(desk.get(page("waiting", opening.evening.edition.slug)))

    assert "called off: BELvue, welcome desk, Thursday 26 March" in text
    assert "not on call: Thursday 26 March" in text


def test_another_evenings_messages_do_not_wait_here(desk, opening):
    other = make_evening(date(2026, 4, 2), published_at=NOW)
    alice = make_volunteer()
    make_available(alice, other)
    actions.assign(make_post(make_opening(other)), alice, by=SYSTEM, now=NOW)

    here = text_of(desk.get(page("evening", other.edition.slug, opening.evening.date)))
    there = text_of(desk.get(page("evening", other.edition.slug, other.date)))

    assert "message waits" not in here
    assert "1 message waits" in there


def test_what_leaves_by_itself_is_not_in_the_list(desk, opening):
    assignment = make_assignment(make_post(opening))
    actions.plan_reminders(assignment, by=SYSTEM, now=NOW)

    assert Message.objects.pending().exists()
    assert "Nothing waits" in text_of(desk.get(page("waiting", opening.evening.edition.slug)))


def test_the_list_costs_as_much_with_thirty_messages(desk, opening):
    post = make_post(opening, places=60)

    def more(number):
        for _ in range(number):
            volunteer = make_volunteer()
            make_available(volunteer, opening.evening)
            actions.assign(post, volunteer, by=SYSTEM, now=NOW)

    more(2)
    few = queries_of(desk, page("waiting", opening.evening.edition.slug))
    more(30)

    assert queries_of(desk, page("waiting", opening.evening.edition.slug)) == few
