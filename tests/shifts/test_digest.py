"""The coordinators' digest: when it is planned, what it says, and when it stays at home."""

from datetime import date, time, timedelta

import pytest
from django.utils import translation

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import clock, installation
from nocturnes.history import SYSTEM, Actor
from nocturnes.hours import instant
from nocturnes.models import Entry, Language, User
from shifts import actions, rehearsal, tasks
from shifts.models import PlaceRequest, Search
from shifts.pages import digest as pages
from tests.factories import (
    NOW,
    make_assignment,
    make_coordinator,
    make_edition,
    make_evening,
    make_language,
    make_museum,
    make_opening,
    make_post,
    make_registration,
    make_role,
    make_volunteer,
)
from tests.messaging.factories import make_message
from tests.shifts.searches import (
    ask_of,
    at,
    make_people,
    make_withdrawal,
    offer_to,
    open_search,
    post_at,
    published_evening,
    sweep,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lea():
    return make_coordinator(language="en")


@pytest.fixture
def evening(lea):
    return published_evening(lead=lea)


def planned(**wanted):
    return Message.objects.filter(kind="digest", **wanted).order_by("due", "user")


def plan(now=NOW):
    actions.plan_digests(now=now)


def left(message, now):
    """The message after the moment `now`, at which it was due."""
    messaging.record_as_sent(message, now=now)
    return message


def read(edition, *, since, now, language="en"):
    with translation.override(language):
        return pages.digest(edition, since=since, now=now)


def texts(lines):
    return [line.text for line in lines]


def summary(digest):
    with translation.override("en"):
        return digest.summary


# When it is planned.


def test_every_active_coordinator_gets_the_next_one_on_her_working_day(lea, evening):
    tom = make_coordinator("tom@example.org", language="nl")
    make_coordinator("former@example.org", is_active=False)
    make_coordinator(None)
    make_volunteer("Alice")

    plan()

    assert [(message.user, message.due) for message in planned()] == [(lea, at(26, 9)), (tom, at(26, 9))]
    assert {message.language for message in planned(user=tom)} == {"nl"}


def test_it_is_planned_once_however_often_the_workers_look(lea, evening):
    for minutes in (0, 15, 600):
        plan(NOW + timedelta(minutes=minutes))

    assert planned().count() == 1
    assert tasks.sweep() is None


def test_a_sweep_that_finds_it_planned_changes_nothing_and_asks_little(lea, evening, django_assert_num_queries):
    plan()

    with django_assert_num_queries(3):
        plan(NOW + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ((23, 8, 59), (23, 9)),  # Monday, before it
        ((23, 9, 0), (24, 9)),  # Monday, at it
        ((24, 9, 0), (26, 9)),  # Tuesday; she does not work on Wednesday
        ((20, 12, 0), (23, 9)),  # Friday
    ],
)
def test_the_next_working_day_is_the_editions(lea, evening, now, due):
    plan(at(*now))

    assert [message.due for message in planned()] == [at(*due)]


def test_the_workers_plan_the_day_after_while_one_leaves(lea, evening):
    plan(at(23, 8))
    plan(at(23, 9))

    assert [message.due for message in planned()] == [at(23, 9), at(24, 9)]


def test_days_and_hour_are_rules_of_the_edition(lea, evening):
    edition = evening.edition
    edition.rules_data = {"working_days": [2], "digest_at": "08:30"}
    edition.save()

    plan()

    assert [message.due for message in planned()] == [at(25, 8, 30)]


def test_an_hour_that_is_changed_moves_the_one_that_waits(lea, evening):
    plan()
    edition = evening.edition
    edition.rules_data = {"digest_at": "09:30"}
    edition.save()

    plan()

    assert [message.due for message in planned()] == [at(26, 9, 30)]


def test_without_working_days_there_is_none(lea, evening):
    edition = evening.edition
    edition.rules_data = {"working_days": []}
    edition.save()

    plan()

    assert not planned().exists()


def test_it_ends_with_the_last_evening(lea, evening):
    plan(at(26, 8))
    assert [message.due for message in planned()] == [at(26, 9)]

    plan(at(26, 9))
    assert planned().count() == 1


def test_an_evening_that_is_called_off_asks_for_none(lea):
    make_evening(called_off_at=NOW)

    plan()

    assert not planned().exists()


def test_each_edition_has_its_own(lea, evening):
    other = make_edition("museum-night")
    make_evening(date(2026, 10, 10), edition=other)

    plan()

    assert {message.about_id for message in planned()} == {evening.edition.pk, other.pk}


def test_it_is_nine_on_the_wall_before_and_after_the_clock_change(lea):
    """The clock jumps in the night to Sunday 29 March."""
    evening = published_evening(date(2026, 4, 9))

    plan(at(26, 8))
    plan(at(26, 9))

    assert [message.due for message in planned()] == [at(26, 9), at(30, 9)]
    before, after = planned().values_list("due", flat=True)
    assert after - before == timedelta(days=4) - timedelta(hours=1)
    assert before == instant(date(2026, 3, 26), time(9), evening.edition.zone)


# What it says.


def test_it_tells_who_withdrew_and_how_it_stands_since_the_last_one(lea, evening):
    post, other = post_at(evening, places=2), post_at(evening, "MIM", role=make_role("cloakroom"), places=1)
    alice, bob, carol = (make_volunteer(name, "Dupont") for name in ("Alice", "Bob", "Carol"))
    actions.withdraw(make_assignment(post, carol), by=SYSTEM, now=at(23, 9))
    actions.withdraw(make_assignment(post, alice), by=SYSTEM, now=at(23, 9, 1))
    type(other.role).objects.update(replace_if_empty=False)
    other.refresh_from_db()
    actions.withdraw(make_assignment(other, bob), by=SYSTEM, now=at(24, 9))

    found = read(evening.edition, since=at(23, 9), now=at(24, 9))

    assert texts(found.withdrawn) == [
        "Alice Dupont, Musée BELvue, welcome desk, Thursday 26\u00a0March at 17:30: we are looking for somebody",
        "Bob Dupont, MIM, welcome desk, Thursday 26\u00a0March at 17:30: nobody is looked for",
    ]
    assert found.withdrawn[0].url.endswith(f"/en/{evening.edition.slug}/posts/{post.pk}/search/")


def test_it_says_of_a_withdrawal_that_a_coordinator_holds_the_search(lea, evening):
    _gone, search = make_withdrawal(post_at(evening, places=1), now=at(23, 11))
    actions.hold_search(search, held=Search.Hold.TAKEN_OVER, by=Actor.user(lea), now=at(23, 12))

    (line,) = read(evening.edition, since=at(23, 9), now=NOW).withdrawn

    assert line.text.endswith(": the search is held")


def test_who_came_back_and_who_was_on_a_draft_are_no_withdrawals(lea, evening):
    post = post_at(evening, places=3)
    alice = make_assignment(post, make_volunteer("Alice"))
    actions.withdraw(alice, by=SYSTEM, now=at(23, 12))
    actions.come_back(alice, by=SYSTEM, now=at(23, 13))
    actions.withdraw(make_assignment(post, make_volunteer("Bob"), published_at=None), by=SYSTEM, now=at(23, 14))

    assert read(evening.edition, since=at(23, 9), now=at(24, 9)).withdrawn == []


def test_a_place_that_somebody_took_since_is_filled(lea, evening):
    post = post_at(evening, places=1)
    actions.withdraw(make_assignment(post, make_volunteer("Alice", "Dupont")), by=SYSTEM, now=at(23, 10))
    bob = make_people(evening, "Bob")[0]
    sweep(at(23, 10, 30))
    actions.accept_offer(offer_to(bob, post.searches.get()), by=Actor.volunteer_link(bob), now=at(23, 11))

    found = read(evening.edition, since=at(23, 9), now=at(24, 9))

    assert texts(found.withdrawn)[0].endswith(": the place is filled")
    assert texts(found.filled) == ["Musée BELvue, welcome desk, Thursday 26\u00a0March at 17:30"]
    assert summary(found) == "1 withdrawal, 1 post filled"


def test_places_whose_own_people_are_back_were_not_filled(lea, evening):
    post, by = post_at(evening, places=2), Actor.user(lea)
    alice, bob = (make_assignment(post, volunteer) for volunteer in make_people(evening, "Alice", "Bob"))
    search = actions.withdraw(bob, by=Actor.volunteer_link(bob.volunteer), now=at(23, 10))
    actions.withdraw(alice, by=by, now=at(23, 10, 1), recorded=True)
    actions.undo(Entry.objects.get(verb="recorded_withdrawal"), by=by, now=at(23, 10, 2))
    actions.come_back(bob, by=Actor.volunteer_link(bob.volunteer), now=at(23, 10, 3))
    search.refresh_from_db()
    assert search.ended_because == Search.Because.FILLED

    assert read(evening.edition, since=at(23, 9), now=at(24, 9)).filled == []


def test_what_was_filled_and_is_open_again_is_not_told_as_filled(lea, evening):
    post = post_at(evening, places=1)
    bob = make_people(evening, "Bob")[0]
    search = open_search(post, now=at(23, 10))
    sweep(at(23, 10, 30))
    assignment = actions.accept_offer(offer_to(bob, search), by=SYSTEM, now=at(23, 11))
    actions.withdraw(assignment, by=SYSTEM, now=at(23, 12))

    assert read(evening.edition, since=at(23, 9), now=at(24, 9)).filled == []


def test_it_tells_what_waits_for_her(lea, evening):
    post = post_at(evening, places=2)
    make_assignment(post, make_volunteer("Alice"))
    PlaceRequest.objects.create(post=post, volunteer=make_volunteer("Bob"), asked_at=NOW)
    make_registration(make_volunteer("Nora", accepted_at=None), evening.edition)
    without_mail = make_volunteer("Jan", user=User.objects.create_user(None, first_name="Jan"))
    make_message(without_mail.user, about=post, facts={"edition": evening.edition.pk}, due=NOW)
    make_message(without_mail.user, about=post, facts={"edition": evening.edition.pk}, due=NOW + timedelta(days=9))
    silent = post_at(evening, "MIM", places=1)
    carol = make_people(evening, "Carol")[0]
    open_search(silent, now=at(23, 10))
    sweep(at(23, 10, 30))
    actions.decline(ask_of(carol), by=SYSTEM, now=at(23, 11))

    found = read(evening.edition, since=at(23, 12), now=NOW)

    assert (found.withdrawn, found.filled) == ([], [])
    assert texts(found.waiting) == [
        "MIM, welcome desk, Thursday 26\u00a0March at 17:30: nobody is left to ask, somebody has to call",
        "Thursday 26\u00a0March: 1 place is open and nobody is looked for",
        "Thursday 26\u00a0March: 1 person to confirm",
        "1 person asks for an open place",
        "1 person to welcome",
        "1 person to call, who has no e-mail",
    ]
    pages_of = [line.url.partition(f"/{evening.edition.slug}/")[2] for line in found.waiting]
    assert pages_of == [
        f"posts/{silent.pk}/search/",
        "evenings/2026-03-26/",
        "evenings/2026-03-26/",
        "requests/",
        "welcome/",
        "messages/",
    ]


def test_a_wave_that_waits_for_her_and_a_search_without_speakers_wait_for_her(lea, evening):
    evening.edition.rules_data = {"asks_need_consent": True}
    evening.edition.save()
    make_people(evening, "Carol")
    dutch = post_at(evening, "MIM", places=1)
    spoken = make_language("nl")
    Language.objects.update(name_en="Dutch")
    dutch.opening.languages.add(spoken)
    search = open_search(dutch, now=at(23, 10))
    sweep(at(23, 10, 30))
    waits = read(evening.edition, since=at(23, 12), now=NOW).waiting

    actions.agree_to_wave(search, wave=1, by=SYSTEM, now=at(23, 11))
    sweep(at(23, 11, 2))
    speechless = read(evening.edition, since=at(23, 12), now=NOW).waiting
    make_assignment(make_post(dutch.opening, role=make_role("cloakroom")), make_volunteer(languages=[spoken]))

    assert texts(waits) == [
        "MIM, welcome desk, Thursday 26\u00a0March at 17:30: the next people are asked once you agree",
    ]
    assert texts(speechless) == ["No Dutch speaker at MIM, Thursday 26\u00a0March: others are asked now"]
    assert "Dutch" not in "".join(texts(read(evening.edition, since=at(23, 12), now=NOW).waiting))


def test_what_is_near_comes_before_what_is_worse_a_week_ahead(lea, evening):
    make_assignment(post_at(evening, places=2), make_volunteer("Alice"))
    later = post_at(published_evening(date(2026, 4, 2)), "MIM", places=1)
    search = open_search(later, now=at(23, 10))
    type(search).objects.update(nobody_left_at=NOW)

    near, far = (texts(read(evening.edition, since=NOW, now=now).waiting) for now in (at(26, 9), NOW))

    of_thursday = [
        "Thursday 26\u00a0March: 1 place is open and nobody is looked for",
        "Thursday 26\u00a0March: 1 person to confirm",
    ]
    in_a_week = ["MIM, welcome desk, Thursday 2\u00a0April at 17:30: nobody is left to ask, somebody has to call"]
    assert near == of_thursday + in_a_week
    assert far == in_a_week + of_thursday


def test_drafts_past_evenings_and_what_is_called_off_wait_for_nobody(lea, evening):
    make_post(make_opening(make_evening(date(2026, 4, 2))))
    make_post(make_opening(make_evening(date(2026, 3, 19), published_at=NOW)))
    make_post(make_opening(evening, make_museum("MIM"), called_off_at=NOW))
    make_post(make_opening(make_evening(date(2026, 4, 9), published_at=NOW, called_off_at=NOW)))

    assert read(evening.edition, since=at(23, 9), now=NOW).is_empty


def test_another_edition_is_not_in_it(lea, evening):
    other = make_evening(date(2026, 10, 10), edition=make_edition("museum-night"), published_at=NOW)
    post = make_post(make_opening(other))
    actions.withdraw(make_assignment(post, make_volunteer("Alice")), by=SYSTEM, now=at(23, 12))
    make_registration(make_volunteer("Nora", accepted_at=None), other.edition)

    assert read(evening.edition, since=at(23, 9), now=NOW).is_empty
    assert not read(other.edition, since=at(23, 9), now=NOW).is_empty


def test_a_long_list_is_cut_and_counted(lea, evening):
    post = post_at(evening, places=20)
    for assignment in [make_assignment(post) for _ in range(15)]:
        actions.withdraw(assignment, by=SYSTEM, now=at(23, 12))

    found = read(evening.edition, since=at(23, 9), now=at(24, 9))

    assert (len(found.withdrawn), found.more_withdrawn) == (12, 3)
    assert summary(found) == "15 withdrawals"


def test_it_takes_the_same_number_of_queries_for_little_and_for_much(lea, evening, django_assert_num_queries):
    def much(number):
        for _ in range(number):
            post = post_at(evening, places=2)
            actions.withdraw(make_assignment(post), by=SYSTEM, now=at(23, 12))
            make_registration(make_volunteer(accepted_at=None), evening.edition)

    since, now = at(23, 9), at(24, 9)
    much(1)
    with django_assert_num_queries(11):
        read(evening.edition, since=since, now=now)
    much(9)

    with django_assert_num_queries(11):
        read(evening.edition, since=since, now=now)


# When it leaves.


def test_it_says_what_happened_since_the_last_that_left(lea, evening):
    post = post_at(evening, places=3)
    plan(at(20, 12))
    monday = planned().get()
    actions.withdraw(make_assignment(post, make_volunteer("Alice", "Dupont")), by=SYSTEM, now=at(20, 13))
    left(monday, at(23, 9))
    plan(at(23, 9))
    actions.withdraw(make_assignment(post, make_volunteer("Bob", "Dupont")), by=SYSTEM, now=at(23, 10))

    tuesday = left(planned().latest("due"), at(24, 9))

    assert ("Alice Dupont" in monday.text, "Bob Dupont" in monday.text) == (True, False)
    assert ("Alice Dupont" in tuesday.text, "Bob Dupont" in tuesday.text) == (False, True)
    assert tuesday.subject == "Tuesday 24\u00a0March: 1 withdrawal"


def test_the_first_one_goes_back_to_the_working_morning_before(lea, evening):
    post = post_at(evening, places=3)
    actions.withdraw(make_assignment(post, make_volunteer("Alice", "Dupont")), by=SYSTEM, now=at(24, 9))
    actions.withdraw(make_assignment(post, make_volunteer("Bob", "Dupont")), by=SYSTEM, now=at(24, 9, 40))
    plan(at(24, 10))

    message = left(planned().get(), at(26, 9))

    assert ("Alice Dupont" in message.text, "Bob Dupont" in message.text) == (False, True)


def test_what_was_skipped_is_not_taken_for_told(lea, evening):
    """A day on which nothing leaves is not the end of what the next one tells."""
    post = post_at(evening, places=1)
    make_assignment(post, confirmed_at=NOW)
    plan(at(20, 12))
    skipped = left(planned().get(), at(24, 0))
    assert (skipped.sent_at, skipped.reason) == (None, "It was too late to be of use.")
    plan(at(24, 0))
    assignment = make_assignment(post_at(evening, "MIM", places=2), make_volunteer("Alice", "Dupont"))
    actions.withdraw(assignment, by=SYSTEM, now=at(23, 12))

    assert "Alice Dupont" in left(planned().latest("due"), at(24, 9)).text


def test_where_nothing_happened_and_nothing_waits_it_stays_at_home(lea, evening):
    make_assignment(post_at(evening, places=1), confirmed_at=NOW)
    plan()

    message = left(planned().get(), at(26, 9))

    assert (message.sent_at, message.reason) == (None, "Nothing happened, and nothing waits.")


def test_who_coordinates_no_more_and_a_day_that_is_none_get_none(lea, evening):
    tom = make_coordinator("tom@example.org")
    post_at(evening, places=1)
    plan()
    tom.is_coordinator = False
    tom.save()
    assert left(planned().get(user=tom), at(26, 9)).reason == "This person does not coordinate any more."

    edition = evening.edition
    edition.rules_data = {"working_days": [0]}
    edition.save()

    assert left(planned().get(user=lea), at(26, 9)).reason == "That is not a working day any more."


@pytest.mark.django_db(transaction=True)
def test_it_leaves_by_the_workers_in_the_language_of_its_reader(lea, evening, mailoutbox):
    make_coordinator("tom@example.org", language="nl")
    post_at(evening, places=1)
    plan()

    messaging.sweep(at(26, 9))

    subjects = {mail.to[0]: mail.subject for mail in mailoutbox}
    assert subjects == {
        "lea@example.org": "Thursday 26\u00a0March: 1 thing waits for you",
        "tom@example.org": "Donderdag 26\u00a0maart: 1 zaak wacht op je",
    }


# In a rehearsal.


@pytest.fixture
def in_rehearsal(settings):
    settings.REHEARSAL = True
    installation.stamp(NOW)


def test_a_jump_of_days_leaves_one_digest_for_each_of_them(in_rehearsal, lea):
    """From Tuesday to the next: Thursday, Monday, Tuesday."""
    post = post_at(published_evening(date(2026, 4, 9), lead=lea), places=2)
    make_assignment(post, confirmed_at=NOW)

    rehearsal.advance(NOW + timedelta(days=7))

    assert [message.sent_at for message in planned().exclude(sent_at=None)] == [at(26, 9), at(30, 9), at(31, 9)]


def test_the_next_message_may_be_a_digest(in_rehearsal, lea, evening):
    post_at(evening, places=1)
    plan()

    moved = rehearsal.next_message()

    assert (moved.now, moved.sent) == (at(26, 9), 1)


def test_a_digest_with_nothing_to_say_is_no_message_to_come(in_rehearsal, lea, evening):
    plan()

    with pytest.raises(rehearsal.NothingToCome):
        rehearsal.next_message()
    assert clock.now() == NOW
