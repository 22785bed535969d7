"""A strike, the weather: everybody is asked whether she still comes; a No withdraws her; all of it can be undone."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import links
from nocturnes.history import Actor
from nocturnes.models import Entry
from shifts import actions
from shifts.actions import disruptions
from shifts.actions.evenings import EveningIsOver
from shifts.actions.undo import MessageHasLeft
from shifts.models import Assignment, Disruption, StillComing
from shifts.pages.disruptions import disruption_page
from shifts.pages.still_coming import of_evening, still_coming_page, waiting
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_volunteer,
)
from tests.volunteers.test_by_hand import said_of

pytestmark = pytest.mark.django_db

TEXTS = {"fr": "Les trams sont en grève.", "nl": "De trams staken.", "en": "Trams are on strike."}
SOON = NOW + timedelta(minutes=1)
LATER = NOW + timedelta(hours=1)
TEN, ELEVEN = time(22), time(23)


@pytest.fixture
def user():
    return make_coordinator(language="en")


@pytest.fixture
def lea(user):
    return Actor.user(user)


@pytest.fixture
def evening():
    return make_evening(published_at=NOW - timedelta(days=8))


def on(evening, name="Alice", *, museum="Musée BELvue", places=2, person=None, **fields):
    volunteer = make_volunteer(name, **(person or {}))
    make_available(volunteer, evening)
    return make_assignment(make_post(make_opening(evening, make_museum(museum)), places=places), volunteer, **fields)


def ask(evening, lea, *, museum=None, why="strike", texts=TEXTS, now=NOW):
    return actions.ask_still_coming(evening, museum=museum, why=why, texts=texts, by=lea, now=now)


def questions():
    return Message.objects.filter(kind="still_coming")


def question_of(assignment):
    return StillComing.objects.get(assignment=assignment)


def states(disruption, now=SOON):
    page = disruption_page(disruption, now=now)
    return {one.volunteer.first_name: one.state for _museum, answers in page.groups for one in answers}


def test_everybody_with_a_published_place_is_asked_once_and_after_the_undo_minutes(evening, lea):
    alice, bob = on(evening), on(evening, "Bob", person={"language": "nl"})
    late = make_post(alice.post.opening, report=TEN, starts=TEN, ends=ELEVEN)
    make_assignment(late, alice.volunteer)
    on(evening, "Draft", published_at=None)
    on(evening, "Gone", cancelled_at=NOW, cause="removed")
    on(evening, "Here", arrived_at=NOW)

    disruption = ask(evening, lea)

    assert {one.assignment.volunteer.first_name for one in disruption.questions.all()} == {"Alice", "Bob"}
    assert {message.user: len(message.facts["items"]) for message in questions()} == {
        alice.volunteer.user: 2,
        bob.volunteer.user: 1,
    }
    assert {message.due for message in questions()} == {NOW + timedelta(minutes=2)}
    dutch = messaging.render(questions().get(user=bob.volunteer.user), now=NOW)
    assert "De trams staken." in dutch.text
    assert "Les trams" not in dutch.text


def test_a_second_click_asks_nobody_again(evening, lea):
    on(evening)

    assert ask(evening, lea) == ask(evening, lea, now=SOON)

    assert Disruption.objects.count() == questions().count() == 1


def test_the_browsers_way_back_asks_nobody_again_within_the_hour(evening, lea):
    on(evening)

    first = ask(evening, lea)
    again = ask(evening, lea, now=LATER - timedelta(minutes=1))
    other = ask(evening, lea, texts={**TEXTS, "fr": "Pas de bus."}, now=LATER - timedelta(minutes=1))

    assert again == first
    assert other != first
    assert ask(evening, lea, now=LATER) not in (first, other)


def test_only_the_people_of_one_museum_are_asked(evening, lea):
    alice, _bob = on(evening), on(evening, "Bob", museum="Musée Horta")

    disruption = ask(evening, lea, museum=alice.post.opening.museum)

    assert [one.assignment for one in disruption.questions.all()] == [alice]


def test_nobody_is_asked_while_a_language_is_missing(evening, lea):
    on(evening)

    with translation.override("en"), pytest.raises(disruptions.TextMissing, match="Nederlands, English"):
        ask(evening, lea, texts={"fr": "Grève", "nl": "  "})

    assert not Disruption.objects.exists()
    assert not questions().exists()


def test_nobody_is_asked_about_an_evening_that_is_over_or_has_nobody(evening, lea):
    with pytest.raises(disruptions.NobodyToAsk):
        ask(evening, lea)
    with pytest.raises(EveningIsOver):
        ask(evening, lea, now=NOW + timedelta(days=4))


def test_in_the_last_hours_the_question_does_not_wait_for_the_morning(evening, lea):
    make_assignment(make_post(make_opening(evening), report=TEN, starts=TEN, ends=ELEVEN))
    at_night = datetime(2026, 3, 26, 19, 45, tzinfo=UTC)

    ask(evening, lea, now=at_night)
    far = make_evening(evening.date + timedelta(days=7), edition=evening.edition, published_at=NOW)
    on(far, "Bob")
    ask(far, lea, now=at_night)

    assert [bool(message.facts.get("urgent")) for message in questions().order_by("pk")] == [True, False]


def test_a_no_withdraws_her_and_a_search_begins(evening, lea):
    alice, bob = on(evening), on(evening, "Bob")
    disruption = ask(evening, lea)
    by = Actor.volunteer_link(alice.volunteer)

    for _click in range(2):
        actions.answer_still_coming(question_of(alice), yes=False, by=by, now=SOON)

    alice.refresh_from_db()
    assert alice.withdrew
    assert alice.post.searches.live().count() == 1
    assert Entry.objects.about(alice).filter(verb="withdrew").count() == 1
    assert states(disruption) == {"Alice": "no", "Bob": "open"}
    assert questions().get(user=alice.volunteer.user).skipped_at
    assert questions().pending().get().user == bob.volunteer.user


def test_a_yes_is_kept_and_confirms(evening, lea):
    alice = on(evening)
    disruption = ask(evening, lea)

    for _click in range(2):
        actions.answer_still_coming(question_of(alice), yes=True, by=Actor.volunteer_link(alice.volunteer), now=SOON)

    alice.refresh_from_db()
    assert (alice.confirmed_at, alice.confirmed_how) == (SOON, "link")
    assert Entry.objects.filter(verb="still_comes").count() == 1
    assert states(disruption) == {"Alice": "yes"}


def test_who_said_yes_may_still_say_no_and_who_gave_her_place_back_says_yes_by_coming_back(evening, lea):
    alice = on(evening)
    disruption, by = ask(evening, lea), Actor.volunteer_link(alice.volunteer)
    actions.answer_still_coming(question_of(alice), yes=True, by=by, now=SOON)

    actions.answer_still_coming(question_of(alice), yes=False, by=by, now=SOON)
    with pytest.raises(actions.NoLongerAssigned):
        actions.answer_still_coming(question_of(alice), yes=True, by=by, now=SOON)
    alice.refresh_from_db()
    back = actions.come_back(alice, by=by, now=LATER)

    assert states(disruption) == {"Alice": "yes"}
    actions.answer_still_coming(StillComing.objects.get(), yes=False, by=by, now=LATER)
    back.refresh_from_db()
    assert back.withdrew
    assert states(disruption) == {"Alice": "no"}


def test_who_withdrew_elsewhere_or_was_removed_is_shown_as_such_and_not_written_to(evening, lea):
    alice, bob = on(evening), on(evening, "Bob")
    disruption = ask(evening, lea)

    actions.withdraw(alice, by=Actor.volunteer_link(alice.volunteer), now=SOON)
    actions.remove(bob, by=lea, now=SOON)

    assert states(disruption) == {"Alice": "no", "Bob": "gone"}
    assert all(messaging.reason_to_skip(message, LATER) for message in questions())
    with pytest.raises(actions.NoLongerAssigned):
        actions.answer_still_coming(question_of(bob), yes=False, by=lea, now=SOON)


def test_one_answer_is_good_for_every_question_about_the_place(evening, lea):
    alice = on(evening)
    strike, snow = ask(evening, lea), ask(evening, lea, why="weather")

    actions.answer_still_coming(strike.questions.get(), yes=True, by=lea, now=SOON)

    assert alice.volunteer.user.messages.filter(kind="still_coming").count() == 1
    assert {one.answer for one in StillComing.objects.all()} == {"yes"}
    assert states(snow) == {"Alice": "yes"}


def test_who_has_not_answered_is_asked_again_after_an_hour_and_who_came_since_for_the_first_time(evening, lea):
    alice, bob, carol = on(evening), on(evening, "Bob"), on(evening, "Carol")
    disruption = ask(evening, lea)
    actions.answer_still_coming(question_of(alice), yes=True, by=lea, now=SOON)
    actions.answer_still_coming(question_of(bob), yes=False, by=lea, now=SOON)
    for message in questions().pending():
        messaging.record_as_sent(message, now=NOW + timedelta(minutes=2))
    newcomer = on(evening, "Nora", made_at=SOON)
    on(evening, "Tess", made_at=SOON, confirmed_at=SOON, confirmed_how="took")

    with pytest.raises(disruptions.AskedLately):
        actions.ask_still_coming_again(disruption, by=lea, now=LATER - timedelta(minutes=1))
    asked = actions.ask_still_coming_again(disruption, by=lea, now=LATER)

    assert asked == 2
    assert {message.user for message in questions().pending()} == {carol.volunteer.user, newcomer.volunteer.user}
    with pytest.raises(disruptions.AskedLately):
        actions.ask_still_coming_again(disruption, by=lea, now=LATER + timedelta(minutes=59))


def test_undone_within_two_minutes_nobody_was_asked(evening, lea, user):
    alice = on(evening)
    disruption = ask(evening, lea)
    entry = actions.latest_undoable(lea, edition=evening.edition, now=SOON)

    actions.undo(entry, by=lea, now=SOON)

    assert entry.verb == "asked_still_coming"
    assert questions().get().skipped_at == SOON
    assert waiting(alice.volunteer, now=LATER) == []
    assert of_evening(evening) == []
    with pytest.raises(disruptions.NotAskedAnyMore):
        actions.ask_still_coming_again(disruption, by=lea, now=LATER)
    assert ask(evening, lea, now=SOON) != disruption


def test_what_has_left_cannot_be_undone(evening, lea):
    on(evening)
    ask(evening, lea)
    messaging.record_as_sent(questions().get(), now=SOON)

    with pytest.raises(MessageHasLeft):
        actions.undo(Entry.objects.get(verb="asked_still_coming"), by=lea, now=SOON)


def test_asking_again_is_undone_alone(evening, lea):
    alice = on(evening)
    disruption = ask(evening, lea)
    messaging.record_as_sent(questions().get(), now=NOW + timedelta(minutes=2))
    new = on(evening, "Nora")
    actions.ask_still_coming_again(disruption, by=lea, now=LATER)

    actions.undo(Entry.objects.get(verb="asked_still_coming_again"), by=lea, now=LATER)

    disruption.refresh_from_db()
    assert disruption.asked_again_at is None
    assert not questions().pending().exists()
    assert question_of(alice).answered_at is None
    assert not StillComing.objects.filter(assignment=new).exists()


@pytest.mark.parametrize("yes", [True, False])
def test_what_was_noted_by_telephone_is_undone_with_the_answer(yes, evening, lea):
    alice = on(evening)
    disruption = ask(evening, lea)
    actions.answer_still_coming(question_of(alice), yes=yes, how=Assignment.How.PHONE, by=lea, now=SOON)
    assert states(disruption) == {"Alice": "yes" if yes else "no"}

    actions.undo(actions.latest_undoable(lea, edition=evening.edition, now=SOON), by=lea, now=SOON)

    there = Assignment.objects.active().get()
    assert states(disruption) == {"Alice": "open"}
    assert (there.confirmed_at, StillComing.objects.get().answer) == (None, "")
    assert not there.post.searches.live().exists()


def test_she_finds_the_question_on_her_own_page_once_it_cannot_be_undone(evening, lea, client, at):
    alice = on(evening)
    ask(evening, lea)

    assert waiting(alice.volunteer, now=SOON) == []
    [asked] = waiting(alice.volunteer, now=LATER)
    at(LATER)
    page = client.get(asked.url)

    assert "Les trams sont en grève." in page.content.decode()


def test_she_answers_by_the_link_and_a_wrong_answer_gets_its_sentence(evening, lea, client, at):
    alice = on(evening)
    ask(evening, lea)
    at(LATER)
    token = links.token("still-coming", question_of(alice))
    url = reverse("still_coming_answer", args=[token])

    wrong = client.post(url, {"answer": "perhaps"}, follow=True)
    assert "bouton" in wrong.content.decode() or wrong.context["messages"]
    client.post(url, {"answer": "no", "question": "999999"})

    alice.refresh_from_db()
    assert alice.withdrew
    assert still_coming_page(question_of(alice), now=LATER).state == "no"


def test_each_of_two_places_has_its_own_answer(evening, lea):
    alice = on(evening)
    late = make_post(alice.post.opening, report=TEN, starts=TEN, ends=ELEVEN)
    second = make_assignment(late, alice.volunteer)
    ask(evening, lea)

    actions.answer_still_coming(question_of(alice), yes=False, by=lea, now=SOON)

    page = still_coming_page(question_of(second), now=SOON)
    assert [place.state for place in page.places] == ["no", "open"]
    assert page.state == "open"


def test_a_new_address_renews_the_link(evening, lea):
    alice = on(evening)
    ask(evening, lea)
    registration = alice.volunteer.registrations.get()

    actions.change_person(registration, said_of(registration, email="new@example.org"), by=lea, now=SOON)

    assert question_of(alice).link_version == 2


def test_asking_again_undone_leaves_the_first_question_that_waits_for_the_morning(evening, lea):
    alice = on(evening)
    disruption = ask(evening, lea)
    actions.ask_still_coming_again(disruption, by=lea, now=LATER)

    actions.undo(Entry.objects.get(verb="asked_still_coming_again"), by=lea, now=LATER)

    assert questions().pending().get().facts["items"] == [question_of(alice).pk]


@pytest.mark.parametrize("said", ["", "yes"])
def test_who_is_lent_is_asked_once_and_what_she_said_counts_there(said, evening, lea):
    """So too once the loan is taken back."""
    alice = on(evening)
    horta = make_post(make_opening(evening, make_museum("Musée Horta")))
    disruption = ask(evening, lea)
    if said:
        actions.answer_still_coming(question_of(alice), yes=True, by=Actor.volunteer_link(alice.volunteer), now=SOON)

    lent = actions.lend(alice, horta, by=lea, now=LATER)

    assert states(disruption, LATER) == {"Alice": said or "open"}
    assert disruption_page(disruption, now=LATER).not_asked == []
    assert question_of(lent).answer == said
    assert len(waiting(alice.volunteer, now=LATER)) == (0 if said else 1)

    actions.undo(Entry.objects.get(verb="lent"), by=lea, now=LATER + timedelta(minutes=1))

    assert states(disruption, LATER) == {"Alice": said or "open"}
    assert disruption_page(disruption, now=LATER).not_asked == []


def test_who_is_lent_to_a_museum_that_was_asked_alone_is_not_asked_yet(evening, lea):
    alice, bob = on(evening), on(evening, "Bob", museum="Musée Horta")
    disruption = ask(evening, lea, museum=bob.post.opening.museum)
    elsewhere = ask(evening, lea, museum=alice.post.opening.museum)

    actions.lend(alice, bob.post, by=lea, now=SOON)

    assert states(disruption) == {"Bob": "open"}
    assert disruption_page(disruption, now=SOON).not_asked_names == ["Alice D."]
    assert states(elsewhere) == {"Alice": "gone"}


def test_who_is_put_back_has_said_what_she_said(evening, lea):
    alice = on(evening)
    disruption = ask(evening, lea)
    actions.answer_still_coming(question_of(alice), yes=True, by=Actor.volunteer_link(alice.volunteer), now=SOON)
    actions.remove(alice, by=lea, now=LATER)

    actions.undo(Entry.objects.get(verb="removed"), by=lea, now=LATER + timedelta(minutes=1))

    assert states(disruption, LATER) == {"Alice": "yes"}
    assert disruption_page(disruption, now=LATER).not_asked == []
