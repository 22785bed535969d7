from datetime import date, timedelta

import pytest

from messaging import actions as messaging
from messaging import reasons
from messaging.models import Message
from museums.models import Opening
from nocturnes import clock
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry
from shifts import actions
from shifts.actions import planning
from shifts.actions.undo import (
    AlreadyUndone,
    ChangedSince,
    MessageHasLeft,
    NotYoursToUndo,
    SomebodyElseIsThere,
    TooLateToUndo,
)
from shifts.pages.waiting import waiting
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_edition,
    make_evening,
    make_opening,
    make_post,
    make_registration,
    make_volunteer,
)
from tests.messaging.factories import make_message
from tests.shifts.searches import make_offer
from volunteers import actions as volunteers
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=1)
LATER = NOW + timedelta(minutes=2)


@pytest.fixture
def lea():
    return Actor.user(make_coordinator())


def published_post(**fields):
    return make_post(make_opening(make_evening(published_at=NOW)), **fields)


def last_entry(verb):
    return Entry.objects.filter(verb=verb).latest("pk")


def reminders():
    """Those that are to come."""
    return Message.objects.pending().filter(kind__startswith="reminder")


def kinds_of(messages):
    return sorted(messages.values_list("kind", flat=True))


def outcome(message):
    """What the message does when its two minutes are over."""
    message.refresh_from_db()
    messaging.record_as_sent(message, now=LATER)
    return "sent" if message.sent_at else message.reason


def test_an_assignment_is_undone_and_nobody_hears_of_it(lea):
    post = published_post()
    alice = make_volunteer()
    make_available(alice, post.opening.evening)
    actions.assign(post, alice, by=lea, now=NOW)

    actions.undo(last_entry("assigned"), by=lea, now=SOON)

    post.refresh_from_db()
    assert post.taken == 0
    assert outcome(Message.objects.get(kind="changed")) == "In the end nothing changed."


@pytest.mark.parametrize("how", ["signed_in", "phone"])
def test_an_assignment_that_she_confirmed_meanwhile_is_not_undone(lea, how):
    post = published_post()
    alice = make_volunteer()
    make_available(alice, post.opening.evening)
    assignment = actions.assign(post, alice, by=lea, now=NOW)
    tom = Actor.user(make_coordinator("tom@example.org"))
    actions.confirm(assignment, how=how, by=tom if how == "phone" else Actor.volunteer_link(alice), now=NOW)

    with pytest.raises(ChangedSince):
        actions.undo(last_entry("assigned"), by=lea, now=SOON)


def test_what_would_have_reminded_her_of_an_assignment_that_is_undone_is_not_to_come(lea):
    post = make_post(make_opening(make_evening(date(2026, 4, 9), published_at=NOW)))
    alice = make_volunteer()
    make_available(alice, post.opening.evening)
    assignment = actions.assign(post, alice, by=lea, now=NOW)
    assert reminders().filter(about_id=assignment.pk).count() == 3

    actions.undo(last_entry("assigned"), by=lea, now=SOON)

    assert not reminders().exists()


def test_a_removal_is_undone_with_what_she_had_confirmed(lea):
    post = published_post(places=1)
    assignment = make_assignment(post, confirmed_at=NOW, confirmed_how="link")
    actions.remove(assignment, then="search", by=lea, now=NOW)

    actions.undo(last_entry("removed"), by=lea, now=SOON)

    back = post.assignments.active().get()
    assert (back.confirmed_at, back.confirmed_how, back.published_at) == (NOW, "link", NOW)
    assert post.searches.get().ended_because == "stopped"
    assert outcome(Message.objects.get(kind="changed")) == "In the end nothing changed."


def test_a_removal_is_not_undone_where_somebody_else_has_the_place(lea):
    post = published_post(places=1)
    actions.remove(make_assignment(post), by=lea, now=NOW)
    make_assignment(post)

    with pytest.raises(SomebodyElseIsThere):
        actions.undo(last_entry("removed"), by=lea, now=SOON)


def test_publishing_is_undone_and_can_be_done_again(lea):
    evening = make_evening()
    assignment = make_assignment(make_post(make_opening(evening)), published_at=None)
    actions.publish(evening, by=lea, now=NOW)

    actions.undo(last_entry("published"), by=lea, now=SOON)

    evening.refresh_from_db()
    assignment.refresh_from_db()
    assert not evening.is_published
    assert assignment.is_draft
    assert outcome(Message.objects.get(kind="published")) == "The evening is not published any more."
    assert actions.publish(evening, by=lea, now=LATER) == 1


def test_publishing_is_not_undone_once_a_mail_of_it_has_left(lea):
    evening = make_evening()
    make_assignment(make_post(make_opening(evening)), published_at=None)
    actions.publish(evening, by=lea, now=NOW)
    messaging.record_as_sent(Message.objects.get(kind="published"), now=NOW)

    with pytest.raises(MessageHasLeft):
        actions.undo(last_entry("published"), by=lea, now=SOON)

    evening.refresh_from_db()
    assert evening.is_published
    assert actions.latest_undoable(lea, edition=evening.edition, now=SOON) is None


def test_publishing_is_not_undone_while_a_worker_has_a_mail_of_it_in_hand(lea):
    evening = make_evening()
    make_assignment(make_post(make_opening(evening)), published_at=None)
    actions.publish(evening, by=lea, now=NOW)
    Message.objects.filter(kind="published").update(leased_until=clock.machine_now() + timedelta(minutes=1))

    with pytest.raises(MessageHasLeft):
        actions.undo(last_entry("published"), by=lea, now=SOON)


@pytest.mark.parametrize("verb", ["assigned", "removed"])
def test_what_she_was_told_at_once_is_not_undone(lea, verb):
    post = published_post()
    alice = make_volunteer()
    make_available(alice, post.opening.evening)
    if verb == "assigned":
        actions.assign(post, alice, by=lea, now=NOW)
    else:
        actions.remove(make_assignment(post, alice), by=lea, now=NOW)
    messaging.record_as_sent(Message.objects.get(kind="changed"), now=NOW)

    with pytest.raises(MessageHasLeft):
        actions.undo(last_entry(verb), by=lea, now=SOON)


def test_an_evening_that_is_published_again_reminds_once_and_a_draft_of_nothing(lea):
    evening = make_evening(date(2026, 4, 9))
    make_assignment(make_post(make_opening(evening)), published_at=None)
    make_available(make_volunteer(), evening, on_call_at=NOW)
    actions.publish(evening, by=lea, now=NOW)
    first = kinds_of(reminders())
    actions.undo(last_entry("published"), by=lea, now=SOON)
    assert not reminders().exists()

    actions.publish(evening, by=lea, now=LATER)

    assert kinds_of(reminders()) == first
    assert first == ["reminder_briefing", "reminder_eve", "reminder_reserve", "reminder_unconfirmed"]


def test_a_reminder_that_was_cancelled_by_hand_stays_so_when_the_evening_is_published_again(lea):
    evening = make_evening(date(2026, 4, 9))
    make_assignment(make_post(make_opening(evening)), published_at=None)
    actions.publish(evening, by=lea, now=NOW)
    messaging.skip(reminders().filter(kind="reminder_eve"), reason=reasons.CANCELLED, by=lea, now=NOW)
    actions.undo(last_entry("published"), by=lea, now=SOON)

    actions.publish(evening, by=lea, now=LATER)

    assert kinds_of(reminders()) == ["reminder_briefing", "reminder_unconfirmed"]


def test_a_recorded_withdrawal_is_undone(lea):
    post = published_post(places=1)
    assignment = make_assignment(post)
    search = actions.withdraw(assignment, by=lea, now=NOW, recorded=True)

    actions.undo(last_entry("recorded_withdrawal"), by=lea, now=SOON)

    search.refresh_from_db()
    post.refresh_from_db()
    assert post.taken == 1
    assert not search.is_live


def test_a_place_that_nobody_was_looking_for_is_not_looked_for_after_undoing(lea):
    post = published_post(places=2)
    search = actions.withdraw(make_assignment(post), by=lea, now=NOW, recorded=True)

    actions.undo(last_entry("recorded_withdrawal"), by=lea, now=SOON)

    search.refresh_from_db()
    assert search.ended_because == search.Because.STOPPED


def test_a_search_that_somebody_elses_place_joined_goes_on_after_undoing(lea):
    post = published_post(places=2)
    ines = make_assignment(post, make_volunteer("Inès"))
    search = actions.withdraw(make_assignment(post), by=lea, now=NOW, recorded=True)
    recorded = last_entry("recorded_withdrawal")
    actions.withdraw(ines, by=Actor.volunteer_link(ines.volunteer), now=NOW)

    actions.undo(recorded, by=lea, now=SOON)

    search.refresh_from_db()
    assert search.is_live


def test_a_removal_that_looked_for_somebody_at_once_looks_no_more_after_undoing(lea):
    post = published_post(places=2)
    actions.remove(make_assignment(post), then="search", by=lea, now=NOW)

    actions.undo(last_entry("removed"), by=lea, now=SOON)

    assert not post.searches.live().exists()


def test_a_confirmation_by_phone_is_undone(lea):
    assignment = make_assignment(published_post())
    actions.plan_reminders(assignment, by=lea, now=NOW)
    question = Message.objects.get(kind="reminder_unconfirmed")
    actions.confirm(assignment, how="phone", by=lea, now=NOW)
    question.refresh_from_db()
    assert question.reason == "Confirmed in the meantime."

    actions.undo(last_entry("confirmed"), by=lea, now=SOON)

    assignment.refresh_from_db()
    question.refresh_from_db()
    assert not assignment.is_confirmed
    assert question.is_pending


def test_after_two_minutes_nothing_is_undone(lea):
    assignment = make_assignment(published_post())
    actions.confirm(assignment, how="phone", by=lea, now=NOW)

    with pytest.raises(TooLateToUndo):
        actions.undo(last_entry("confirmed"), by=lea, now=LATER)

    assignment.refresh_from_db()
    assert assignment.is_confirmed


def test_only_who_did_it_undoes_it(lea):
    assignment = make_assignment(published_post())
    actions.confirm(assignment, how="phone", by=lea, now=NOW)
    tom = Actor.user(make_coordinator("tom@example.org"))

    with pytest.raises(NotYoursToUndo):
        actions.undo(last_entry("confirmed"), by=tom, now=SOON)


def test_a_second_click_on_undo_is_refused(lea):
    assignment = make_assignment(published_post())
    actions.confirm(assignment, how="phone", by=lea, now=NOW)
    actions.undo(last_entry("confirmed"), by=lea, now=SOON)

    with pytest.raises(AlreadyUndone):
        actions.undo(last_entry("confirmed"), by=lea, now=SOON)


def test_what_a_volunteer_did_is_nobodys_to_undo(lea):
    assignment = make_assignment(published_post())
    actions.withdraw(assignment, by=SYSTEM, now=NOW)

    with pytest.raises(NotYoursToUndo):
        actions.undo(last_entry("withdrew"), by=lea, now=SOON)


def test_send_now_finds_what_waits_for_that_person(lea):
    post = published_post()
    alice = make_volunteer()
    make_available(alice, post.opening.evening)
    actions.assign(post, alice, by=lea, now=NOW)

    waiting = actions.waiting_messages(last_entry("assigned"))

    assert [message.kind for message in waiting] == ["changed"]


def test_who_is_on_duty_hears_of_a_filled_place_once_it_is_not_undone_any_more(lea):
    tom = make_coordinator("tom@example.org")
    make_edition(rules_data={"alert_within": 72 * 60})
    post = make_post(make_opening(make_evening(published_at=NOW, lead=tom)), places=1)
    actions.withdraw(make_assignment(post), by=SYSTEM, now=NOW)
    alice, bob = make_volunteer("Alice"), make_volunteer("Bob")
    for volunteer in (alice, bob):
        make_available(volunteer, post.opening.evening)
    actions.assign(post, alice, by=lea, now=NOW)
    first = Message.objects.get(kind="place_filled")

    actions.undo(last_entry("assigned"), by=lea, now=SOON)
    actions.assign(post, bob, by=lea, now=SOON)

    second = Message.objects.filter(kind="place_filled").exclude(pk=first.pk).get()
    first.refresh_from_db()
    assert (first.due, first.reason) == (LATER, "A place is open again.")
    assert (second.user, second.is_pending) == (tom, True)


def test_one_click_that_welcomed_several_is_one_undo(lea):
    edition = make_evening(published_at=NOW).edition
    newcomers = [make_volunteer(f"Nora{n}", accepted_at=None) for n in range(7)]
    for newcomer in newcomers:
        make_registration(newcomer, edition)
    volunteers.accept_all(edition, by=lea, now=NOW)

    actions.undo(actions.latest_undoable(lea, edition=edition, now=SOON), by=lea, now=SOON)

    assert not Volunteer.objects.filter(pk__in=[n.pk for n in newcomers]).accepted().exists()
    assert {outcome(message) for message in Message.objects.filter(kind="welcome")} == {"The welcome was taken back."}
    assert actions.latest_undoable(lea, edition=edition, now=SOON) is None


def test_send_now_after_a_click_that_welcomed_several_sends_to_all_of_them(lea):
    edition = make_evening(published_at=NOW).edition
    for name in ("Nora", "Omar"):
        make_registration(make_volunteer(name, accepted_at=None), edition)
    volunteers.accept_all(edition, by=lea, now=NOW)

    assert actions.waiting_messages(last_entry("accepted_all")).count() == 2


def test_send_now_after_publishing_sends_to_who_has_a_place_and_to_who_has_none(lea):
    evening = make_evening()
    make_assignment(make_post(make_opening(evening)), published_at=None)
    make_available(make_volunteer("Omar"), evening)
    actions.publish(evening, by=lea, now=NOW)

    waiting = actions.waiting_messages(last_entry("published"))

    assert {message.kind for message in waiting} == {"published", "no_place"}


def test_who_is_on_duty_hears_of_no_place_filled_by_undoing_what_opened_it(lea):
    tom = make_coordinator("tom@example.org")
    make_edition(rules_data={"alert_within": 72 * 60})
    post = make_post(make_opening(make_evening(published_at=NOW, lead=tom)), places=1)
    actions.withdraw(make_assignment(post), by=lea, now=NOW, recorded=True)

    actions.undo(last_entry("recorded_withdrawal"), by=lea, now=SOON)

    assert not Message.objects.filter(kind="place_filled").exists()
    assert outcome(Message.objects.get(kind="withdrawn")) == "This person can come after all."


def test_nobody_is_put_back_who_was_blocked_since(lea):
    post = published_post()
    assignment = make_assignment(post)
    make_registration(assignment.volunteer, post.opening.evening.edition)
    actions.call_off(post.opening, by=lea, now=NOW)
    actions.block(assignment.volunteer, by=lea, now=NOW)

    with pytest.raises(ChangedSince):
        actions.undo(Entry.objects.get(verb="called_off", about_type="museums.opening"), by=lea, now=SOON)


def test_who_was_blocked_before_is_put_back_as_she_was(lea):
    assignment = make_assignment(published_post(), make_volunteer(blocked_at=NOW - timedelta(days=1)))
    actions.call_off(assignment.post.opening, by=lea, now=NOW)

    actions.undo(Entry.objects.get(verb="called_off", about_type="museums.opening"), by=lea, now=SOON)

    assert assignment.post.assignments.active().count() == 1


def test_who_was_assigned_since_the_evening_was_published_is_a_draft_again_too(lea):
    post = make_post(make_opening(make_evening(date(2026, 4, 9))))
    make_assignment(post, published_at=None)
    bob = make_volunteer("Bob")
    make_available(bob, post.opening.evening)
    actions.publish(post.opening.evening, by=lea, now=NOW)
    assignment = actions.assign(post, bob, by=lea, now=SOON)

    actions.undo(last_entry("published"), by=lea, now=SOON)

    assignment.refresh_from_db()
    assert assignment.is_draft
    assert outcome(Message.objects.get(kind="changed")) == "In the end nothing changed."


def test_who_was_told_of_an_assignment_since_then_keeps_it(lea):
    post = make_post(make_opening(make_evening(date(2026, 4, 9))))
    bob = make_volunteer("Bob")
    make_available(bob, post.opening.evening)
    actions.publish(post.opening.evening, by=lea, now=NOW)
    assignment = actions.assign(post, bob, by=lea, now=SOON)
    messaging.record_as_sent(Message.objects.get(kind="changed"), now=SOON)

    actions.undo(last_entry("published"), by=lea, now=SOON)

    assignment.refresh_from_db()
    assert not assignment.is_draft


@pytest.mark.parametrize("call_off", ["an opening", "an evening"])
def test_what_was_called_off_twice_while_the_clock_stood_still_is_taken_back_twice(lea, call_off):
    assignment = make_assignment(published_post())
    opening = assignment.post.opening

    for _ in range(2):
        if call_off == "an opening":
            actions.call_off(Opening.objects.get(pk=opening.pk), by=lea, now=NOW)
        else:
            actions.call_off_evening(opening.evening, by=lea, now=NOW)
        clicks = Entry.objects.filter(verb__startswith="called_off").exclude(about_type="shifts.assignment")
        actions.undo(clicks.latest("pk"), by=lea, now=NOW)

    assert assignment.post.assignments.active().count() == 1


@pytest.mark.parametrize("ended_by", ["filled", "called off"])
def test_an_offer_whose_mail_stayed_at_home_leaves_once_its_search_goes_on(lea, ended_by):
    post = published_post(places=1)
    asked, placed = make_volunteer("Alice"), make_volunteer("Bob")
    for volunteer in (asked, placed):
        make_available(volunteer, post.opening.evening)
    offer = make_offer(post, asked)
    mail = make_message(asked.user, kind="offer", about=offer.ask, due=NOW, facts={"edition": make_edition().pk})
    if ended_by == "filled":
        actions.assign(post, placed, by=lea, now=NOW)
    else:
        actions.call_off_evening(post.opening.evening, by=lea, now=NOW)
    messaging.record_as_sent(mail, now=NOW)
    assert mail.skipped_at

    actions.undo(actions.latest_undoable(lea, edition=make_edition(), now=SOON), by=lea, now=SOON)

    assert outcome(mail) == "sent"


def test_who_confirmed_on_her_page_what_was_published_keeps_it(lea):
    """Who had confirmed by phone while it was a draft has not seen it since."""
    evening = make_evening(date(2026, 4, 9))
    alice, cleo = (
        make_assignment(make_post(make_opening(evening)), published_at=None, **fields)
        for fields in ({}, {"confirmed_at": NOW - timedelta(days=1), "confirmed_how": "phone"})
    )
    actions.publish(evening, by=lea, now=NOW)
    actions.confirm(alice, how="signed_in", by=Actor.volunteer_link(alice.volunteer), now=SOON)

    actions.undo(last_entry("published"), by=lea, now=SOON)

    assert [one.__class__.objects.get(pk=one.pk).is_draft for one in (alice, cleo)] == [False, True]
    assert set(reminders().values_list("about_id", flat=True)) == {alice.pk}


def test_who_confirmed_since_then_keeps_it_too(lea):
    post = make_post(make_opening(make_evening(date(2026, 4, 9))))
    bob = make_volunteer("Bob")
    make_available(bob, post.opening.evening)
    actions.publish(post.opening.evening, by=lea, now=NOW)
    assignment = actions.assign(post, bob, by=lea, now=SOON)
    actions.confirm(assignment, how="signed_in", by=Actor.user(bob.user), now=SOON)

    actions.undo(last_entry("published"), by=lea, now=SOON)

    assignment.refresh_from_db()
    assert not assignment.is_draft


def test_what_waits_says_nothing_of_a_street_that_is_the_old_one_again(lea):
    post = published_post()
    make_assignment(post)
    museum, street = post.opening.museum, post.opening.museum.street_fr

    planning.change_museum(museum, {"street_fr": "Rue Neuve 1"}, by=lea, now=NOW)
    before = [text for line in waiting(make_edition(), now=NOW).lines for text in line.says]
    planning.change_museum(museum, {"street_fr": street}, by=lea, now=SOON)
    after = [text for line in waiting(make_edition(), now=SOON).lines for text in line.says]

    assert (len(before), after) == (1, [])


def test_what_waits_says_nothing_of_a_publication_that_was_taken_back(lea):
    evening, later = make_evening(), make_evening(date(2026, 4, 2))
    alice = make_volunteer()
    make_assignment(make_post(make_opening(evening)), alice, published_at=None)
    make_assignment(make_post(make_opening(later)), alice, published_at=None)
    make_available(make_volunteer("Omar"), evening)
    actions.publish(later, by=lea, now=NOW)
    actions.publish(evening, by=lea, now=NOW)
    before = [line.says for line in waiting(evening.edition, now=NOW).lines]

    actions.undo(last_entry("published"), by=lea, now=SOON)

    after = [line.says for line in waiting(evening.edition, now=SOON).lines]
    assert before == [["jeudi 26\xa0mars", "jeudi 2\xa0avril"], ["jeudi 26\xa0mars"]]
    assert after == [["jeudi 2\xa0avril"]]
