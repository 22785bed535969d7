"""One person's page: everything that concerns her, and what the coordinator writes down there."""

from datetime import date, timedelta

import pytest

from messaging.models import Message
from nocturnes import history
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry, User
from shifts import actions
from shifts.models import Ask, Offer, PlaceRequest, Search
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
    make_registration,
    make_role,
    make_volunteer,
)
from tests.messaging.factories import make_message
from tests.shifts.pages import page, queries_of, rows, text_of
from tests.volunteers.data import make_notice
from volunteers import actions as volunteers
from volunteers.models import Acknowledgement, Note, Notice, Registration, Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.once]

EDITION = "nocturnes-2026"


@pytest.fixture(autouse=True)
def on_tuesday(at):
    at(NOW)


@pytest.fixture
def alice():
    volunteer = make_volunteer("Alice", "Dupont", email="alice@example.org", phone="+32470000031")
    make_registration(volunteer, make_edition(), most_evenings=3, with_whom="Lien", arrange="a chair")
    return volunteer


@pytest.fixture
def evening(alice):
    return make_evening(published_at=NOW)


def place(volunteer, evening, museum="Musée BELvue", **fields):
    return make_assignment(make_post(make_opening(evening, make_museum(museum))), volunteer, **fields)


def show(desk, volunteer):
    return desk.get(page("person", EDITION, volunteer.pk))


def page_of(desk, volunteer):
    return show(desk, volunteer).context["page"]


def test_what_we_know_and_how_to_reach_her(desk, alice):
    alice.languages.add(make_language("nl"))
    alice.registrations.get().roles.add(make_role())
    alice.registrations.get().museums.add(make_museum("Musée Horta"))

    response = show(desk, alice)

    text = text_of(response)
    for words in ("Alice Dupont", "18 or older", "alice@example.org", "Musée Horta", "Welcome desk", "Lien", "a chair"):
        assert words in text
    assert 'href="tel:+32-470-00-00-31"' in response.content.decode()
    assert 'href="mailto:alice@example.org"' in response.content.decode()


def test_evenings_to_come_past_and_no_longer_hers(desk, alice, evening):
    coming = place(alice, evening)
    past = make_evening(date(2026, 3, 12), published_at=NOW)
    before = make_evening(date(2026, 3, 19), published_at=NOW)
    came, missed = place(alice, past, arrived_at=NOW), place(alice, before, "Musée Horta", absent_at=NOW)
    gone = place(alice, make_evening(date(2026, 4, 2)), cancelled_at=NOW, cause="withdrew", reason="transport")

    found = page_of(desk, alice)
    text = text_of(show(desk, alice))

    assert [one.assignment for one in found.coming] == [coming]
    assert {(one.assignment, one.state) for one in found.past} == {(came, "arrived"), (missed, "absent")}
    assert [one.assignment for one in found.cancelled] == [gone]
    assert "3 evenings · came 1 time · missing 1 time" in text
    assert "withdrew Musée BELvue, welcome desk · History Tuesday 24 March, 10:00 · Transport" in text


def test_places_of_another_edition_are_on_its_own_page(desk, alice):
    autumn = make_edition("autumn")
    make_registration(alice, autumn)
    place(alice, make_evening(date(2026, 10, 1), edition=autumn, published_at=NOW))

    assert page_of(desk, alice).places == []
    assert len(desk.get(page("person", "autumn", alice.pk)).context["page"].coming) == 1
    assert page("person", "autumn", alice.pk) in show(desk, alice).content.decode()


def test_what_can_be_done_with_a_place_stands_beside_it(desk, alice, evening):
    first, draft = place(alice, evening), place(alice, make_evening(date(2026, 4, 2)), published_at=None)
    html = show(desk, alice).content.decode()

    assert page("assignment_confirm_by_phone", EDITION, first.pk) in html
    assert page("assignment_record_withdrawal", EDITION, first.pk) in html
    assert page("assignment_record_withdrawal", EDITION, draft.pk) not in html
    for one in (first, draft):
        assert page("assignment_remove", EDITION, one.pk) in html
        assert page("assignment_history", EDITION, one.pk) in html


def test_confirmed_by_phone_comes_back_to_her_page(desk, alice, evening):
    hers = place(alice, evening)

    response = desk.post(page("assignment_confirm_by_phone", EDITION, hers.pk), {"back": "person"})

    hers.refresh_from_db()
    assert hers.is_confirmed
    assert response["Location"] == page("person", EDITION, alice.pk)


def test_answers_are_noted_and_the_page_comes_back(desk, alice, evening):
    later = make_evening(date(2026, 4, 2))
    make_available(alice, later, "no")
    address = page("person_answers", EDITION, alice.pk)

    response = desk.post(address, {f"evening_{evening.pk}": "yes", f"evening_{later.pk}": "if_needed"})

    assert response["Location"] == page("person", EDITION, alice.pk)
    answers = dict(alice.registrations.get().availabilities.values_list("evening__date", "answer"))
    assert answers == {evening.date: "yes", later.date: "if_needed"}
    entry = Entry.objects.filter(verb="answered").first()
    assert (entry.actor_kind, User.objects.get(pk=entry.actor_id).is_coordinator) == ("user", True)


def test_an_evening_that_the_form_did_not_have_keeps_its_answer(desk, alice, evening):
    make_available(alice, evening, "yes")

    desk.post(page("person_answers", EDITION, alice.pk), {})

    assert alice.registrations.get().availabilities.get().answer == "yes"


def test_a_no_where_she_has_a_place_asks_what_becomes_of_it(desk, alice, evening):
    hers, later = place(alice, evening), make_evening(date(2026, 4, 2))
    sent = {f"evening_{evening.pk}": "no", f"evening_{later.pk}": "yes"}
    before = rows()

    response = desk.post(page("person_answers", EDITION, alice.pk), sent)

    assert response.status_code == 422
    text = text_of(response)
    assert "Alice has a place on an evening for which the answer is now no." in text
    assert "Thursday 26 March: no. And the place? Musée BELvue, welcome desk" in text
    assert text.index("And the place?") < text.index("Evenings to come")
    assert 'value="no" checked' in response.content.decode()
    assert 'value="yes" checked' in response.content.decode()
    assert rows() == before

    desk.post(page("person_answers", EDITION, alice.pk), {**sent, f"then_{evening.pk}": "cannot_come"})

    hers.refresh_from_db()
    assert hers.withdrew
    assert Search.objects.live().get().post == hers.post


def test_she_may_keep_the_place_all_the_same(desk, alice, evening):
    hers = place(alice, evening)
    sent = {f"evening_{evening.pk}": "no", f"then_{evening.pk}": "keeps_place"}

    desk.post(page("person_answers", EDITION, alice.pk), sent)

    hers.refresh_from_db()
    assert hers.is_active
    assert alice.registrations.get().availabilities.get().answer == "no"


def test_past_evenings_and_those_called_off_take_no_answer(desk, alice, evening):
    past, off = make_evening(date(2026, 3, 12)), make_evening(date(2026, 4, 2), called_off_at=NOW)
    make_available(alice, past, "yes", on_call_at=NOW)

    found = page_of(desk, alice)
    desk.post(page("person_answers", EDITION, alice.pk), {f"evening_{one.pk}": "no" for one in (past, off)})

    assert [one.evening for one in found.open_answers] == [evening]
    assert [(one.evening, one.words, one.is_on_call) for one in found.past_answers] == [(past, "Yes", True)]
    assert alice.registrations.get().availabilities.get().answer == "yes"


def test_asks_with_their_offers_and_answers_and_what_she_asked_for(desk, alice, evening):
    post = make_post(make_opening(evening))
    ask = Ask.objects.create(volunteer=alice, evening=evening, asked_at=NOW, stands_by_at=NOW)
    search = Search.objects.create(post=post, opened_at=NOW)
    Offer.objects.create(
        search=search, ask=ask, volunteer=alice, wave=1, rank=1, asked_at=NOW, answered_at=NOW, answer="late"
    )
    PlaceRequest.objects.create(post=post, volunteer=alice, asked_at=NOW)

    text = text_of(show(desk, alice))

    assert "Thursday 26 March asked on Tuesday 24 March, 10:00" in text
    assert "Yes, but the place was taken, 10:00" in text
    assert "Asked for a place Thursday 26 March, Musée BELvue, welcome desk waits for you" in text


def test_messages_that_wait_are_to_come_or_have_left(desk, alice, evening):
    facts = {"edition": evening.edition_id, "evening": evening.pk}
    hers = place(alice, evening)
    make_message(alice.user, about=hers, facts=facts, due=NOW + timedelta(days=1))
    make_message(alice.user, about=hers, facts=facts, due=NOW - timedelta(days=1), sent_at=NOW, subject="Bonjour")
    make_message(make_volunteer("Bob").user, about=hers, facts=facts, due=NOW + timedelta(days=1))
    actions.tell(hers, "assigned", due=NOW + timedelta(minutes=2), by=SYSTEM, now=NOW)

    found = page_of(desk, alice)

    waiting, planned = Message.objects.filter(user=alice.user, sent_at=None).order_by("due")
    assert [line.message for line in found.waiting.lines] == [waiting]
    assert [line.message for line in found.to_come] == [planned]
    assert [line.message.subject for line in found.left] == ["Bonjour"]


def test_what_has_left_or_was_left_out_stands_newest_first_by_the_date_that_is_shown(desk, alice, evening):
    hers, facts = place(alice, evening), {"edition": evening.edition_id, "evening": evening.pk}
    for kind, days, settled in (("eve", 2, "skipped_at"), ("changed", -9, "sent_at"), ("briefing", -3, "failed_at")):
        moment = {"eve": NOW - timedelta(days=5), "changed": NOW - timedelta(days=1)}.get(kind, NOW - timedelta(days=3))
        due = NOW + timedelta(days=days)
        make_message(alice.user, about=hers, facts=facts, due=due, subject=kind, **{settled: moment})

    left = page_of(desk, alice).left

    assert [line.message.subject for line in left] == ["changed", "briefing", "eve"]
    assert [line.at for line in left] == sorted((line.at for line in left), reverse=True)


def test_a_parents_message_stands_with_hers(desk, alice):
    facts = {"edition": make_edition().pk}
    make_message(address="luc@example.org", about=alice, facts=facts, due=NOW + timedelta(days=1))

    assert [line.message.address for line in page_of(desk, alice).to_come] == ["luc@example.org"]


def test_the_notices_say_which_version_she_read(desk, alice):
    old = make_notice()
    make_notice(version=2)
    make_notice(Notice.Kind.INFORMATION)
    Acknowledgement.objects.create(volunteer=alice, notice=old, language="fr", at=NOW)

    text = text_of(show(desk, alice))

    assert "Privacy notice an earlier version read on 24 March 2026" in text
    assert "Information note for volunteers not acknowledged yet" in text


def test_the_history_says_who_did_what_where(desk, alice, evening):
    lea = Actor.user(make_coordinator("max@example.org", first_name="Max"))
    hers = place(alice, evening)
    history.record("registered_person", alice, by=Actor("sign-up-link", 1), now=NOW)
    history.record("parent_consented", alice, by=Actor("parent-link", alice.pk), now=NOW, how="link")
    actions.confirm(hers, how="phone", by=lea, now=NOW)
    volunteers.set_availability(alice.registrations.get(), evening, "yes", by=lea, now=NOW)
    volunteers.write_note(alice, "Comes with her sister.", by=lea, now=NOW)

    lines = [(line.who, line.what, line.where, line.detail) for line in page_of(desk, alice).history]

    assert lines == [
        ("Max", "wrote a note", "", ""),
        ("Max", "noted the answer for an evening", "Thursday 26\u00a0March", "Yes"),
        ("Max", "confirmed", "Musée BELvue, welcome desk, Thursday 26\u00a0March", "by phone"),
        ("A parent", "noted a parent’s consent", "", "by the mail’s link"),
        ("Alice D.", "signed up", "", ""),
    ]


def test_a_note_is_written_shown_and_deleted(desk, alice):
    desk.post(page("person_note", EDITION, alice.pk), {"text": "Comes with\nher sister."})

    note = Note.objects.get()
    assert "Comes with her sister." in text_of(show(desk, alice))
    assert "Write as if this person reads it" in text_of(show(desk, alice))

    desk.post(page("person_note_delete", EDITION, alice.pk, note.pk))

    assert not Note.objects.exists()


def test_an_empty_note_and_one_that_is_too_long_get_a_sentence(desk, alice):
    empty = desk.post(page("person_note", EDITION, alice.pk), {"text": "  "})
    long = desk.post(page("person_note", EDITION, alice.pk), {"text": "x" * 1001})

    assert (empty.status_code, long.status_code) == (422, 422)
    assert "Write the note first." in text_of(empty)
    assert "1000 characters at most, you wrote 1001." in text_of(long)
    assert "x" * 1001 in long.content.decode()


def test_a_note_of_somebody_else_is_not_deleted_here(desk, alice):
    bob = make_volunteer("Bob")
    make_registration(bob, make_edition())
    note = volunteers.write_note(bob, "Kind.", by=Actor.user(make_coordinator("max@example.org")), now=NOW)

    assert desk.post(page("person_note_delete", EDITION, alice.pk, note.pk)).status_code == 404
    assert Note.objects.exists()


def test_a_record_that_was_merged_leads_to_the_one_that_stayed(desk, alice):
    other = make_volunteer("Alix", merged_into=alice)

    response = show(desk, other)

    assert (response.status_code, response["Location"]) == (302, page("person", EDITION, alice.pk))
    stranger = make_volunteer("Bob", merged_into=make_volunteer("Carol"))
    assert show(desk, stranger).status_code == 404


def filled(**fields):
    form = {"first_name": "Camille", "phone": "0470 99 00 31", "email": "camille@example.org", "age_group": "18+"}
    return {**form, "language": "fr", **fields}


def test_somebody_is_added_by_hand_and_her_page_follows(desk, alice):
    response = desk.post(page("person_add", EDITION), filled(), follow=True)

    camille = Volunteer.objects.get(first_name="Camille")
    assert response.redirect_chain[-1][0] == page("person", EDITION, camille.pk)
    assert "Camille is added and welcome." in text_of(response)
    assert str(camille.phone) == "+32470990031"
    assert "will be sent at 10:02" in text_of(response)


def test_who_has_the_address_is_named_with_the_way_to_her_page(desk, alice):
    response = desk.post(page("person_add", EDITION), filled(email="ALICE@example.org", phone=""))

    assert response.status_code == 422
    assert "Alice Dupont has this address already." in text_of(response)
    assert f'href="{page("person", EDITION, alice.pk)}"' in response.content.decode()
    assert 'name="same"' not in response.content.decode()
    assert 'value="Camille"' in response.content.decode()


def test_a_number_that_is_wrong_or_missing_asks_about_nobody_else(desk, alice):
    for typed in ("04999", ""):
        response = desk.post(page("person_add", EDITION), filled(phone=typed, email=""))

        assert response.status_code == 422
        assert 'name="another"' not in response.content.decode()


def test_who_has_the_number_is_named_and_a_tick_adds_somebody_else(desk, alice):
    sent = filled(phone="+32 470 00 00 31")
    response = desk.post(page("person_add", EDITION), sent)

    assert "Alice Dupont has this number already." in text_of(response)
    assert 'name="another"' in response.content.decode()

    desk.post(page("person_add", EDITION), {**sent, "another": "on"})

    assert Volunteer.objects.filter(phone="+32470000031").count() == 2


def test_who_is_known_from_another_edition_is_registered_with_one_tick(desk, alice):
    bob = make_volunteer("Bob", email="bob@example.org")
    make_registration(bob, make_edition("autumn"))
    sent = filled(email="bob@example.org", with_whom="Lien")

    response = desk.post(page("person_add", EDITION), sent)

    html = response.content.decode()
    assert page("person", "autumn", bob.pk) in html
    assert f'name="known" value="{bob.pk}"' in html

    desk.post(page("person_add", EDITION), {**sent, "known": bob.pk, "same": "on"})

    bob.refresh_from_db()
    assert (bob.first_name, bob.registrations.get(edition__slug=EDITION).with_whom) == ("Bob", "Lien")


def test_under_18_a_parent_is_asked_and_the_page_says_that_she_waits(desk, alice):
    young = filled(age_group="16-17", parent_name="Luc", parent_email="luc@example.org")

    response = desk.post(page("person_add", EDITION), young, follow=True)

    assert "Camille is added, and waits until a parent has agreed." in text_of(response)
    assert "no parent’s consent yet" in text_of(response)


def change(volunteer, **fields):
    form = {"first_name": "Alice", "last_name": "Dupont", "phone": "0470 00 00 31", "email": "alice@example.org"}
    return {**form, "age_group": "18+", "language": "fr", "most_evenings": "3", "with_whom": "Lien", **fields}


def test_how_she_heard_about_us_stands_on_her_page_and_is_changed_by_hand(desk, alice):
    alice.registrations.update(heard="museum")
    assert "Heard about us From a museum" in text_of(desk.get(page("person", EDITION, alice.pk)))

    desk.post(page("person_edit", EDITION, alice.pk), change(alice, heard="friend"))

    assert alice.registrations.get().heard == "friend"
    assert "how they heard about us" in text_of(desk.get(page("person", EDITION, alice.pk)))


def test_a_persons_facts_are_changed(desk, alice):
    response = desk.post(page("person_edit", EDITION, alice.pk), change(alice, last_name="Durand", arrange="a chair"))

    alice.refresh_from_db()
    assert response["Location"] == page("person", EDITION, alice.pk)
    assert (alice.last_name, alice.link_version) == ("Durand", 1)


def test_another_address_says_that_her_links_are_new(desk, alice, evening):
    hers = place(alice, evening)

    response = desk.post(page("person_edit", EDITION, alice.pk), change(alice, email="a@example.org"), follow=True)

    hers.refresh_from_db()
    assert "Saved. The links are new." in text_of(response)
    assert "will be sent at 10:02" in text_of(response)
    assert hers.link_version == 2


def test_an_address_of_somebody_else_keeps_what_was_typed(desk, alice):
    bob = make_volunteer("Bob", email="bob@example.org")
    make_registration(bob, make_edition())

    response = desk.post(
        page("person_edit", EDITION, alice.pk), change(alice, email="bob@example.org", first_name="Alix")
    )

    html = response.content.decode()
    assert response.status_code == 422
    assert "Bob Dupont has this address already." in text_of(response)
    assert page("person", EDITION, bob.pk) in html
    assert 'value="Alix"' in html
    assert "<title>Alice Dupont" in html
    assert User.objects.filter(email="alice@example.org").exists()


def test_the_form_to_change_somebody_shows_what_is_known(desk, alice):
    html = desk.get(page("person_edit", EDITION, alice.pk)).content.decode()

    assert 'value="+32 470 00 00 31"' in html
    assert 'value="alice@example.org"' in html
    assert "a chair" in html
    assert 'name="on_paper"' not in html


@pytest.mark.parametrize("name", ["person", "person_edit"])
def test_somebody_of_another_edition_is_not_found(desk, name):
    bob = make_volunteer("Bob")
    make_registration(bob, make_edition("autumn"))
    make_edition()

    assert desk.get(page(name, EDITION, bob.pk)).status_code == 404


def test_more_of_everything_takes_no_more_queries(desk, alice):
    def one_more(week):
        evening = make_evening(date(2026, 3, 26) + timedelta(weeks=week), published_at=NOW)
        hers = place(alice, evening)
        make_available(alice, evening, "yes")
        ask = Ask.objects.create(volunteer=alice, evening=evening, asked_at=NOW)
        search = Search.objects.create(post=hers.post, opened_at=NOW)
        Offer.objects.create(search=search, ask=ask, volunteer=alice, wave=1, rank=1, asked_at=NOW)
        PlaceRequest.objects.create(post=hers.post, volunteer=alice, asked_at=NOW)
        actions.confirm(hers, how="phone", by=SYSTEM, now=NOW)
        make_message(alice.user, about=hers, facts={"edition": evening.edition_id}, due=NOW + timedelta(days=1))
        actions.tell(hers, "assigned", due=NOW + timedelta(minutes=2), by=SYSTEM, now=NOW)
        volunteers.write_note(alice, "Kind.", by=Actor.user(User.objects.get(is_coordinator=True)), now=NOW)

    one_more(0)
    few = queries_of(desk, page("person", EDITION, alice.pk))
    for week in range(1, 10):
        one_more(week)

    assert queries_of(desk, page("person", EDITION, alice.pk)) == few
    assert Registration.objects.count() == 1
