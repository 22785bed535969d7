"""Swaps: a place is handed over or exchanged once both said yes, by the rules of taking one; nothing leaks."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from messaging import actions as messaging
from messaging import kinds
from messaging.models import Message
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry
from nocturnes.refusals import Refusal
from shifts import actions, rehearsal
from shifts.actions import self_service
from shifts.actions.locks import lock_posts
from shifts.actions.searches.accepting import AlreadyBusy
from shifts.actions.swaps import answering, proposing
from shifts.models import Assignment, Offer, Search, Swap
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_edition,
    make_evening,
    make_language,
    make_museum,
    make_opening,
    make_post,
    make_reserve,
    make_role,
    make_volunteer,
)
from tests.shifts.searches import make_offer
from tests.shifts.swaps import accept, decline, fresh, make_place, on, propose, someone, told
from volunteers.models import AgeGroup, Availability

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def needs_ok():
    edition = make_edition()
    edition.rules_data = {"swap_needs_ok": True}
    edition.save()
    return Actor.user(make_coordinator())


def of_evening(weeks, name="Bob", **fields):
    """A published place, so many weeks after the usual evening."""
    evening = make_evening(date(2026, 3, 26) + timedelta(weeks=weeks), published_at=NOW)
    return make_place(make_post(make_opening(evening), **fields), name)


def test_nothing_moves_before_the_other_one_said_yes():
    place = make_place()
    bob = someone(place.post)

    swap = propose(place, bob)

    assert on(place.post) == ["Alice"]
    assert (swap.asked_at, told(bob), told(place.volunteer)) == (NOW, ["swap_asked"], [])


def test_her_yes_hands_the_place_over_and_counts_as_confirmed():
    place = make_place()
    bob = someone(place.post)
    actions.plan_reminders(place, by=SYSTEM, now=NOW - timedelta(days=10))

    swap = accept(propose(place, bob))

    new, old = Assignment.objects.active().get(volunteer=bob), Assignment.objects.get(pk=place.pk)
    assert (new.post, new.published_at, new.confirmed_at, new.confirmed_how) == (place.post, NOW, NOW, "took")
    assert (old.cancelled_at, old.cause) == (NOW, Assignment.Cause.SWAPPED)
    assert (fresh(swap).is_done, new.post.taken) == (True, 1)
    assert told(bob) == ["swap_done"] == told(place.volunteer)
    assert not Message.objects.about(place).pending().exists()
    assert {m.kind for m in Message.objects.about(new)} == {"reminder_eve"}
    assert not Search.objects.exists()
    assert Entry.objects.about(new).get(verb="swapped").data["instead_of"] == place.pk


def test_a_second_click_changes_nothing():
    place = make_place()
    swap = propose(place, someone(place.post))

    again = propose(place, swap.volunteer)
    accept(swap)
    done = accept(swap)

    assert (again, done.is_done) == (swap, True)
    assert Assignment.objects.active().count() == 1
    assert told(swap.volunteer) == ["swap_done"]


def test_two_people_exchange_posts_at_the_same_hour():
    alices = make_place()
    bobs = make_place(make_post(make_opening(alices.post.opening.evening)), "Bob")

    accept(propose(alices, bobs.volunteer, theirs=bobs))

    assert (on(alices.post), on(bobs.post)) == (["Bob"], ["Alice"])
    assert told(alices.volunteer) == ["swap_done"] == told(bobs.volunteer)


def test_each_hears_what_she_has_and_what_she_has_no_longer_with_a_file_for_her_calendar():
    alices, bobs = make_place(), of_evening(1)

    accept(propose(alices, bobs.volunteer, theirs=bobs))

    message = Message.objects.get(kind="swap_done", user=alices.volunteer.user)
    files = kinds.get("swap_done").attachments(message, NOW)
    assert [content.count("METHOD:CANCEL") for _name, content, _type in files] == [0, 1]
    sent = messaging.render(message, now=NOW)
    assert "exchanged" in sent.text or "échangé" in sent.text


def test_an_exchange_takes_the_evening_off_that_she_gives():
    """Who wished one evening has one before and after; the other one, who would have two, is refused."""
    alices, bobs = make_place(), of_evening(1)
    make_available(alices.volunteer, bobs.post.opening.evening)
    make_available(bobs.volunteer, alices.post.opening.evening)
    for one in (alices, bobs):
        one.volunteer.registrations.update(most_evenings=1)

    with pytest.raises(self_service.CannotTake) as refusal:
        accept(propose(alices, bobs.volunteer))
    Swap.objects.all().delete()
    accept(propose(alices, bobs.volunteer, theirs=bobs))

    assert refusal.value.code == "enough_evenings"
    assert (on(alices.post), on(bobs.post)) == (["Bob"], ["Alice"])


def test_who_keeps_another_place_on_the_evening_that_she_gives_has_one_evening_more():
    alices, bobs = make_place(), of_evening(1)
    make_available(bobs.volunteer, alices.post.opening.evening)
    make_assignment(make_post(bobs.post.opening, report=time(14), starts=time(14), ends=time(16)), bobs.volunteer)
    bobs.volunteer.registrations.update(most_evenings=1)
    make_available(alices.volunteer, bobs.post.opening.evening)

    with pytest.raises(self_service.CannotTake):
        accept(propose(alices, bobs.volunteer, theirs=bobs))


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"age_group": AgeGroup.YOUNG, "parent_consented_at": NOW}, "yes"),
        ({"blocked_at": NOW}, "yes"),
        ({"accepted_at": None}, "yes"),
    ],
)
def test_who_may_not_take_the_place_is_not_asked_and_it_looks_the_same(fields, answer):
    place = make_place(make_post(make_opening(make_evening(published_at=NOW)), minimum_age=18))
    bob = someone(place.post, answer=answer, **fields)

    unfit, unknown = propose(place, bob, by_address=True), None
    actions.take_back_swap(unfit, by=SYSTEM, now=NOW)
    unknown = propose(place, None, by_address=True)

    assert (unfit.asked_at, unknown.asked_at) == (None, None)
    assert told(bob) == []
    for swap in (unfit, unknown):
        with pytest.raises((answering.SwapIsOver, Refusal)):
            actions.accept_swap(swap, by=SYSTEM, now=NOW)
    assert on(place.post) == ["Alice"]


def test_who_speaks_not_what_the_post_asks_for_or_is_busy_is_not_asked():
    place = make_place()
    place.post.languages.add(make_language("nl"))
    carol = make_place(make_post(make_opening(place.post.opening.evening)), "Carol")
    carol.volunteer.languages.add(make_language("nl"))

    silent = propose(place, someone(place.post))
    actions.take_back_swap(silent, by=SYSTEM, now=NOW)
    busy = propose(place, carol.volunteer)

    assert (silent.asked_at, busy.asked_at) == (None, None)


def test_what_she_said_herself_is_hers_to_change():
    """A No for the evening: she is asked, and her yes says what to do first."""
    place = make_place()
    bob = someone(place.post, answer="no")
    swap = propose(place, bob)

    with pytest.raises(self_service.CannotTake) as refusal:
        accept(swap)
    Availability.objects.filter(registration__volunteer=bob).update(answer="yes")
    accept(swap)

    assert refusal.value.code == "said_no"
    assert on(place.post) == ["Bob"]


def test_who_is_blocked_before_the_question_leaves_is_not_asked():
    place = make_place()
    swap = propose(place, someone(place.post))
    (question,) = Message.objects.filter(kind="swap_asked")
    assert not messaging.reason_to_skip(question, NOW)

    actions.block(swap.volunteer, by=Actor.user(make_coordinator()), now=NOW)

    assert messaging.reason_to_skip(question, NOW)


def test_rules_are_looked_at_again_when_she_says_yes():
    place = make_place()
    bob = someone(place.post)
    swap = propose(place, bob)
    make_assignment(make_post(make_opening(place.post.opening.evening)), bob)

    with pytest.raises(AlreadyBusy):
        accept(swap)

    assert on(place.post) == ["Alice"]


def test_she_asks_one_person_at_a_time_and_not_without_end():
    place = make_place()
    bob, carol = someone(place.post), someone(place.post, "Carol")

    swap = propose(place, bob)
    with pytest.raises(proposing.AlreadyProposed):
        propose(place, carol)
    with pytest.raises(proposing.AlreadyProposed):
        propose(place, bob, by_address=True)
    for _ in range(proposing.MOST - 1):
        actions.take_back_swap(swap, by=SYSTEM, now=NOW)
        swap = propose(place, None, by_address=True)
    actions.take_back_swap(swap, by=SYSTEM, now=NOW)

    with pytest.raises(proposing.AskedOften):
        propose(place, carol)


def test_giving_the_place_back_and_taking_it_again_is_no_way_to_ask_without_end():
    place = make_place()
    bob, carol = someone(place.post), someone(place.post, "Carol")
    decline(propose(place, carol))

    for _ in range(proposing.MOST - 1):
        actions.take_back_swap(propose(place, bob), by=SYSTEM, now=NOW)
        actions.withdraw(place, by=SYSTEM, now=NOW)
        place = actions.come_back(place, by=SYSTEM, now=NOW)

    with pytest.raises(proposing.AskedOften):
        propose(place, bob)
    assert Message.objects.filter(user=bob.user, kind="swap_asked").count() == proposing.MOST - 1


def test_who_said_no_is_not_asked_again_after_the_place_was_given_back_and_taken_again():
    place = make_place()
    bob = someone(place.post)
    decline(propose(place, bob))

    actions.withdraw(place, by=SYSTEM, now=NOW)
    again = propose(actions.come_back(place, by=SYSTEM, now=NOW), bob)

    assert again.asked_at is None
    assert told(bob) == []


def test_a_no_is_told_to_the_proposer_alone_and_she_is_not_asked_for_it_again():
    place = make_place()
    bob = someone(place.post)
    swap = propose(place, bob)

    decline(swap)
    decline(swap)
    again = propose(place, bob)

    assert fresh(swap).ended_because == Swap.Because.DECLINED
    assert told(place.volunteer) == ["swap_ended"]
    assert (told(bob), again.asked_at) == ([], None)
    assert on(place.post) == ["Alice"]


def test_of_an_address_she_learns_no_name_with_a_no():
    place = make_place()
    decline(propose(place, someone(place.post, "Bertrand"), by_address=True))

    sent = messaging.render(Message.objects.get(kind="swap_ended"), now=NOW)

    assert "Bertrand" not in sent.text + sent.html + sent.subject


@pytest.mark.parametrize("moment", ["withdrawn", "removed", "called_off", "begun", "unpublished"])
def test_a_proposal_ends_by_itself_once_nothing_can_come_of_it(moment):
    place = make_place()
    swap = propose(place, someone(place.post))
    now = NOW
    if moment == "withdrawn":
        actions.withdraw(place, by=SYSTEM, now=NOW)
    elif moment == "removed":
        actions.remove(place, by=SYSTEM, now=NOW)
    elif moment == "called_off":
        actions.call_off(place.post.opening, by=SYSTEM, now=NOW)
    elif moment == "unpublished":
        Assignment.objects.filter(pk=place.pk).update(published_at=None)
    else:
        now = place.report_at

    with pytest.raises(actions.SwapIsOver):
        accept(swap, now=now)
    ended = actions.end_stale_swaps(now=now)

    assert (ended, actions.end_stale_swaps(now=now)) == (1, 0)
    assert fresh(swap).ended_because == Swap.Because.GONE
    assert told(swap.volunteer) == []
    assert told(place.volunteer) == []


def test_who_counts_on_an_exchange_hears_that_the_other_place_is_gone():
    alices, bobs = make_place(), of_evening(1)
    propose(alices, bobs.volunteer, theirs=bobs)
    actions.withdraw(bobs, by=SYSTEM, now=NOW)

    actions.end_stale_swaps(now=NOW)

    assert told(alices.volunteer) == ["swap_ended"]
    assert told(bobs.volunteer) == []


def test_the_time_of_a_rehearsal_ends_it_as_the_workers_do():
    place = make_place()
    swap = propose(place, None, by_address=True)
    actions.withdraw(place, by=SYSTEM, now=NOW)

    rehearsal._sweep(NOW)

    assert fresh(swap).ended_because == Swap.Because.GONE


def test_a_live_proposal_stays():
    propose(make_place(), None, by_address=True)

    assert actions.end_stale_swaps(now=NOW) == 0


def test_what_is_over_or_no_longer_hers_cannot_be_proposed():
    place = make_place()
    bob = someone(place.post)

    for refusal, now in ((proposing.TooLateToSwap, place.report_at), (proposing.ThatIsYou, NOW)):
        with pytest.raises(refusal):
            propose(place, place.volunteer if refusal is proposing.ThatIsYou else bob, now=now)
    actions.withdraw(place, by=SYSTEM, now=NOW)
    with pytest.raises(proposing.NotYours):
        propose(place, bob)
    with pytest.raises(proposing.NotYours):
        propose(make_place(make_post(place.post.opening), published_at=None), bob)


def test_taken_back_is_over_for_who_was_asked():
    place = make_place()
    swap = propose(place, someone(place.post))

    actions.take_back_swap(swap, by=SYSTEM, now=NOW)
    actions.take_back_swap(swap, by=SYSTEM, now=NOW)

    with pytest.raises(actions.SwapIsOver):
        accept(swap)
    assert told(swap.volunteer) == []


def test_she_offers_an_exchange_instead_and_the_first_one_says_yes_to_it():
    alices, bobs = make_place(), of_evening(1)
    first = propose(alices, bobs.volunteer)

    second = actions.propose_instead(first, bobs, by=SYSTEM, now=NOW)

    assert (second.assignment, second.volunteer, second.theirs) == (bobs, alices.volunteer, alices)
    assert told(alices.volunteer) == ["swap_asked"]
    assert on(alices.post) == ["Alice"]
    accept(second)
    assert (on(alices.post), on(bobs.post)) == (["Bob"], ["Alice"])


def test_an_exchange_that_does_not_work_leaves_the_question_as_it_was():
    alices, bobs = make_place(), of_evening(1)
    bobs.post.languages.add(make_language("nl"))
    swap = propose(alices, bobs.volunteer)

    for hers in (bobs, make_place(bobs.post, "Carol")):
        with pytest.raises(proposing.ExchangeImpossible):
            actions.propose_instead(swap, hers, by=SYSTEM, now=NOW)

    assert fresh(swap).is_live


def test_where_the_edition_wants_it_nothing_moves_before_the_coordinator_agrees():
    lea, place = needs_ok(), make_place()
    swap = propose(place, someone(place.post))

    accept(swap)
    before = on(place.post)
    actions.agree_to_swap(swap, by=lea, now=NOW)
    actions.agree_to_swap(swap, by=lea, now=NOW)

    assert (before, on(place.post)) == (["Alice"], ["Bob"])
    assert fresh(swap).agreed_by_id == lea.id
    assert Message.objects.filter(kind="swap_waits").get().skipped_at == NOW
    due = {m.due for m in Message.objects.filter(kind="swap_done")}
    assert due == {NOW + timedelta(minutes=2)}


def test_a_swap_that_leaves_a_language_unspoken_waits_for_the_coordinator():
    make_coordinator()
    place = make_place()
    place.post.opening.languages.add(make_language("nl"))
    place.volunteer.languages.add(make_language("nl"))
    carol = make_place(place.post, "Carol")

    swap = accept(propose(place, someone(place.post)))
    free = accept(propose(carol, someone(place.post, "Dirk")))

    assert (swap.is_done, fresh(swap).accepted_at) == (False, NOW)
    assert free.is_done


def test_a_yes_to_what_waits_may_be_taken_back_and_is_not_good_for_other_hours():
    needs_ok()
    place = make_place()
    swap = accept(propose(place, someone(place.post)))
    moved = accept(propose(make_place(place.post, "Carol"), someone(place.post, "Dirk")))

    decline(swap)
    hours = {name: getattr(place.post, name) + timedelta(hours=1) for name in ("report_at", "starts_at", "ends_at")}
    actions.move_hours(place.post, **hours, by=SYSTEM, now=NOW)

    with pytest.raises(actions.SwapIsOver):
        actions.agree_to_swap(swap, by=SYSTEM, now=NOW)
    with pytest.raises(actions.SwapIsOver):
        actions.agree_to_swap(moved, by=SYSTEM, now=NOW)
    assert actions.end_stale_swaps(now=NOW) == 1
    assert told(moved.volunteer) == ["swap_ended"]


def test_agreeing_is_refused_where_a_rule_stands_against_it_by_now():
    lea, place = needs_ok(), make_place()
    swap = accept(propose(place, someone(place.post)))
    Availability.objects.filter(registration__volunteer=swap.volunteer).update(answer="no")

    with pytest.raises(answering.NoLongerFits, match="said no for that evening"):
        actions.agree_to_swap(swap, by=lea, now=NOW)

    assert on(place.post) == ["Alice"]


def test_a_no_of_the_coordinator_is_told_to_both_and_can_be_taken_back():
    lea, place = needs_ok(), make_place()
    swap = accept(propose(place, someone(place.post)))

    actions.refuse_swap(swap, by=lea, now=NOW)
    both = told(place.volunteer) + told(swap.volunteer)
    entry = actions.latest_undoable(lea, edition=make_edition(), now=NOW)
    actions.undo(entry, by=lea, now=NOW)

    assert both == ["swap_ended", "swap_ended"]
    assert (entry.verb, fresh(swap).is_live) == ("refused_swap", True)
    assert told(place.volunteer) + told(swap.volunteer) == []
    assert actions.agree_to_swap(swap, by=lea, now=NOW).is_done


def test_a_yes_of_the_coordinator_can_be_taken_back_and_given_again():
    lea = needs_ok()
    alices, bobs = make_place(confirmed_at=NOW, confirmed_how="link"), of_evening(1)
    swap = accept(propose(alices, bobs.volunteer, theirs=bobs))

    for _ in range(2):
        actions.agree_to_swap(swap, by=lea, now=NOW)
        assert (on(alices.post), on(bobs.post)) == (["Bob"], ["Alice"])
        actions.undo(actions.latest_undoable(lea, edition=make_edition(), now=NOW), by=lea, now=NOW)
        assert (on(alices.post), on(bobs.post)) == (["Alice"], ["Bob"])

    assert told(alices.volunteer) + told(bobs.volunteer) == []
    assert Assignment.objects.active().get(post=alices.post).confirmed_how == "link"
    assert (fresh(swap).is_live, fresh(swap).assignment.is_active) == (True, True)


def test_with_the_yes_what_it_answered_and_ended_is_taken_back():
    lea, place = needs_ok(), make_place()
    evening = place.post.opening.evening
    swap = accept(propose(place, someone(place.post)))
    offer = make_offer(make_post(make_opening(evening, make_museum("Musée Horta"))), swap.volunteer)
    reserve = make_reserve(swap.volunteer, evening)

    def state():
        offer.refresh_from_db()
        reserve.refresh_from_db()
        return offer.answer, reserve.ended_because

    actions.agree_to_swap(swap, by=lea, now=NOW)
    assert state() == ("other", "came")
    actions.undo(actions.latest_undoable(lea, edition=make_edition(), now=NOW), by=lea, now=NOW)

    assert state() == ("", "")
    assert Availability.objects.get(registration__volunteer=swap.volunteer).on_call_at


def test_a_yes_is_not_taken_back_once_it_was_told_or_somebody_is_gone():
    lea, place = needs_ok(), make_place()
    swap = accept(propose(place, someone(place.post)))
    actions.agree_to_swap(swap, by=lea, now=NOW)
    entry = actions.latest_undoable(lea, edition=make_edition(), now=NOW)
    message = Message.objects.filter(kind="swap_done").first()
    messaging.record_as_sent(message, now=NOW)

    with pytest.raises(Refusal):
        actions.undo(entry, by=lea, now=NOW)

    assert actions.latest_undoable(lea, edition=make_edition(), now=NOW) is None
    assert on(place.post) == ["Bob"]


def test_what_she_was_offered_that_evening_is_answered_and_her_blank_is_a_yes():
    place = make_place(make_post(make_opening(make_evening(published_at=NOW)), places=2))
    bob = someone(place.post, answer="")
    offer = make_offer(place.post, bob)

    accept(propose(place, bob))

    assert Offer.objects.get(pk=offer.pk).answer == Offer.Answer.YES
    assert Availability.objects.get(registration__volunteer=bob).answer == "yes"


def test_who_handed_her_place_over_is_not_asked_for_another_that_evening():
    place = make_place()
    accept(propose(place, someone(place.post)))
    hole = make_post(make_opening(place.post.opening.evening))
    someone(hole, "Carol")

    actions.open_search(hole, by=SYSTEM, now=NOW)
    actions.advance_searches(now=NOW + timedelta(days=1, hours=4))

    assert Offer.objects.exists()
    assert not Offer.objects.filter(volunteer=place.volunteer).exists()


def test_one_place_has_one_live_swap_and_who_accepts_was_asked():
    place = make_place()
    propose(place, None, by_address=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        Swap.objects.create(assignment=place, proposed_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Swap.objects.update(accepted_at=NOW)


def test_a_place_that_was_swapped_can_be_given_back_like_any_other():
    place = make_place()
    bob = someone(place.post)
    accept(propose(place, bob))
    new = Assignment.objects.active().get(volunteer=bob)

    search = actions.withdraw(new, by=SYSTEM, now=NOW)

    assert search.is_live
    with pytest.raises(Refusal):
        actions.come_back(Assignment.objects.get(pk=place.pk), by=SYSTEM, now=NOW)


def test_merging_two_records_takes_their_swaps_along():
    place = make_place()
    swap = propose(place, someone(place.post))
    keep = make_volunteer("Robert")

    actions.merge(keep, swap.volunteer, by=SYSTEM, now=NOW)

    assert fresh(swap).volunteer == keep
    assert accept(swap).is_done


def test_late_shift_for_early_shift_on_one_evening():
    evening = make_evening(published_at=NOW)
    opening = make_opening(evening)
    early = make_place(make_post(opening, report=time(14), starts=time(14), ends=time(18)))
    late = make_place(make_post(opening, report=time(18), starts=time(18), ends=time(22)), "Bob")

    accept(propose(early, late.volunteer, theirs=late))

    assert (on(early.post), on(late.post)) == (["Bob"], ["Alice"])
    assert lock_posts([early.post_id])[0].taken == 1


def test_the_question_says_in_its_subject_whether_it_is_for_an_exchange():
    alices, bobs = of_evening(0, "Alice"), of_evening(1)
    make_available(bobs.volunteer, alices.post.opening.evening)
    make_available(alices.volunteer, bobs.post.opening.evening)

    propose(alices, bobs.volunteer, theirs=bobs)

    message = in_english_to(bobs.volunteer, "swap_asked")
    subject = messaging.render(message, now=NOW).subject
    assert subject == "Alice D. asks: shall we exchange places on Thursday 26\u00a0March?"


def in_english_to(volunteer, kind):
    message = Message.objects.get(kind=kind, user=volunteer.user)
    message.user.language = message.language = "en"
    message.user.save()
    return message


def said_to(volunteer):
    return messaging.render(in_english_to(volunteer, "swap_done"), now=NOW).text


def beside(place, name="Bob", **hours):
    """A place in another role at the same opening."""
    role = make_role(f"role of {name}", name_en=f"Cloakroom of {name}")
    return make_place(make_post(place.post.opening, role=role, **hours), name)


def test_who_exchanged_within_one_opening_reads_from_where_to_where_she_moves():
    alices = make_place()
    bobs = beside(alices)

    accept(propose(alices, bobs.volunteer, theirs=bobs))

    text = said_to(bobs.volunteer)
    assert "You move from “cloakroom of bob” (17:30) to “welcome desk” (17:30)" in text
    assert "need not come" not in text


def test_who_exchanged_for_a_later_evening_and_keeps_another_place_of_this_one_still_comes():
    alices = make_place()
    early = make_post(alices.post.opening, report=time(12), starts=time(12), ends=time(13))
    actions.assign(early, alices.volunteer, accept=["no_answer", "enough_evenings"], by=SYSTEM, now=NOW)
    bobs = of_evening(1)
    make_available(bobs.volunteer, alices.post.opening.evening)
    make_available(alices.volunteer, bobs.post.opening.evening)

    accept(propose(alices, bobs.volunteer, theirs=bobs))

    assert "Bob D. now has this one: Musée BELvue, welcome desk, Thursday 26\u00a0March at 17:30." in said_to(
        alices.volunteer
    )
    assert "You need not come to this one any more" in said_to(bobs.volunteer)
    assert "need not come" not in said_to(alices.volunteer)


def test_who_hands_over_one_of_two_places_of_an_evening_is_not_told_to_stay_at_home():
    alices = make_place()
    early = make_post(alices.post.opening, report=time(12), starts=time(12), ends=time(13))
    actions.assign(early, alices.volunteer, accept=["no_answer", "enough_evenings"], by=SYSTEM, now=NOW)

    accept(propose(alices, someone(alices.post)))

    text = said_to(alices.volunteer)
    assert "Bob D. takes your place: Musée BELvue, welcome desk, Thursday 26\u00a0March at 17:30." in text
    assert "need not come" not in text
