"""Other hours for a post or an opening: everybody told once, nobody in two places, calendars one number further."""

from datetime import date, time, timedelta

import pytest

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import hours
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry
from shifts import actions
from shifts.actions import evenings, places
from shifts.actions.undo import ChangedSince, MessageHasLeft
from shifts.messages.assignments import changes
from tests.factories import (
    NOW,
    make_assignment,
    make_coordinator,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_volunteer,
)

pytestmark = pytest.mark.django_db


def published(day=date(2026, 3, 26)):
    return make_opening(make_evening(day, published_at=NOW))


def later(post, minutes=30):
    by = timedelta(minutes=minutes)
    return evenings.Hours(post.report_at + by, post.starts_at + by, post.ends_at + by)


def move(opening, *posts, minutes=30, by=SYSTEM, now=NOW):
    shift = timedelta(minutes=minutes)
    return actions.move_opening(
        opening,
        starts_at=opening.starts_at + shift,
        ends_at=opening.ends_at + shift,
        posts={post.pk: later(post, minutes) for post in posts},
        by=by,
        now=now,
    )


def copies(assignment):
    assignment.refresh_from_db()
    return (assignment.report_at, assignment.ends_at)


def test_an_opening_moves_with_its_posts_and_each_person_is_told_once():
    opening = published()
    early, late = make_post(opening, ends=time(20)), make_post(opening, report=time(20), starts=time(20))
    alice, bob = make_volunteer("Alice"), make_volunteer("Bob")
    hers = [make_assignment(early, alice), make_assignment(late, alice)]
    make_assignment(late, bob)
    wanted = {post.pk: later(post) for post in (early, late)}

    told = move(opening, early, late)

    opening.refresh_from_db()
    assert told == 2
    assert opening.starts_at == hours.instant(opening.evening.date, time(18, 30), opening.evening.edition.zone)
    assert [copies(one) for one in hers] == [(wanted[p.pk].report_at, wanted[p.pk].ends_at) for p in (early, late)]
    assert Message.objects.filter(kind="changed").count() == 2
    assert len(changes(Message.objects.get(kind="changed", user=alice.user), NOW)["moved"]) == 2


def test_the_calendar_event_of_everybody_on_it_is_newer_a_draft_included():
    opening = published()
    post = make_post(opening, places=3)
    known, draft = make_assignment(post), make_assignment(post, published_at=None)
    gone = make_assignment(post, cancelled_at=NOW, cause="withdrew")

    move(opening, post)

    for assignment in (known, draft, gone):
        assignment.refresh_from_db()
    assert [known.sequence, draft.sequence, gone.sequence] == [1, 1, 0]
    assert Message.objects.filter(kind="changed").count() == 1


def test_only_the_posts_whose_hours_differ_move():
    opening = published()
    moved, left = make_post(opening), make_post(opening, role=None)
    make_assignment(left)
    same = evenings.Hours.of(left)

    told = actions.move_opening(
        opening,
        starts_at=opening.starts_at,
        ends_at=opening.ends_at,
        posts={moved.pk: later(moved), left.pk: same},
        by=SYSTEM,
        now=NOW,
    )

    left.refresh_from_db()
    assert told == 0
    assert evenings.Hours.of(left) == same
    assert not Message.objects.filter(kind="changed").exists()


def test_the_same_hours_change_nothing_and_leave_no_line():
    opening = published()
    post = make_post(opening)
    make_assignment(post)

    told = move(opening, post, minutes=0)

    assert told == 0
    assert not Entry.objects.filter(verb="moved").exists()


def test_who_would_be_in_two_places_is_named_and_nothing_moves():
    opening = published()
    post = make_post(opening, ends=time(20))
    other = make_post(make_opening(opening.evening, make_museum("Horta")), report=time(20), starts=time(20))
    alice = make_volunteer("Alice")
    assignment = make_assignment(post, alice)
    make_assignment(other, alice)
    before = copies(assignment)

    with pytest.raises(evenings.MoveOverlaps, match=r"Alice D\."):
        move(opening, post)

    opening.refresh_from_db()
    assert copies(assignment) == before
    assert opening.starts_at == hours.instant(opening.evening.date, time(18), opening.evening.edition.zone)


def test_two_posts_of_one_person_that_follow_each_other_move_together():
    opening = published()
    early, late = make_post(opening, ends=time(20)), make_post(opening, report=time(20), starts=time(20))
    alice = make_volunteer()
    make_assignment(early, alice)
    make_assignment(late, alice)

    assert move(opening, early, late) == 1


@pytest.mark.parametrize(
    ("off", "refusal"),
    [("called_off", places.CalledOff), ("evening", places.CalledOff), ("over", evenings.EveningIsOver)],
)
def test_what_is_called_off_or_over_is_not_moved(off, refusal):
    opening = published()
    post = make_post(opening)
    if off == "called_off":
        actions.call_off(opening, by=SYSTEM, now=NOW)
    if off == "evening":
        actions.call_off_evening(opening.evening, by=SYSTEM, now=NOW)

    with pytest.raises(refusal):
        move(opening, post, now=NOW + timedelta(days=3) if off == "over" else NOW)


def test_a_post_that_is_over_stays_as_it_was():
    opening = published()
    post = make_post(opening, ends=time(20))
    tonight = hours.instant(opening.evening.date, time(20, 30), opening.evening.edition.zone)

    with pytest.raises(places.PostIsOver):
        actions.move_hours(post, **later(post, 120)._asdict(), by=SYSTEM, now=tonight)


def test_nothing_is_moved_to_hours_that_are_over():
    opening = published()
    post = make_post(opening)
    tonight = hours.instant(opening.evening.date, time(20, 30), opening.evening.edition.zone)

    with pytest.raises(evenings.HoursAreOver):
        actions.move_hours(post, **later(post, -120)._asdict(), by=SYSTEM, now=tonight)


def test_there_and_back_is_no_news():
    opening = published()
    post = make_post(opening)
    make_assignment(post)
    move(opening, post)
    opening.refresh_from_db()
    post.refresh_from_db()
    move(opening, post, minutes=-30)
    message = Message.objects.get(kind="changed")

    messaging.record_as_sent(message, now=message.due)

    assert message.sent_at is None
    assert message.reason.startswith("In the end nothing changed")


def test_hours_across_the_clock_change_are_those_of_the_wall():
    """The night of 28 March 2026 has no 02:30; 25 October has two of them. An evening of that date is at 19:00."""
    for day, utc in ((date(2026, 3, 29), 17), (date(2026, 10, 25), 18)):
        opening = published(day)
        post = make_post(opening)
        zone = opening.evening.edition.zone
        new = evenings.Hours(*(hours.instant(day, time(hour), zone) for hour in (19, 19, 22)))

        actions.move_hours(post, **new._asdict(), by=SYSTEM, now=NOW)

        post.refresh_from_db()
        assert post.report_at.hour == utc


def test_a_search_asks_earlier_where_the_hours_ask_for_it():
    opening = published(date(2026, 4, 9))
    post = make_post(opening, places=1)
    search = actions.withdraw(make_assignment(post), by=SYSTEM, now=NOW)
    before = search.next_wave_at
    day = opening.evening.edition.zone

    # To tomorrow's evening, as it were: two days left ask within minutes.
    sooner = evenings.Hours(*(hours.instant(date(2026, 3, 26), time(hour), day) for hour in (17, 18, 22)))
    actions.move_hours(post, **sooner._asdict(), by=SYSTEM, now=NOW)

    search.refresh_from_db()
    assert search.next_wave_at < before


# Taking it back.


@pytest.mark.parametrize(("day", "days"), [(29, 1), (30, -1)])
def test_at_night_it_is_told_at_once_where_the_old_hour_or_the_new_one_comes_first(day, days):
    opening = published(date(2026, 3, day))
    post = make_post(opening, report=time(14), starts=time(14, 30), ends=time(17))
    make_assignment(post)
    saturday_night = hours.instant(date(2026, 3, 28), time(21), opening.evening.edition.zone)

    actions.move_hours(post, **later(post, days * 24 * 60)._asdict(), by=SYSTEM, now=saturday_night)

    assert Message.objects.get(kind="changed").facts["urgent"]


@pytest.fixture
def lea():
    return Actor.user(make_coordinator())


def last_of(by):
    return Entry.objects.filter(actor_kind=by.kind, actor_id=by.id, verb="moved").latest("pk")


def test_a_move_is_taken_back_with_everybody_on_it_and_nobody_is_told(lea):
    opening = published()
    post = make_post(opening)
    assignment = make_assignment(post)
    before = copies(assignment)
    move(opening, post, by=lea)
    entry = actions.latest_undoable(lea, edition=opening.evening.edition, now=NOW)

    actions.undo(entry, by=lea, now=NOW)

    message = Message.objects.get(kind="changed")
    messaging.record_as_sent(message, now=message.due)
    opening.refresh_from_db()
    assert entry.about_type == "museums.opening"
    assert copies(assignment) == before
    assert opening.starts_at == hours.instant(opening.evening.date, time(18), opening.evening.edition.zone)
    assert message.sent_at is None


def test_a_post_moved_alone_is_taken_back_too(lea):
    post = make_post(published())
    old = evenings.Hours.of(post)
    actions.move_hours(post, **later(post)._asdict(), by=lea, now=NOW)

    actions.undo(last_of(lea), by=lea, now=NOW)

    post.refresh_from_db()
    assert evenings.Hours.of(post) == old


def test_a_move_that_somebody_was_told_of_is_not_taken_back(lea):
    opening = published()
    post = make_post(opening)
    make_assignment(post)
    move(opening, post, by=lea)
    messaging.record_as_sent(Message.objects.get(kind="changed"), now=NOW)

    with pytest.raises(MessageHasLeft):
        actions.undo(last_of(lea), by=lea, now=NOW)

    assert actions.latest_undoable(lea, edition=opening.evening.edition, now=NOW) is None


@pytest.mark.parametrize("which", ["opening", "post"])
def test_a_move_is_not_taken_back_over_another_one(lea, which):
    opening = published()
    post = make_post(opening)
    if which == "opening":
        move(opening, post, by=lea)
    else:
        actions.move_hours(post, **later(post)._asdict(), by=lea, now=NOW)
    entry = last_of(lea) if which == "post" else Entry.objects.get(verb="moved", about_type="museums.opening")
    post.refresh_from_db()
    actions.move_hours(post, **later(post, 15)._asdict(), by=SYSTEM, now=NOW)

    with pytest.raises(ChangedSince):
        actions.undo(entry, by=lea, now=NOW)
