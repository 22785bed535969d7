"""Whom a coordinator asks or phones herself, beside the waves of a search (design.md 3, last table, and 6)."""

import pytest

from messaging.models import Message
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry
from shifts import actions
from shifts.actions import phoning, places
from shifts.actions.searches.accepting import DoesNotFit
from shifts.actions.undo import ChangedSince, MessageHasLeft
from shifts.models import Ask, Assignment, Call, Offer, Search
from tests.factories import make_assignment, make_coordinator, make_language, make_post, make_role, make_volunteer
from tests.shifts.searches import (
    ask_of,
    asked,
    at,
    make_many,
    make_people,
    offer_to,
    open_search,
    post_at,
    published_evening,
    sweep,
)

pytestmark = pytest.mark.django_db

YES, NO, NONE = Call.Answer.YES, Call.Answer.NO, Call.Answer.NONE


@pytest.fixture
def camille():
    return Actor.user(make_coordinator("Camille"))


@pytest.fixture
def evening():
    return published_evening()


@pytest.fixture
def search(evening):
    return open_search(post_at(evening, places=1), now=at(24, 10))


@pytest.fixture
def alice(evening):
    return make_people(evening, "Alice")[0]


def mail(kind="offer"):
    return Message.objects.filter(kind=kind)


def phoned(post, volunteer, answer, by, now, **more):
    return actions.phoned(post, volunteer, answer=answer, by=by, now=now, **more)


# Asked by hand.


def test_who_is_asked_by_hand_is_told_once_it_can_be_undone_no_more_and_may_say_yes(search, alice, camille):
    offer = actions.ask_by_hand(search, alice, by=camille, now=at(24, 10, 5))
    again = actions.ask_by_hand(search, alice, by=camille, now=at(24, 10, 6))

    assert (offer, offer.by_hand, mail().get().due) == (again, True, at(24, 10, 7))
    assert sweep(at(24, 10, 30)) == 0
    assert actions.accept_offer(offer, by=SYSTEM, now=at(24, 11)).is_active


@pytest.mark.parametrize(("clicked", "due"), [((24, 21), (25, 9)), ((26, 7), (26, 9)), ((26, 16), (26, 16, 2))])
def test_her_message_waits_for_the_morning_where_it_is_not_urgent(search, alice, camille, clicked, due):
    actions.ask_by_hand(search, alice, by=camille, now=at(*clicked))

    assert mail().get().due == at(*due)


def test_a_search_that_is_held_may_ask_by_hand(search, alice, camille):
    actions.hold_search(search, held=Search.Hold.TAKEN_OVER, by=camille, now=at(24, 10, 1))

    assert actions.ask_by_hand(search, alice, by=camille, now=at(24, 10, 5)).asked_at == at(24, 10, 5)


def test_it_counts_in_her_budget(search, alice, evening, camille):
    open_search(post_at(evening, "MIM", places=1), now=at(24, 10))
    actions.ask_by_hand(search, alice, by=camille, now=at(24, 10, 5))

    assert sweep(at(24, 10, 30)) == 0
    assert Ask.objects.count() == 1


def test_it_is_no_wave_the_reserve_still_comes_first_and_the_pace_stays(evening, camille):
    near = open_search(post_at(evening, places=1), now=at(26, 7))
    alice, zoe = make_people(evening, "Alice", "Zoé")
    make_people(evening, "Rosa", on_call=True)
    actions.ask_by_hand(near, alice, by=camille, now=at(26, 8))
    sweep(at(26, 9))
    assert asked(near) == ["Alice", "Rosa"]

    later = published_evening(at(2, 12, month=4).date())
    far = open_search(post_at(later, places=1), now=at(30, 10))
    make_many(later, 4)
    sweep(at(30, 10, 30))
    actions.ask_by_hand(far, zoe, by=camille, now=at(30, 12))
    actions.assign(far.post, alice, by=camille, now=at(30, 12, 30))
    actions.undo(Entry.objects.get(verb="assigned"), by=camille, now=at(30, 12, 31))
    assert Search.objects.get(pk=far.pk).next_wave_at == at(30, 14, 30)


def test_a_rule_that_she_may_overrule_wants_a_tick_and_then_does_not_stand_against_a_yes(search, evening, camille):
    search.post.languages.add(make_language("nl"))
    bob = make_people(evening, "Bob", answer="no")[0]

    with pytest.raises(places.NeedsTick) as refusal:
        actions.ask_by_hand(search, bob, accept=["languages"], by=camille, now=at(24, 10, 5))
    assert set(refusal.value.warnings) == {"languages", "said_no"}
    assert not Offer.objects.exists()

    offer = actions.ask_by_hand(search, bob, accept=["languages", "said_no"], by=camille, now=at(24, 10, 5))
    assert actions.still_offered(offer.ask, now=at(24, 10, 7)) == [offer]
    assert actions.accept_offer(offer, by=SYSTEM, now=at(24, 11)).is_active


def test_what_was_not_ticked_still_stands_against_her_yes(search, alice, camille):
    offer = actions.ask_by_hand(search, alice, by=camille, now=at(24, 10, 5))
    search.post.languages.add(make_language("nl"))

    with pytest.raises(DoesNotFit):
        actions.accept_offer(offer, by=SYSTEM, now=at(24, 11))


def test_what_is_refused_to_everybody_is_refused(search, alice, evening, camille):
    make_assignment(post_at(evening, "MIM"), alice)
    blocked = make_people(evening, "Blocked", blocked_at=at(23, 10))[0]
    stranger = make_volunteer("Stranger")
    accept = ["blocked", "said_no"]

    for volunteer, refusal in (
        (alice, places.Overlaps),
        (blocked, places.AskedByPhoneOnly),
        (stranger, actions.NotRegistered),
    ):
        with pytest.raises(refusal):
            actions.ask_by_hand(search, volunteer, accept=accept, by=camille, now=at(24, 10, 5))
    actions.stop_search(search, by=camille, now=at(24, 10, 6))
    with pytest.raises(actions.SearchIsOver):
        actions.ask_by_hand(search, make_people(evening, "Zoé")[0], by=camille, now=at(24, 10, 7))

    assert not Offer.objects.exists()
    assert not mail().exists()


def test_who_has_answered_in_this_search_is_not_asked_again(search, alice, camille):
    offer = actions.ask_by_hand(search, alice, by=camille, now=at(24, 10, 5))
    actions.decline(offer.ask, by=SYSTEM, now=at(24, 11))

    with pytest.raises(actions.AlreadyAnswered):
        actions.ask_by_hand(search, alice, accept=["said_no"], by=camille, now=at(24, 12))


def test_she_has_all_her_choices_in_one_message_and_as_before_once_it_is_undone(search, alice, evening, camille):
    other = open_search(post_at(evening, "MIM", places=1), now=at(24, 10))
    actions.leave_out(search, alice, by=camille, now=at(24, 10, 1))
    sweep(at(24, 10, 30))
    earlier = ask_of(alice)

    offer = actions.ask_by_hand(search, alice, by=camille, now=at(24, 11))
    assert offer_to(alice, other).ask == offer.ask != earlier
    # The earlier message, if it had not left, has nothing to tell by now.
    Message.objects.filter(about_id=earlier.pk, kind="offer").update(skipped_at=at(24, 11, 1))

    actions.undo(Entry.objects.get(verb="asked_by_hand"), by=camille, now=at(24, 11, 1))

    assert (asked(search), offer_to(alice, other).ask) == ([], earlier)
    assert list(Ask.objects.all()) == [earlier]
    assert [(m.about_id, m.is_pending) for m in mail().order_by("pk")] == [(earlier.pk, True), (offer.ask_id, False)]
    assert actions.ask_by_hand(search, alice, by=camille, now=at(24, 11, 2)).by_hand


def test_who_has_answered_meanwhile_is_not_asked_less(search, alice, camille):
    offer = actions.ask_by_hand(search, alice, by=camille, now=at(24, 11))
    actions.decline(offer.ask, by=SYSTEM, now=at(24, 11, 1))

    with pytest.raises(ChangedSince):
        actions.undo(Entry.objects.get(verb="asked_by_hand"), by=camille, now=at(24, 11, 1))

    assert offer_to(alice, search).answer == "no"


def test_an_offer_that_has_left_is_not_taken_back(search, alice, camille):
    actions.ask_by_hand(search, alice, by=camille, now=at(24, 11))
    mail().update(sent_at=at(24, 11, 1))

    with pytest.raises(MessageHasLeft):
        actions.undo(Entry.objects.get(verb="asked_by_hand"), by=camille, now=at(24, 11, 1))


def test_the_bar_sends_it_now_or_takes_it_back(search, alice, camille, evening):
    actions.ask_by_hand(search, alice, by=camille, now=at(24, 11))

    entry = actions.latest_undoable(camille, edition=evening.edition, now=at(24, 11, 1))
    assert entry.verb == "asked_by_hand"
    assert actions.send_now(entry, by=camille, now=at(24, 11, 1)) == [mail().get()]
    assert mail().get().due == at(24, 11, 1)


# Phoned.


def test_a_yes_by_phone_gives_her_the_place_and_answers_what_she_was_asked(search, alice, evening, camille):
    other = open_search(post_at(evening, "MIM", places=1), now=at(24, 10))
    sweep(at(24, 10, 30))

    hers = phoned(search.post, alice, YES, camille, at(24, 11))
    again = phoned(search.post, alice, YES, camille, at(24, 11, 1))

    assert (hers, hers.confirmed_how) == (again, Assignment.How.PHONE)
    assert [offer_to(alice, one).answer for one in (search, other)] == ["yes", "other"]
    assert Search.objects.get(pk=search.pk).ended_because == Search.Because.FILLED
    assert (Call.objects.get().answer, Call.objects.get().called_by_id) == ("yes", camille.id)
    assert Entry.objects.filter(verb="phoned").count() == 1


def test_a_yes_by_phone_can_be_undone_and_then_nothing_of_it_was(search, alice, camille):
    sweep(at(24, 10, 30))
    phoned(search.post, alice, YES, camille, at(24, 11))

    actions.undo(Entry.objects.get(verb="assigned"), by=camille, now=at(24, 11, 1))

    assert (offer_to(alice, search).answer, Call.objects.count()) == ("", 0)
    assert Search.objects.get(pk=search.pk).is_live
    assert phoned(search.post, alice, YES, camille, at(24, 11, 2)).is_active


def test_a_yes_by_phone_is_not_undone_once_she_has_withdrawn(search, alice, camille):
    sweep(at(24, 10, 30))
    hers = phoned(search.post, alice, YES, camille, at(24, 11))
    actions.withdraw(hers, by=Actor.volunteer_link(alice), now=at(24, 11, 1))

    with pytest.raises(ChangedSince):
        actions.undo(Entry.objects.get(verb="assigned"), by=camille, now=at(24, 11, 1))

    hers.refresh_from_db()
    assert hers.cause == Assignment.Cause.WITHDREW


def test_a_yes_by_phone_after_she_gave_the_place_back_is_news(search, alice, camille):
    hers = phoned(search.post, alice, YES, camille, at(24, 11))
    actions.withdraw(hers, by=Actor.volunteer_link(alice), now=at(24, 11, 1))

    assert phoned(search.post, alice, YES, camille, at(24, 11, 1), accept=["withdrew"]).is_active


def test_a_yes_by_phone_of_who_is_there_already_confirms_her(search, alice, camille):
    hers = make_assignment(search.post, alice)

    assert phoned(search.post, alice, YES, camille, at(24, 11)) == hers

    hers.refresh_from_db()
    assert (hers.confirmed_at, hers.confirmed_how) == (at(24, 11), Assignment.How.PHONE)

    actions.undo(Entry.objects.get(verb="confirmed"), by=camille, now=at(24, 11, 1))
    assert not Call.objects.exists()


def test_a_yes_by_phone_wants_the_ticks_that_assigning_wants(search, evening, camille):
    bob = make_people(evening, "Bob", answer="no")[0]

    with pytest.raises(places.NeedsTick):
        phoned(search.post, bob, YES, camille, at(24, 11))
    assert not Call.objects.exists()

    assert phoned(search.post, bob, YES, camille, at(24, 11), accept=["said_no"]).is_active


def test_a_yes_by_phone_for_a_place_that_is_taken_is_refused(search, alice, evening, camille):
    make_assignment(search.post, make_people(evening, "Bob")[0])

    with pytest.raises(places.PostFull):
        phoned(search.post, alice, YES, camille, at(24, 11))

    assert not Call.objects.exists()


def test_a_no_by_phone_is_a_no_for_that_evening(search, alice, evening, camille):
    sweep(at(24, 10, 30))

    phoned(search.post, alice, NO, camille, at(24, 11))

    assert offer_to(alice, search).answer == "no"
    assert alice.registrations.get().availabilities.get(evening=evening).answer == "no"
    assert Search.objects.get(pk=search.pk).nobody_left_at == at(24, 11)


def test_a_no_of_who_took_the_place_meanwhile_is_refused_with_what_to_do(search, alice, camille):
    hers = make_assignment(search.post, alice, confirmed_at=at(24, 10, 30), confirmed_how="offer")

    with pytest.raises(phoning.HasThePlace):
        phoned(search.post, alice, NO, camille, at(24, 11))

    hers.refresh_from_db()
    assert (hers.is_active, Call.objects.exists()) == (True, False)
    assert phoned(search.post, alice, NONE, camille, at(24, 11)) == hers


def test_a_no_of_somebody_who_was_not_asked_is_one_too(search, alice, evening, camille):
    phoned(search.post, alice, NO, camille, at(24, 10, 5))

    assert sweep(at(24, 10, 30)) == 0
    assert alice.registrations.get().availabilities.get(evening=evening).answer == "no"


def test_no_answer_changes_nothing_but_the_list_of_calls(search, alice, camille):
    sweep(at(24, 10, 30))

    for moment in (at(24, 11), at(24, 11, 1), at(24, 15)):
        assert phoned(search.post, alice, NONE, camille, moment) is None

    assert [call.called_at for call in Call.objects.all()] == [at(24, 11), at(24, 15)]
    assert offer_to(alice, search).answer == ""
    assert actions.accept_offer(offer_to(alice, search), by=SYSTEM, now=at(24, 16)).is_active


def test_who_stood_by_and_says_yes_by_phone_stands_by_no_more(search, alice, evening, camille):
    Ask.objects.create(volunteer=alice, evening=evening, asked_at=at(23, 10), stands_by_at=at(23, 11))

    phoned(search.post, alice, YES, camille, at(24, 11))

    assert not Ask.objects.exclude(stands_by_at=None).exists()


# Speakers first.


@pytest.fixture
def dutch_search(evening):
    """A search for a museum where nobody would speak Dutch."""
    search = open_search(post_at(evening, places=1), now=at(24, 10))
    search.post.opening.languages.add(make_language("nl"))
    return search


def speakers(evening, *names):
    return make_people(evening, *names, languages=[make_language("nl")])


def fresh(search):
    return Search.objects.get(pk=search.pk)


def test_two_waves_ask_only_who_speaks_the_language_and_the_third_asks_others_and_says_so(dutch_search, evening):
    make_many(evening, 4)
    speakers(evening, *(f"Nl{n}" for n in range(7)))

    sweep(at(24, 10, 30))
    sweep(at(24, 14, 30))
    assert {name[:2] for name in asked(dutch_search)} == {"Nl"}
    assert (len(asked(dutch_search)), fresh(dutch_search).others_asked_at) == (6, None)

    sweep(at(24, 18, 30))
    assert {name[:2] for name in asked(dutch_search)[6:]} == {"Nl", "V0"}
    assert fresh(dutch_search).others_asked_at == at(24, 18, 30)
    assert fresh(dutch_search).without_languages == ["nl"]
    assert Entry.objects.get(verb="asked_others").data["languages"] == ["nl"]


def test_where_no_speaker_is_left_others_are_asked_in_the_same_wave(dutch_search, evening):
    make_many(evening, 3)

    sweep(at(24, 10, 30))

    assert len(asked(dutch_search)) == 3
    assert fresh(dutch_search).others_asked_at == at(24, 10, 30)


def test_while_speakers_are_asked_nobody_else_reads_of_it_in_another_message(dutch_search, evening):
    speakers(evening, "Wout")
    sweep(at(24, 10, 30))
    other = open_search(post_at(evening, "MIM", places=1), now=at(24, 11))
    make_many(evening, 3)

    sweep(at(24, 11, 30))

    assert (asked(dutch_search), len(asked(other))) == (["Wout"], 3)
    assert fresh(dutch_search).others_asked_at is None


def test_it_is_a_wave_of_its_own_that_turns_to_others(dutch_search, evening):
    speakers(evening, *(f"Nl{n}" for n in range(7)))
    sweep(at(24, 10, 30))
    sweep(at(24, 14, 30))
    other = open_search(post_at(evening, "MIM", places=1), now=at(24, 15))
    make_many(evening, 3)

    sweep(at(24, 15, 30))

    assert len(asked(other)) == 3
    assert {name[:2] for name in asked(dutch_search)} == {"Nl"}


def test_where_everybody_is_asked_the_reserve_and_the_speakers_come_first(evening):
    search = open_search(post_at(evening, places=1), now=at(26, 10))
    search.post.opening.languages.add(make_language("nl"))
    speakers(evening, "Wout")
    make_people(evening, "Rosa", on_call=True)
    make_many(evening, 2)

    sweep(at(26, 10))
    assert asked(search) == ["Rosa", "Wout"]
    assert fresh(search).others_asked_at is None

    sweep(at(26, 10, 15))
    assert asked(search)[2:] == ["V00", "V01"]
    assert fresh(search).others_asked_at == at(26, 10, 15)


def test_in_the_last_hours_nobody_waits_for_the_speakers(evening):
    search = open_search(post_at(evening, places=1), now=at(26, 16))
    search.post.opening.languages.add(make_language("nl"))
    speakers(evening, "Wout")
    make_many(evening, 2)

    assert sweep(at(26, 16)) == 3
    assert fresh(search).others_asked_at == at(26, 16)


def test_widening_asks_others_too_and_its_undo_speakers_alone_again(dutch_search, evening, camille):
    make_many(evening, 4)
    speakers(evening, *(f"Nl{n}" for n in range(5)))
    sweep(at(24, 10, 30))

    actions.widen_now(dutch_search, by=camille, now=at(24, 11))
    assert (fresh(dutch_search).others_asked_at, fresh(dutch_search).without_languages) == (at(24, 11), ["nl"])

    actions.undo(Entry.objects.get(verb="widened"), by=camille, now=at(24, 11, 1))
    assert (fresh(dutch_search).others_asked_at, fresh(dutch_search).without_languages) == (None, [])

    actions.widen_now(dutch_search, by=camille, now=at(24, 11, 1))
    sweep(at(24, 11, 3))
    assert {name[:2] for name in asked(dutch_search)[3:]} == {"Nl", "V0"}


def test_widened_before_anybody_was_asked_the_speakers_come_first(dutch_search, evening):
    make_many(evening, 4)
    speakers(evening, "Wout")

    actions.widen_now(dutch_search, by=SYSTEM, now=at(24, 10, 5))
    sweep(at(24, 10, 7))

    assert asked(dutch_search) == ["Wout"]


def test_once_a_speaker_is_there_everybody_is_asked_without_a_word(dutch_search, evening):
    make_many(evening, 3)
    wout, _nora = speakers(evening, "Wout", "Nora")
    make_assignment(make_post(dutch_search.post.opening, role=make_role("cloakroom")), wout)

    sweep(at(24, 10, 30))

    assert len(asked(dutch_search)) == 3
    assert fresh(dutch_search).others_asked_at is None


def test_an_edition_without_waves_for_languages_asks_everybody_at_once(dutch_search, evening):
    evening.edition.rules_data = {"language_waves": 0}
    evening.edition.save()
    make_many(evening, 2)
    speakers(evening, "Wout")

    sweep(at(24, 10, 30))

    assert len(asked(dutch_search)) == 3
    assert fresh(dutch_search).others_asked_at == at(24, 10, 30)
