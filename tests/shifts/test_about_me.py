"""What the product knows about somebody, as a file for herself: all of it, and nothing about others."""

import json
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import translation

from messaging import actions as messaging
from messaging import kinds
from messaging.models import Message
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Visit
from shifts import actions
from shifts.models import Ask, Assignment, Call, Disruption, LeftOut, Offer, PlaceRequest, Reserve, StillComing, Swap
from shifts.pages.about_me import LEFT_OUT, LEFT_OUT_ROWS, about_me
from shifts.pages.her_mails import NOT_TO_HER, TO_HER
from tests.factories import (
    NOW,
    make_assignment,
    make_coordinator,
    make_edition,
    make_language,
    make_museum,
    make_registration,
    make_role,
    make_volunteer,
)
from tests.messaging.factories import make_message
from tests.shifts.searches import at as hour
from tests.shifts.searches import make_people, make_withdrawal, post_at, published_evening, sweep
from tests.volunteers.data import make_answers
from volunteers import actions as volunteers
from volunteers.models import Acknowledgement, Note, Notice, Registration, SignUp, Volunteer

pytestmark = pytest.mark.django_db

# Every kind of row that concerns somebody, and where in the document it stands.
SECTIONS = {
    "nocturnes.User": lambda found: [found["account"]],
    "account.EmailAddress": lambda found: found["account"]["addresses"],
    "mfa.Authenticator": lambda found: found["account"]["passkeys"],
    "nocturnes.Visit": lambda found: found["account"]["read_the_changes_until"],
    "volunteers.Volunteer": lambda found: [found["person"]],
    "volunteers.Registration": lambda found: found["registrations"],
    "volunteers.Availability": lambda found: found["registrations"][0]["answers"],
    "volunteers.SignUp": lambda found: found["sign_ups"],
    "volunteers.Acknowledgement": lambda found: found["notices"],
    "volunteers.Note": lambda found: found["notes"],
    "shifts.Assignment": lambda found: found["places"],
    "shifts.PlaceRequest": lambda found: found["requests"],
    "shifts.StillComing": lambda found: found["asked_whether_still_coming"],
    "shifts.Swap": lambda found: found["swaps"],
    "shifts.Call": lambda found: found["calls"],
    "shifts.LeftOut": lambda found: found["left_out_of"],
    "shifts.Reserve": lambda found: found["reserves"],
    "shifts.Ask": lambda found: found["asked"],
    "shifts.Offer": lambda found: found["asked"][0]["offers"],
    "messaging.Message": lambda found: found["messages"],
}
# What points to her and is said in another way than by a row of its own.
IN_WORDS = {
    "nocturnes.Evening.lead": lambda found: found["account"]["evenings_on_duty"],
    "volunteers.Volunteer.merged_into": lambda found: found["person"]["merged_records"],
}


@pytest.fixture
def alice():
    """Somebody of whom there is a row of every kind; beside her Bob, Carol and the coordinator Léa."""
    evening = published_evening()
    lea = make_coordinator()
    alice, bob, _carol = make_people(evening, "Alice", "Bob", "Carol")
    person_rows(alice, lea)
    post = post_at(evening, "BELvue", places=3)
    make_assignment(post, bob)
    make_withdrawal(post, now=hour(24, 10))
    sweep(hour(24, 10, 30))
    place = actions.accept_offer(Offer.objects.get(volunteer=alice), by=Actor.volunteer_link(alice), now=hour(24, 11))
    PlaceRequest.objects.create(post=post_at(evening, "Horta"), volunteer=alice, asked_at=NOW)
    actions.mark(place, arrived=True, by=Actor.museum_link(post.opening.museum), now=place.report_at)
    actions.propose_swap(place, bob, theirs=None, by=Actor.volunteer_link(alice), now=hour(24, 12))
    actions.phoned(post, alice, answer=Call.Answer.NONE, by=Actor.user(lea), now=hour(24, 10))
    elsewhere = actions.open_search(post_at(evening, "MIM"), by=Actor.user(lea), now=hour(24, 12))
    actions.leave_out(elsewhere, alice, by=Actor.user(lea), now=hour(24, 12))
    strike = Disruption.objects.create(evening=evening, why="strike", text_fr="Grève", asked_at=NOW, asked_by=lea)
    StillComing.objects.create(disruption=strike, assignment=place)
    Reserve.objects.create(evening=evening, volunteer=alice, proposed_at=NOW, proposed_by=lea)
    evening.lead = alice.user
    evening.save()
    for message in Message.objects.filter(user=alice.user):
        messaging.record_as_sent(message, now=hour(24, 11))
    return alice


def person_rows(alice, lea):
    make_language("nl")
    alice.languages.add(make_language("nl"))
    alice.not_at.add(make_museum("Musée Fermé"))
    registration = alice.registrations.get()
    registration.roles.add(make_role("cloakroom", name_fr="Vestiaire"))
    registration.museums.add(make_museum("Musée Connu"))
    notice = Notice.objects.create(kind="privacy", version=1, text_fr="…", text_nl="…", since=NOW)
    Acknowledgement.objects.create(volunteer=alice, notice=notice, language="fr", at=NOW)
    Note.objects.create(volunteer=alice, text="Prefers the door", written_at=NOW, written_by=lea)
    email = alice.user.email
    SignUp.objects.create(edition=make_edition(), email=email, language="fr", data=make_answers(), created_at=NOW)
    EmailAddress.objects.create(user=alice.user, email=email, verified=True, primary=True)
    Authenticator.objects.create(user=alice.user, type="webauthn", data={"credential": "secret-key"})
    Visit.objects.create(user=alice.user, edition=make_edition(), read_until=NOW)
    volunteers.set_may_be_asked(registration, True, by=Actor.user(lea), now=NOW)
    volunteers.pause(registration, by=Actor.user(lea), now=NOW)
    volunteers.resume(registration, by=Actor.user(lea), now=NOW)


def document(volunteer):
    with translation.override("en"):
        return about_me(Volunteer.objects.get(pk=volunteer.pk), now=NOW)


def columns(model):
    named = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return {field.name for field in named if f"{model._meta.label}.{field.name}" not in LEFT_OUT}


def models():
    known = [
        Volunteer,
        Registration,
        Assignment,
        Ask,
        Offer,
        PlaceRequest,
        Reserve,
        StillComing,
        Swap,
        Call,
        LeftOut,
        Note,
        Acknowledgement,
        SignUp,
        Message,
    ]
    return [*known, *(relation.related_model for relation in Registration._meta.related_objects)]


def pointing(model):
    """Whatever points to rows of `model`, "model.field", but the tables that hold its own many-to-many fields."""
    fields = model._meta.get_fields(include_hidden=True)
    found = [one for one in fields if (one.one_to_many or one.one_to_one) and one.auto_created]
    return {(one.related_model._meta, one.field.name) for one in found if not one.related_model._meta.auto_created}


def test_every_row_that_points_to_her_is_in_it_or_left_out_for_a_reason():
    """A model that comes later fails here until somebody decided."""
    people = [Volunteer, alice_model(), *models()]
    found = {(meta.label, name) for model in people for meta, name in pointing(model)}

    unsaid = {f"{label}.{name}" for label, name in found if label not in SECTIONS}

    assert unsaid | {"volunteers.Volunteer.accepted_by", "volunteers.Note.written_by"} <= {*LEFT_OUT_ROWS, *IN_WORDS}
    assert all(LEFT_OUT_ROWS.values())


def alice_model():
    return Volunteer._meta.get_field("user").related_model


def test_every_column_of_hers_is_in_it_or_left_out_for_a_reason(alice):
    found = document(alice)

    for label, rows in SECTIONS.items():
        assert rows(found), f"no row of {label} to look at"
        model = next(model for model in all_models() if model._meta.label == label)
        assert columns(model) <= set(rows(found)[0]), label
    assert all(LEFT_OUT.values())


def all_models():
    return [*models(), alice_model(), EmailAddress, Authenticator, Visit]


def test_what_is_left_out_exists():
    known = {f"{model._meta.label}.{field.name}" for model in all_models() for field in model._meta.concrete_fields}

    assert set(LEFT_OUT) <= known


def test_it_says_what_we_know_in_plain_values(alice):
    found = document(alice)

    assert found["account"]["email"] == alice.user.email
    assert found["person"]["languages"] == ["nl"]
    assert found["person"]["not_at"] == ["Musée Fermé"]
    assert found["registrations"][0]["museums"] == ["Musée Connu"]
    assert found["registrations"][0]["answers"][0]["answer"] == "yes"
    assert found["notes"][0]["text"] == "Prefers the door"
    assert found["places"][0]["post"]["museum"] == "BELvue"
    assert found["places"][0]["post"]["report_at"] == "2026-03-26T17:30:00+01:00"
    assert found["places"][0]["arrived_at"]
    assert found["asked"][0]["offers"][0]["answer"] == "yes"
    assert "said yes for that evening" in found["asked"][0]["offers"][0]["reasons"].lower()
    assert any("BELvue" in message["text"] for message in found["messages"])
    assert found["account"]["evenings_on_duty"] == ["2026-03-26"]


def test_the_history_is_in_words_and_names_nobody(alice):
    history = [(line["who"], line["what"]) for line in document(alice)["history"]]

    assert ("you", "said yes and has the place") in history
    assert ("a coordinator", "changed whether we may ask") not in history  # nothing changed: no line
    assert ("a coordinator", "paused this person") in history
    assert any(who == "a museum" for who, _what in history)


def test_it_says_nothing_about_others(alice):
    """Somebody else stands in the mails that she got, so there is something to leak."""
    stored = "".join(Message.objects.filter(user=alice.user).values_list("text", flat=True))
    assert "Bob D." in stored

    text = json.dumps(document(alice), ensure_ascii=False)

    for name in ("Bob", "Carol", "Inès", "lea@example.org", "secret-key"):
        assert name not in text
    assert "Avec …" in text


def test_a_name_that_changed_since_stands_in_no_mail_either(alice):
    Volunteer.objects.filter(first_name="Bob").update(first_name="Robert")

    assert "Bob" not in json.dumps(document(alice), ensure_ascii=False)


def test_a_team_mate_who_is_named_in_passing_is_not_either(alice):
    facts = {"edition": make_edition().pk}
    words = {"subject": "Bob D. is new", "text": "Ask Bob D. there."}
    make_message(alice.user, kind="changed", facts=facts, sent_at=NOW, **words)

    message = next(one for one in document(alice)["messages"] if "is new" in one["subject"])

    assert (message["subject"], message["text"]) == ("… is new", "Ask … there.")


def test_a_name_is_no_part_of_another_word(alice):
    make_assignment(alice.assignments.get().post, make_volunteer("Jan", last_name=""))
    make_message(alice.user, kind="published", sent_at=NOW, text="Januari, Jansstraat 3. Vraag naar Jan.")

    (message,) = [one for one in document(alice)["messages"] if "Vraag" in one["text"]]

    assert message["text"] == "Januari, Jansstraat 3. Vraag naar …."


def test_links_in_mails_that_open_her_pages_are_taken_out(alice):
    text = json.dumps(document(alice))
    stored = "".join(Message.objects.filter(user=alice.user).values_list("text", flat=True))
    token = stored.split("/link/assignment/")[1].split("/")[0]

    assert token not in text
    assert "/link/assignment/" in text


def test_of_a_mail_about_others_only_its_times_are_in_it(alice):
    facts = {"edition": make_edition().pk}
    make_message(alice.user, kind="withdrawn", facts=facts, sent_at=NOW, subject="Bob", text="Bob cannot come")

    message = next(one for one in document(alice)["messages"] if one["kind"] == "withdrawn")

    assert (message["subject"], message["text"]) == ("", "")
    assert message["sent_at"] == NOW.isoformat()


def test_whose_text_is_hers_to_read_was_decided_for_every_kind():
    assert {name for name in kinds.names() if not name.startswith("test")} <= TO_HER | set(NOT_TO_HER)
    assert not TO_HER & set(NOT_TO_HER)


def test_what_was_merged_into_her_record_is_hers_too(alice):
    other = make_volunteer("Alicia")
    registration = make_registration(other)
    volunteers.set_may_be_asked(registration, False, by=SYSTEM, now=NOW)

    actions.merge(alice, other, by=SYSTEM, now=NOW)

    found = document(alice)
    assert found["person"]["merged_records"] == [other.pk]
    assert ["volunteers.registration", registration.pk] in [line["about"] for line in found["history"]]


def test_the_file_is_hers_alone_and_kept_by_no_cache(alice, client, at):
    at(NOW + timedelta(days=3))
    url = reverse("mine_data", args=[make_edition().slug])
    assert client.get(url).status_code == 302
    client.force_login(alice.user)

    response = client.get(url)

    assert response.json()["account"]["email"] == alice.user.email
    assert response["Content-Disposition"] == 'attachment; filename="nocturnes.json"'
    assert response["Cache-Control"] == "no-store"
    assert client.post(url).status_code == 405


def test_markup_that_somebody_typed_stays_text_wherever_the_file_is_opened(alice, client, at):
    at(NOW)
    Volunteer.objects.filter(pk=alice.pk).update(last_name="</script><b>")
    client.force_login(alice.user)

    response = client.get(reverse("mine_data", args=[make_edition().slug]))

    assert b"<" not in response.content
    assert response.json()["person"]["last_name"] == "</script><b>"


def test_her_profile_leads_there(alice, client, at):
    at(NOW)
    client.force_login(alice.user)

    page = client.get(reverse("mine_profile", args=[make_edition().slug])).content.decode()

    assert reverse("mine_data", args=[make_edition().slug]) in page
