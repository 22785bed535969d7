"""The bar offers the last click alone, and says what is taken back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from messaging import actions as messaging
from messaging.models import Message
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry, User
from shifts import actions
from shifts.actions import planning
from shifts.actions.undo import NotYoursToUndo
from shifts.pages import undo as sentences
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
    make_registration,
    make_volunteer,
)
from volunteers import actions as volunteers

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=1)


@pytest.fixture
def lea():
    return Actor.user(make_coordinator(language="en"))


@pytest.fixture
def evening():
    return make_evening(published_at=NOW)


def bar(by, now=SOON):
    return actions.latest_undoable(by, edition=make_edition(), now=now)


def hours(rows):
    return [actions.Hours.of(row.__class__.objects.get(pk=row.pk)) for row in rows]


def earlier(post):
    return post.report_at - timedelta(minutes=30)


def in_english(words, entry):
    with translation.override("en"):
        return words(entry)


def move_a_post(post, by):
    actions.move_hours(post, report_at=earlier(post), starts_at=post.starts_at, ends_at=post.ends_at, by=by, now=NOW)


def move_an_opening(post, by):
    opening, moved = post.opening, actions.Hours(earlier(post), post.starts_at, post.ends_at)
    at = {"starts_at": opening.starts_at, "ends_at": opening.ends_at}
    actions.move_opening(opening, **at, posts={post.pk: moved}, by=by, now=NOW)


def move_in_the_table(post, by):
    planning.change_posts(post.opening.evening, [planning.Row(post.pk, earlier(post))], by=by, now=NOW)


@pytest.mark.parametrize("move", [move_a_post, move_an_opening, move_in_the_table])
def test_nothing_that_an_undo_did_can_be_undone(move, evening, lea):
    post = make_post(make_opening(evening))
    make_assignment(post)
    before = hours([post])
    move(post, lea)
    known = set(Entry.objects.values_list("pk", flat=True))

    actions.undo(bar(lea), by=lea, now=SOON)

    assert hours([post]) == before
    assert bar(lea) is None
    for entry in Entry.objects.exclude(pk__in=known):
        with pytest.raises(NotYoursToUndo):
            actions.undo(entry, by=lea, now=SOON)
    assert hours([post]) == before


def test_the_bar_never_turns_to_an_older_click_once_the_newest_is_undone(evening, lea):
    first, second = (make_assignment(make_post(make_opening(evening))) for _ in range(2))
    for assignment in (first, second):
        actions.confirm(assignment, how="phone", by=lea, now=NOW)

    latest = bar(lea)
    actions.undo(latest, by=lea, now=SOON)

    assert latest.about_id == second.pk
    assert bar(lea) is None


def test_the_bar_never_turns_to_an_older_click_once_the_newest_is_sent(evening, lea):
    first, second = (make_assignment(make_post(make_opening(evening))) for _ in range(2))
    actions.confirm(first, how="phone", by=lea, now=NOW)
    actions.remove(second, by=lea, now=NOW)

    sent = actions.send_now(bar(lea), by=lea, now=SOON)

    assert [message.kind for message in sent] == ["changed"]
    assert bar(lea) is None


def test_a_click_after_an_undo_has_its_own_bar(evening, lea):
    first, second = (make_assignment(make_post(make_opening(evening))) for _ in range(2))
    actions.confirm(first, how="phone", by=lea, now=NOW)
    actions.undo(bar(lea), by=lea, now=NOW)

    actions.confirm(second, how="phone", by=lea, now=NOW)

    assert bar(lea).about_id == second.pk


@pytest.mark.parametrize("who", ["herself", "somebody else"])
def test_after_two_records_became_one_the_bar_offers_nothing_about_them(who, lea):
    keep, other = make_volunteer("Keep"), make_volunteer("Other", accepted_at=None)
    for volunteer in (keep, other):
        make_registration(volunteer)
    volunteers.accept(other, by=lea, now=NOW)
    assert bar(lea).about_id == other.pk

    actions.merge(keep, other, by=lea if who == "herself" else SYSTEM, now=NOW)

    assert bar(lea) is None


def test_hours_of_several_posts_changed_in_the_table_are_one_undo(evening, lea):
    posts = [make_post(make_opening(evening, make_museum(name))) for name in ("Horta", "BELvue")]
    alice = make_assignment(posts[0])
    before = hours(posts)
    planning.change_posts(evening, [planning.Row(post.pk, earlier(post)) for post in posts], by=lea, now=NOW)
    entry = bar(lea)

    actions.undo(entry, by=lea, now=SOON)

    message = Message.objects.get(kind="changed", user=alice.volunteer.user)
    messaging.record_as_sent(message, now=message.due)
    assert hours(posts) == before
    assert message.sent_at is None
    assert in_english(sentences.sentence, entry) == "The hours of 2 posts are changed, Thursday 26\u00a0March."
    assert "the hours of 2 posts are as before" in in_english(sentences.undone, entry)


@pytest.mark.parametrize(("resized", "says"), [(True, True), (False, False)])
def test_the_bar_says_that_places_changed_in_the_same_table_stay(resized, says, evening, lea):
    moved, other = (make_post(make_opening(evening, make_museum(name)), places=1) for name in ("Horta", "BELvue"))
    rows = [planning.Row(moved.pk, earlier(moved))] + ([planning.Row(other.pk, places=3)] if resized else [])
    planning.change_posts(evening, rows, by=lea, now=NOW)
    entry = bar(lea)

    actions.undo(entry, by=lea, now=SOON)

    other.refresh_from_db()
    assert other.places == (3 if resized else 1)
    assert ("Undo leaves the places as they are." in in_english(sentences.sentence, entry)) is says


def test_the_bar_says_that_only_the_welcome_is_taken_back(lea):
    newcomer = make_volunteer("Nora", accepted_at=None)
    make_registration(newcomer)
    volunteers.accept(newcomer, by=lea, now=NOW)

    said = in_english(sentences.sentence, bar(lea))

    assert said == "Nora D. is welcome. Undo takes back the welcome only: the name is under To welcome again."


@pytest.mark.parametrize("verb", ["assigned", "removed", "called_off", "called_off_evening", "moved", "published"])
def test_after_an_undo_the_page_says_what_is_as_before(verb, client, evening, at):
    at(NOW)
    user = make_coordinator(language="fr")
    client.force_login(user)
    by, post = Actor.user(user), make_post(make_opening(evening))
    _did(verb, post, by)
    entry = bar(by, NOW)

    page = client.post(reverse("undo", args=[evening.edition.slug, entry.pk]), follow=True).content.decode()

    assert entry.verb == verb
    assert "C’est comme avant" in page
    assert "Personne n’a été prévenu" in page
    assert "data-undo-seconds" not in page


def _did(verb, post, by):
    if verb in ("assigned", "removed"):
        assignment = make_assignment(post)
        actions.remove(assignment, by=by, now=NOW)
        if verb == "assigned":
            make_available(assignment.volunteer, post.opening.evening)
            actions.assign(post, assignment.volunteer, by=by, now=NOW)
    elif verb == "called_off":
        actions.call_off(post.opening, by=by, now=NOW)
    elif verb == "called_off_evening":
        actions.call_off_evening(post.opening.evening, by=by, now=NOW)
    elif verb == "moved":
        move_a_post(post, by)
    else:
        evening = post.opening.evening
        type(evening).objects.filter(pk=evening.pk).update(published_at=None)
        actions.publish(evening, by=by, now=NOW)


def test_a_message_that_was_told_by_phone_is_no_call_about_a_post(evening, lea):
    alice = make_assignment(make_post(make_opening(evening)), make_volunteer())
    User.objects.filter(volunteer=alice.volunteer).update(email=None)
    actions.write_to_all(evening, texts={"fr": "Il pleut."}, by=lea, now=NOW)

    messaging.phoned(Message.objects.get(kind="letter"), by=lea, now=NOW)

    assert bar(lea) is None


def test_what_is_true_no_more_is_not_told_by_phone(evening, lea):
    reserve = make_volunteer()
    make_available(reserve, evening)
    User.objects.filter(volunteer=reserve).update(email=None)
    (proposed,) = actions.propose_reserve(evening, [reserve], by=lea, now=NOW)
    actions.decline_reserve(proposed, by=Actor.volunteer_link(reserve), now=NOW)

    with pytest.raises(messaging.AlreadyGone):
        messaging.phoned(Message.objects.get(kind="reserve_proposed"), by=lea, now=NOW)
