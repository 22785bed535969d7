"""What is written about somebody whose records become one, or who is blocked, at that moment; on PostgreSQL."""

from datetime import timedelta

import pytest

from messaging.models import Message
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry
from shifts import actions
from shifts.actions import evenings
from tests.factories import NOW, make_assignment, make_edition, make_evening, make_registration, make_volunteer
from tests.races import meet, refused
from tests.shifts.searches import make_people, post_at, published_evening
from tests.volunteers.data import make_answers
from tests.volunteers.test_by_hand import said_of
from volunteers import actions as volunteers
from volunteers.actions.answers import RecordHasMoved
from volunteers.models import SignUp

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def merge(keep, other):
    return lambda: actions.merge(keep, other, by=SYSTEM, now=NOW)


def test_who_gets_no_place_while_her_records_become_one_hears_so_under_the_one_that_stays():
    evening = make_evening()
    other, keep = make_people(evening, "Alix", "Alice")

    results = meet(merge(keep, other), lambda: actions.publish(evening, by=SYSTEM, now=NOW))

    assert refused(results) == []
    assert Message.objects.get(kind="no_place").user == keep.user


def test_what_is_typed_about_a_record_that_is_merged_at_that_moment_is_refused():
    edition = make_edition()
    keep, other = make_volunteer("Alice"), make_volunteer("Alix")
    registration = make_registration(other, edition)
    make_registration(keep, edition)
    typed = said_of(registration, first_name="Alex")

    results = meet(merge(keep, other), lambda: actions.change_person(registration, typed, by=SYSTEM, now=NOW))

    assert [type(one) for one in refused(results)] == [RecordHasMoved]


def test_who_is_blocked_while_she_signs_up_for_another_season_is_not_welcomed():
    spring = make_edition()
    alice = make_volunteer(email="alice@example.org")
    make_registration(alice, spring)
    autumn = make_evening(NOW.date() + timedelta(days=200), edition=make_edition("autumn", sign_up_open=True)).edition
    form = {"email": "alice@example.org", "language": "fr", "data": make_answers(), "created_at": NOW}
    sign_up = SignUp.objects.create(edition=autumn, **form)

    meet(
        lambda: actions.block(alice, by=SYSTEM, now=NOW),
        lambda: volunteers.confirm(sign_up, by=Actor.sign_up_link(sign_up), now=NOW),
    )

    assert alice.registrations.count() == 2
    assert not Message.objects.filter(kind="welcome").exists()


def test_of_two_moves_the_history_keeps_what_each_one_found():
    evening = published_evening()
    post = make_assignment(post_at(evening)).post
    hours = [
        evenings.Hours(*(getattr(post, name) + timedelta(minutes=minutes) for name in evenings.Hours._fields))
        for minutes in (10, 20)
    ]

    meet(*[lambda to=to: evenings.move_posts(evening, {post.pk: to}, by=SYSTEM, now=NOW) for to in hours])

    lines = Entry.objects.about(evening).filter(verb="moved").order_by("pk")
    first, second = (line.data["posts"][str(post.pk)] for line in lines)
    assert second[0] == first[1]
