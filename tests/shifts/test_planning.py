"""Planning evenings, openings and roles: what is refused, and who hears of another door."""

from datetime import date, time, timedelta

import pytest

from messaging import actions as messaging
from messaging.models import Message
from museums.actions import ContactLine
from museums.models import Contact, Opening
from nocturnes.history import SYSTEM
from nocturnes.models import Entry, Evening, Role
from shifts.actions import planning
from shifts.actions.evenings import EveningIsCalledOff, EveningIsOver
from shifts.actions.planning.evenings import DateIsOver, EveningIsUsed, SameEvening, SameRole
from shifts.actions.planning.openings import HoursAreMoved, OpeningHasPosts
from shifts.models import Assignment
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
    make_role,
    make_volunteer,
)

pytestmark = pytest.mark.django_db

IN_APRIL = date(2026, 4, 30)
FACTS = {"lead": None, "phone": "+32 470 00 00 12", "note": ""}
DONE = {"by": SYSTEM, "now": NOW}


@pytest.fixture
def published():
    return make_evening(published_at=NOW)


# Evenings.


def test_an_evening_is_added_and_not_published():
    evening = planning.add_evening(make_edition(), IN_APRIL, FACTS, **DONE)

    assert (evening.date, evening.phone, evening.is_published) == (IN_APRIL, "+32 470 00 00 12", False)
    assert Entry.objects.get().verb == "added_evening"
    assert not Message.objects.exists()


def test_a_date_has_one_evening():
    make_evening(IN_APRIL)

    with pytest.raises(SameEvening):
        planning.add_evening(make_edition(), IN_APRIL, FACTS, **DONE)


def test_today_can_be_an_evening_and_yesterday_cannot():
    planning.add_evening(make_edition(), date(2026, 3, 24), FACTS, **DONE)

    with pytest.raises(DateIsOver):
        planning.add_evening(make_edition(), date(2026, 3, 23), FACTS, **DONE)


def test_changing_an_evening_tells_nobody_and_the_history_keeps_no_number(published):
    make_assignment(make_post(make_opening(published)))

    changed = planning.change_evening(published, {**FACTS, "lead": make_coordinator(), "phone": "+32 2 1"}, **DONE)

    assert changed == {"lead", "phone"}
    assert not Message.objects.exists()
    assert Entry.objects.get(verb="changed_evening").data == {"columns": ["lead", "phone"]}


def test_an_evening_that_nobody_uses_can_be_taken_away():
    evening = make_evening()

    planning.delete_evening(evening, **DONE)

    assert not Evening.objects.exists()
    assert Entry.objects.get().data == {"date": "2026-03-26"}


@pytest.mark.parametrize("used", ["opening", "answer", "published"])
def test_an_evening_that_somebody_uses_stays(used):
    evening = make_evening(published_at=NOW if used == "published" else None)
    if used == "opening":
        make_opening(evening)
    if used == "answer":
        make_available(make_volunteer(), evening)

    with pytest.raises(EveningIsUsed):
        planning.delete_evening(evening, **DONE)
    assert Evening.objects.exists()


# Roles.


def test_a_role_comes_last_with_a_short_name_of_its_own():
    make_role("welcome", position=3)

    role = planning.add_role({"name_fr": "Accueil VIP", "name_en": "Welcome"}, **DONE)

    assert (role.slug, role.position, role.replace_if_empty) == ("welcome-2", 4, True)


def test_a_role_of_the_same_name_is_refused_and_its_own_name_is_not():
    role = make_role()
    other = planning.add_role({"name_fr": "Vestiaire"}, **DONE)

    with pytest.raises(SameRole):
        planning.add_role({"name_fr": "ACCUEIL"}, **DONE)
    with pytest.raises(SameRole):
        planning.change_role(other, {"name_nl": role.name_nl}, **DONE)
    assert planning.change_role(role, {"name_fr": "Accueil", "replace_if_empty": False}, **DONE) == {"replace_if_empty"}
    assert Role.objects.count() == 2


# Openings.


def open_at(evening, museum=None):
    facts = {"activity": Opening.Activity.NOCTURNE}
    hours = {"starts_at": NOW + timedelta(days=2), "ends_at": NOW + timedelta(days=2, hours=4)}
    return planning.add_opening(evening, museum or make_museum(), **hours, facts=facts, **DONE)


def test_an_opening_is_added_to_a_published_evening_and_nothing_is_sent(published):
    opening = open_at(published)

    assert opening.evening == published
    assert not Message.objects.exists()


def test_nothing_is_added_to_an_evening_that_is_over_or_called_off():
    with pytest.raises(EveningIsOver):
        open_at(make_evening(date(2026, 3, 19)))
    with pytest.raises(EveningIsCalledOff):
        open_at(make_evening(called_off_at=NOW))
    # Since the page read it.
    evening = make_evening(IN_APRIL)
    Evening.objects.filter(pk=evening.pk).update(called_off_at=NOW)
    with pytest.raises(EveningIsCalledOff):
        open_at(evening)
    assert not Opening.objects.exists()


def change(opening, **facts):
    return planning.change_opening(opening, facts, languages=list(opening.languages.all()), **DONE)


def items():
    return [message.facts["items"] for message in Message.objects.filter(kind="changed").order_by("user_id")]


def test_another_meeting_point_is_told_once_to_each_person_who_knows_her_place(published):
    opening = make_opening(published, meeting_point_fr="à gauche")
    alice = make_volunteer()
    early = make_assignment(make_post(opening), alice)
    late = make_assignment(_late(opening), alice)
    draft = make_assignment(early.post, make_volunteer("Bob"), published_at=None)
    gone = make_assignment(_late(opening), make_volunteer("Eve"), cancelled_at=NOW, cause="withdrew")
    elsewhere = make_assignment(make_post(make_opening(published)), make_volunteer("Carol"))

    told = change(opening, meeting_point_fr="à droite")

    assert told == 1
    assert [[item["assignment"] for item in each] for each in items()] == [[early.pk, late.pk]]
    assert {item["what"] for each in items() for item in each} == {"details"}
    rows = Assignment.objects.in_bulk()
    assert [rows[one.pk].sequence for one in (early, late, draft, gone, elsewhere)] == [1, 1, 0, 0, 0]


def _late(opening):
    return make_post(opening, report=time(22), starts=time(22), ends=time(23))


def test_a_meeting_point_in_one_language_reaches_who_reads_another_with_its_language(published):
    opening = make_opening(published)
    make_assignment(make_post(opening, briefing_fr="Sourire."), make_volunteer("Lien", language="nl"))

    change(opening, meeting_point_fr="à droite")

    text = messaging.render(Message.objects.get(), now=NOW).text
    assert "à droite (FR)" in text
    assert "Op hetzelfde uur, met iets nieuws:" in text


def test_what_changes_nothing_about_the_door_tells_nobody(published):
    opening = make_opening(published)
    assignment = make_assignment(make_post(opening))

    told = change(opening, title_fr="Visite", activity="games")

    assert told == 0
    assert not Message.objects.exists()
    assert Assignment.objects.get(pk=assignment.pk).sequence == 0


def test_a_meeting_point_that_is_put_back_before_the_mail_leaves_is_no_news(published):
    opening = make_opening(published, meeting_point_fr="à gauche")
    make_assignment(make_post(opening))
    change(opening, meeting_point_fr="à droite")

    change(opening, meeting_point_fr="à gauche")

    message = Message.objects.get()
    messaging.record_as_sent(message, now=message.due)
    message.refresh_from_db()
    assert message.sent_at is None
    assert message.skipped_at is not None


def test_nobody_is_told_of_a_door_that_is_behind_her(published):
    opening = make_opening(published)
    assignment = make_assignment(make_post(opening))
    over = assignment.ends_at

    told = planning.change_opening(opening, {"meeting_point_fr": "ailleurs"}, languages=[], by=SYSTEM, now=over)

    assert told == 0
    assert Opening.objects.get().meeting_point_fr == "ailleurs"


def test_another_address_of_the_museum_is_told_to_who_is_there(published):
    museum = make_museum()
    here = make_assignment(make_post(make_opening(published, museum)))
    make_assignment(make_post(make_opening(make_evening(date(2026, 4, 2)), museum)), published_at=None)
    past = make_evening(date(2026, 3, 19), published_at=NOW)
    make_assignment(make_post(make_opening(past, museum)), make_volunteer("Bob"))

    told = planning.change_museum(museum, {"street_fr": "Rue Neuve 1", "website": "https://x.be"}, **DONE)

    assert told == 1
    assert [item["assignment"] for each in items() for item in each] == [here.pk]


def test_a_contact_of_the_museum_is_nobodys_news(published):
    museum = make_museum()
    make_assignment(make_post(make_opening(published, museum)))
    facts = {"name": "Anne", "email": "", "phone": "+32 2 511 11 11", "language": "fr"}

    told = planning.change_museum(museum, {"website": "https://x.be"}, contacts=[ContactLine(None, facts)], **DONE)

    assert told == 0
    assert Contact.objects.get().museum == museum
    assert not Message.objects.exists()


def test_the_hours_of_an_opening_are_set_here_until_it_has_posts(published):
    opening = make_opening(published)
    later = opening.ends_at + timedelta(hours=1)

    change(opening, ends_at=later)
    make_post(opening)

    with pytest.raises(HoursAreMoved):
        change(opening, ends_at=later + timedelta(hours=1))
    change(opening, ends_at=later, title_fr="Visite")
    assert Opening.objects.get().ends_at == later


def test_an_opening_without_posts_can_be_taken_away(published):
    opening = make_opening(published)
    opening.languages.add(make_language())

    planning.delete_opening(opening, **DONE)

    assert not Opening.objects.exists()
    assert Entry.objects.about(published).get().verb == "deleted_opening"


def test_an_opening_with_posts_stays():
    opening = make_post().opening

    with pytest.raises(OpeningHasPosts):
        planning.delete_opening(opening, **DONE)
    assert Opening.objects.exists()
