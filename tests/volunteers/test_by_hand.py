import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import translation

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import links
from nocturnes.history import Actor
from nocturnes.models import Entry, User
from tests.factories import (
    make_coordinator,
    make_language,
    make_museum,
    make_registration,
    make_role,
    make_volunteer,
)
from volunteers import actions
from volunteers.desk_forms import PersonForm, facts_of
from volunteers.models import Note, Registration, Volunteer

from .data import NOW, make_season

pytestmark = pytest.mark.django_db


@pytest.fixture
def lea():
    return Actor.user(make_coordinator())


@pytest.fixture
def edition():
    return make_season()[0]


def said(**fields):
    """What a coordinator typed, cleaned."""
    return {
        "first_name": "Camille",
        "last_name": "Lambert",
        "email": "camille@example.org",
        "phone": "+32470990031",
        "age_group": "18+",
        "parent_name": "",
        "parent_email": "",
        "language": "nl",
        "languages": [],
        "most_evenings": 3,
        "roles": [],
        "museums": [],
        "with_whom": "Lien",
        "arrange": "",
        "heard": "poster",
        "may_be_asked": True,
        **fields,
    }


def young(**fields):
    return said(**{"age_group": "16-17", "parent_name": "Anne", "parent_email": "anne@example.org", **fields})


def said_of(registration, **fields):
    """What the form to change somebody sends when nothing but `fields` is touched."""
    registration = Registration.objects.get(pk=registration.pk)
    form = PersonForm({**facts_of(registration), **fields}, edition=registration.edition, registration=registration)
    assert form.is_valid(), form.errors
    return form.cleaned_data


def test_somebody_added_by_hand_is_registered_and_accepted_at_once(lea, edition):
    role, museum, dutch = make_role(), make_museum(), make_language("nl")

    registration = actions.add_by_hand(
        edition, said(roles=[role], museums=[museum], languages=[dutch]), by=lea, now=NOW
    )

    camille = registration.volunteer
    assert (camille.full_name, camille.user.email, camille.user.language) == (
        "Camille Lambert",
        "camille@example.org",
        "nl",
    )
    assert list(Volunteer.objects.accepted()) == [camille]
    camille.refresh_from_db()
    assert camille.accepted_by_id == lea.id
    assert (registration.most_evenings, registration.with_whom, registration.may_be_asked) == (3, "Lien", True)
    assert registration.heard == "poster"
    assert [*registration.roles.all(), *registration.museums.all(), *camille.languages.all()] == [role, museum, dutch]
    assert not camille.acknowledgements.exists()


def test_her_welcome_waits_for_the_undo_and_has_the_link_to_her_page(lea, edition):
    registration = actions.add_by_hand(edition, said(), by=lea, now=NOW)

    message = Message.objects.get()
    assert (message.kind, message.recipient, message.due) == (
        "welcome",
        "camille@example.org",
        NOW + edition.rules.undo,
    )
    token = links.token("evenings", registration.volunteer)
    assert token in messaging.render(message, now=NOW).text


def test_without_an_address_her_welcome_is_a_call_to_make(lea, edition):
    actions.add_by_hand(edition, said(email=""), by=lea, now=NOW)

    assert User.objects.get(volunteer__isnull=False).email is None
    assert Message.objects.to_phone().get().kind == "welcome"


def test_two_people_without_an_address_are_two(lea, edition):
    actions.add_by_hand(edition, said(email=""), by=lea, now=NOW)

    actions.add_by_hand(edition, said(email="", phone="+32470990032"), by=lea, now=NOW)

    assert Volunteer.objects.count() == 2


def test_a_known_address_names_who_has_it_and_adds_nobody(lea, edition):
    alice = make_volunteer(email="camille@example.org")

    with pytest.raises(actions.AddressIsKnown) as refused:
        actions.add_by_hand(edition, said(), by=lea, now=NOW)

    assert refused.value.volunteer == alice
    with translation.override("en"):
        assert str(refused.value) == "Alice Dupont has this address already."
    assert Volunteer.objects.count() == 1


def test_a_known_number_asks_whether_it_is_somebody_else(lea, edition):
    alice = make_volunteer(phone="+32470990031")

    with pytest.raises(actions.NumberIsKnown) as refused:
        actions.add_by_hand(edition, said(), by=lea, now=NOW)
    assert refused.value.volunteer == alice
    assert Volunteer.objects.count() == User.objects.filter(is_coordinator=False).count() == 1

    actions.add_by_hand(edition, said(), another=True, by=lea, now=NOW)

    assert Volunteer.objects.filter(phone="+32470990031").count() == 2


def test_somebody_of_the_team_can_help_too(lea, edition):
    registration = actions.add_by_hand(edition, said(email="lea@example.org"), by=lea, now=NOW)

    assert registration.volunteer.user_id == lea.id


def test_who_is_known_from_another_edition_is_registered_as_she_is(lea, edition):
    alice = make_volunteer()
    make_registration(alice, make_season(slug="autumn")[0])

    registration = actions.add_by_hand(edition, said(), known=alice, by=lea, now=NOW)

    alice.refresh_from_db()
    assert (registration.volunteer, registration.with_whom, alice.first_name) == (alice, "Lien", "Alice")
    assert alice.registrations.count() == 2


def test_who_is_registered_already_keeps_her_registration(lea, edition):
    registration = make_registration(make_volunteer(), edition, with_whom="Bob")

    assert actions.add_by_hand(edition, said(), known=registration.volunteer, by=lea, now=NOW) == registration

    registration.refresh_from_db()
    assert registration.with_whom == "Bob"


def test_who_is_blocked_is_not_registered_by_hand(lea, edition):
    alice = make_volunteer(blocked_at=NOW)

    with pytest.raises(actions.IsBlocked):
        actions.add_by_hand(edition, said(), known=alice, by=lea, now=NOW)

    assert not Registration.objects.exists()


def test_under_18_a_parent_is_asked_and_she_waits(lea, edition):
    registration = actions.add_by_hand(edition, young(), by=lea, now=NOW)

    message = Message.objects.get()
    assert (message.kind, message.recipient) == ("parent_consent", "anne@example.org")
    assert list(Volunteer.objects.to_welcome()) == [registration.volunteer]


def test_under_18_with_a_consent_on_paper_she_is_accepted(lea, edition):
    registration = actions.add_by_hand(edition, young(parent_email=""), on_paper=True, by=lea, now=NOW)

    assert list(Volunteer.objects.accepted()) == [registration.volunteer]
    assert Volunteer.objects.get().parent_consented_at == NOW


def test_a_change_is_kept_and_the_history_names_the_fields_alone(lea, edition):
    registration = make_registration(make_volunteer("Alice", "Dupont"), edition)
    role = make_role()

    changed = actions.change_person(
        registration,
        said_of(registration, first_name="Alix", most_evenings="2", roles=[role.pk]),
        by=lea,
        now=NOW,
    )

    alix = Volunteer.objects.get()
    registration.refresh_from_db()
    assert (alix.first_name, alix.user.first_name) == ("Alix", "Alix")
    assert (registration.most_evenings, list(registration.roles.all())) == (2, [role])
    assert changed == ["first_name", "most_evenings", "roles"]
    assert Entry.objects.get(verb="changed_person").data == {"fields": changed}
    assert alix.link_version == 1


def test_nothing_changed_writes_nothing(lea, edition):
    registration = make_registration(make_volunteer(languages=[make_language()]), edition, may_be_asked=False)

    assert actions.change_person(registration, said_of(registration), by=lea, now=NOW) == []

    assert not Entry.objects.exists()


def test_a_new_address_renews_her_links_ends_her_sessions_and_gets_the_new_link(lea, edition, client, at):
    at(NOW)
    alice = make_volunteer(email="wrong@example.org")
    registration = make_registration(alice, edition)
    old = links.token("evenings", alice)
    client.force_login(alice.user)

    actions.change_person(registration, said_of(registration, email="right@example.org"), by=lea, now=NOW)

    alice.refresh_from_db()
    message = Message.objects.get()
    assert (alice.user.email, alice.link_version) == ("right@example.org", 2)
    assert client.get(reverse("evenings", args=[old])).status_code == 410
    assert client.get(reverse("mine", args=[edition.slug])).status_code == 302
    assert (message.kind, message.recipient, message.due) == (
        "new_address",
        "right@example.org",
        NOW + edition.rules.undo,
    )
    assert links.token("evenings", alice) in messaging.render(message, now=NOW).text


def test_a_first_address_renews_nothing(lea, edition):
    alice = make_volunteer()
    User.objects.filter(pk=alice.user_id).update(email=None)
    registration = make_registration(alice, edition)

    actions.change_person(registration, said_of(registration, email="alice@example.org"), by=lea, now=NOW)

    alice.refresh_from_db()
    assert (alice.user.email, alice.link_version) == ("alice@example.org", 1)


def test_an_address_that_is_taken_away_leaves_calls_to_make(lea, edition):
    registration = make_registration(make_volunteer(), edition)

    actions.change_person(registration, said_of(registration, email=""), by=lea, now=NOW)

    assert User.objects.get(volunteer=registration.volunteer).email is None
    assert not Message.objects.exists()


def test_an_address_of_somebody_else_is_refused_and_nothing_is_changed(lea, edition):
    bob = make_volunteer("Bob", email="bob@example.org")
    registration = make_registration(make_volunteer("Alice"), edition)
    new = said_of(registration, email="bob@example.org", first_name="Alix")

    with pytest.raises(actions.AddressIsKnown) as refused:
        actions.change_person(registration, new, by=lea, now=NOW)

    assert refused.value.volunteer == bob
    assert sorted(Volunteer.objects.values_list("first_name", flat=True)) == ["Alice", "Bob"]


def test_an_address_of_the_team_is_refused(lea, edition):
    registration = make_registration(make_volunteer("Alice"), edition)

    with pytest.raises(actions.AddressIsOfTheTeam):
        actions.change_person(registration, said_of(registration, email="lea@example.org"), by=lea, now=NOW)


def test_a_number_of_somebody_else_needs_a_word(lea, edition):
    bob = make_volunteer("Bob")
    registration = make_registration(make_volunteer("Alice"), edition)
    new = said_of(registration, phone=str(bob.phone))

    with pytest.raises(actions.NumberIsKnown):
        actions.change_person(registration, new, by=lea, now=NOW)

    assert actions.change_person(registration, new, another=True, by=lea, now=NOW) == ["phone"]


def test_another_parent_is_asked_instead(lea, edition):
    registration = actions.add_by_hand(edition, young(), by=lea, now=NOW)

    actions.change_person(registration, said_of(registration, parent_email="luc@example.org"), by=lea, now=NOW)

    assert dict(Message.objects.values_list("address", "skipped_at")) == {
        "anne@example.org": NOW,
        "luc@example.org": None,
    }


def test_a_parent_who_consented_stays(lea, edition):
    parent = {"parent_name": "Luc", "parent_email": "l@x.org", "parent_consented_at": NOW}
    zoe = make_volunteer("Zoé", email="zoe@example.org", age_group="16-17", **parent)
    registration = make_registration(zoe, edition)

    actions.change_person(registration, said_of(registration, parent_email="other@example.org"), by=lea, now=NOW)

    zoe.refresh_from_db()
    assert (zoe.parent_email, zoe.parent_consented_at) == ("l@x.org", NOW)
    assert not Message.objects.exists()


def test_a_note_is_kept_with_who_wrote_it_and_the_history_does_not_repeat_it(lea):
    alice = make_volunteer()

    note = actions.write_note(alice, "Comes with her sister.", by=lea, now=NOW)

    assert (note.written_by_id, note.written_at) == (lea.id, NOW)
    entry = Entry.objects.about(alice).get()
    assert (entry.verb, entry.data) == ("noted", {"note": note.pk})


def test_a_second_click_writes_no_second_note(lea):
    alice, max_ = make_volunteer(), Actor.user(make_coordinator("max@example.org"))

    notes = [actions.write_note(alice, "Kind.", by=by, now=NOW) for by in (lea, lea, max_, lea)]

    assert len({note.pk for note in notes}) == 3


def test_a_note_is_deleted_once(lea):
    note = actions.write_note(make_volunteer(), "Comes with her sister.", by=lea, now=NOW)

    actions.delete_note(note, by=lea, now=NOW)
    actions.delete_note(note, by=lea, now=NOW)

    assert not Note.objects.exists()
    assert Entry.objects.filter(verb="deleted_note").count() == 1


def test_no_session_is_ended_by_another_change(lea, edition, client):
    registration = make_registration(make_volunteer(), edition)
    client.force_login(registration.volunteer.user)

    actions.change_person(registration, said_of(registration, first_name="Alix"), by=lea, now=NOW)

    assert Session.objects.count() == 1
    assert client.get(reverse("mine", args=[edition.slug])).status_code == 200
