"""Merging two records of one person: nothing of either is lost, and nothing is said or held twice."""

from datetime import date, time, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import translation

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import links
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry, User
from shifts import actions
from shifts.actions import places
from shifts.actions.people.merge import BothAreThere, IsTheCoordinators, OneIsBlocked, SameRecord
from shifts.models import Ask, Assignment, Call, LeftOut, Offer, PlaceRequest, Search
from shifts.pages.person_history import of_person
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_edition,
    make_evening,
    make_language,
    make_museum,
    make_registration,
    make_role,
    make_volunteer,
)
from tests.messaging.factories import make_message
from tests.shifts.pages import link
from tests.shifts.searches import at, make_people, make_withdrawal, open_search, post_at, published_evening, sweep
from volunteers import actions as volunteers
from volunteers.actions import RecordHasMoved
from volunteers.models import Acknowledgement, AgeGroup, Note, Notice, Registration, SignUp, Volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture
def evening():
    return published_evening()


@pytest.fixture
def keep():
    return make_volunteer("Zoé", "Peeters", email="zoe@example.org")


@pytest.fixture
def other():
    return make_volunteer("Zoë", "Peeters", email="old@example.org")


def merged(keep, other, **words):
    actions.merge(keep, other, **{"by": SYSTEM, "now": NOW, **words})
    keep.refresh_from_db()
    other.refresh_from_db()
    return keep


def early(evening):
    return post_at(evening, "Horta", report=time(13), starts=time(13), ends=time(15))


# What lies on posts.


def test_places_past_to_come_and_given_back_become_hers_and_the_counters_stay(evening, keep, other):
    post, elsewhere = post_at(evening), early(evening)
    make_assignment(post, keep)
    make_assignment(elsewhere, other)
    gone = make_assignment(post_at(evening, "MIM"), other)
    actions.withdraw(gone, by=SYSTEM, now=NOW)

    merged(keep, other)

    assert keep.assignments.count() == 3
    assert not other.assignments.exists()
    for row in (post, elsewhere):
        row.refresh_from_db()
        assert row.taken == row.assignments.active().count() == 1


def test_two_places_at_the_same_time_are_refused_by_name_and_nothing_changes(evening, keep, other):
    make_assignment(post_at(evening, "BELvue"), keep)
    make_assignment(post_at(evening, "Horta"), other)

    with pytest.raises(BothAreThere) as refusal:
        merged(keep, other)

    assert "BELvue / Horta, 26\u00a0mars 2026" in str(refusal.value)
    other.refresh_from_db()
    assert other.merged_into is None
    assert other.assignments.active().exists()


def test_of_two_offers_of_one_search_the_answered_one_is_left(evening, keep, other):
    make_available(keep, evening)
    make_available(other, evening)
    post = post_at(evening)
    _, search = make_withdrawal(post, now=at(24, 10))
    sweep(at(24, 10, 30))
    actions.decline(Ask.objects.get(volunteer=other), other_post=True, by=SYSTEM, now=at(24, 11))

    merged(keep, other, now=at(24, 12))

    assert search.offers.get(volunteer=keep).answer == Offer.Answer.OTHER
    assert search.offers.count() == 1


def test_a_yes_stays_whichever_record_said_it(evening, keep, other):
    make_available(keep, evening)
    make_available(other, evening)
    post = post_at(evening)
    _, search = make_withdrawal(post, now=at(24, 10))
    sweep(at(24, 10, 30))
    actions.accept_offer(search.offers.get(volunteer=other), by=SYSTEM, now=at(24, 11))

    merged(keep, other, now=at(24, 12))

    assert search.offers.get().answer == Offer.Answer.YES
    assert keep.assignments.active().get().post == post


def test_live_offers_of_one_evening_are_choices_behind_her_latest_message(evening, keep, other):
    make_available(keep, evening)
    first = post_at(evening)
    open_search(first, now=at(24, 10))
    sweep(at(24, 10, 30))
    make_available(other, evening)
    Registration.objects.filter(volunteer=keep).update(may_be_asked=False)
    second = post_at(evening, "Horta")
    open_search(second, now=at(24, 11))
    sweep(at(24, 11, 30))
    assert Offer.objects.live().count() == 3

    merged(keep, other, now=at(24, 12))

    asks = {offer.ask for offer in Offer.objects.live()}
    assert asks == {Ask.objects.latest("asked_at", "pk")}
    assert {ask.volunteer for ask in Ask.objects.all()} == {keep}
    assert {choice.search.post for choice in actions.choices(asks.pop())} == {first, second}


def test_a_place_is_requested_once_at_a_time(evening, keep, other):
    post, elsewhere = post_at(evening), early(evening)
    mine = PlaceRequest.objects.create(post=post, volunteer=keep, asked_at=NOW)
    also = PlaceRequest.objects.create(post=post, volunteer=other, asked_at=NOW - timedelta(hours=1))
    alone = PlaceRequest.objects.create(post=elsewhere, volunteer=other, asked_at=NOW)

    merged(keep, other)

    assert set(keep.place_requests.waiting()) == {also, alone}
    mine.refresh_from_db()
    assert mine.answer == PlaceRequest.Answer.TAKEN_BACK


# What she is and said.


def test_calls_go_along_and_who_is_left_out_under_one_name_is_under_the_other(evening, keep, other):
    searches = [Search.objects.create(post=post_at(evening, museum), opened_at=NOW) for museum in ("BELvue", "MIM")]
    camille = User.objects.create_user("camille@example.org")
    Call.objects.create(post=searches[0].post, volunteer=other, called_at=NOW, called_by=camille, answer="none")
    for search, volunteer in ((searches[0], keep), (searches[0], other), (searches[1], other)):
        LeftOut.objects.create(search=search, volunteer=volunteer, at=NOW)

    merged(keep, other)

    assert Call.objects.get().volunteer == keep
    assert [row.search for row in LeftOut.objects.filter(volunteer=keep).order_by("search")] == searches
    assert not LeftOut.objects.filter(volunteer=other).exists()


def test_the_values_that_were_chosen_hold_and_what_only_one_says_is_kept(keep, other):
    Volunteer.objects.filter(pk=keep.pk).update(phone="")
    keep.languages.add(make_language("fr"))
    other.languages.add(make_language("nl"))
    museum = make_museum()
    other.not_at.add(museum)
    keep.refresh_from_db()
    phone = other.phone

    merged(keep, other, chosen={"first_name": "other"})

    assert (keep.first_name, keep.last_name, keep.phone) == ("Zoë", "Peeters", phone)
    assert {language.code for language in keep.languages.all()} == {"fr", "nl"}
    assert list(keep.not_at.all()) == [museum]


def test_two_registrations_in_one_edition_become_one(keep, other):
    mine = make_registration(keep, most_evenings=2, with_whom="Bob")
    also = make_registration(
        other,
        most_evenings=5,
        arrange="A ramp",
        may_be_asked=False,
        paused_at=NOW,
        paused_until=date(2026, 4, 1),
        may_be_invited_again=False,
        created_at=NOW - timedelta(days=1),
    )
    also.roles.add(make_role("cloakroom"))
    elsewhere = make_registration(other, make_edition("nocturnes-2025"))
    edition = mine.edition_id

    merged(keep, other, chosen={f"most_evenings_{edition}": "other"})

    mine.refresh_from_db()
    elsewhere.refresh_from_db()
    assert set(Registration.objects.all()) == {mine, elsewhere}
    assert elsewhere.volunteer == keep
    assert (mine.most_evenings, mine.with_whom, mine.arrange) == (5, "Bob", "A ramp")
    assert (mine.may_be_asked, mine.may_be_invited_again) == (True, False)
    assert (mine.paused_at, mine.paused_until) == (NOW, date(2026, 4, 1))
    assert mine.created_at == NOW - timedelta(days=1)
    assert [role.slug for role in mine.roles.all()] == ["cloakroom"]


@pytest.mark.parametrize(
    ("mine", "theirs", "days_before", "heard"),
    [
        ("friend", "poster", 1, "poster"),
        ("friend", "poster", -1, "friend"),
        ("friend", "", 1, "friend"),
        ("", "poster", -1, "poster"),
    ],
)
def test_how_she_heard_about_us_is_what_she_said_first(keep, other, mine, theirs, days_before, heard):
    make_registration(keep, heard=mine)
    make_registration(other, heard=theirs, created_at=NOW - timedelta(days=days_before))

    merged(keep, other)

    assert keep.registrations.get().heard == heard


@pytest.mark.parametrize(
    ("mine", "theirs", "until"),
    [
        (date(2026, 4, 1), date(2026, 4, 8), date(2026, 4, 8)),
        (date(2026, 4, 8), None, None),
        (None, date(2026, 4, 1), None),
    ],
)
def test_of_two_pauses_the_longer_one_holds(keep, other, mine, theirs, until):
    make_registration(keep, paused_at=NOW, paused_until=mine)
    make_registration(other, paused_at=NOW, paused_until=theirs)

    merged(keep, other)

    assert keep.registrations.get().paused_until == until


def test_two_answers_for_one_evening_become_the_one_that_holds(keep, other):
    first, second, third = (make_evening(date(2026, 4, day)) for day in (2, 9, 16))
    make_available(keep, first, "yes")
    make_available(keep, second, "no")
    make_available(other, first, "no")
    make_available(other, second, "yes", on_call_at=NOW)
    make_available(other, third, "if_needed")

    merged(keep, other, chosen={f"evening_{second.pk}": "other"})

    answers = keep.registrations.get().availabilities.order_by("evening__date")
    assert list(answers.values_list("answer", "on_call_at")) == [("yes", None), ("yes", NOW), ("if_needed", None)]


def test_who_says_no_is_not_on_call_whatever_the_other_record_agreed_to(keep, other):
    evening = make_evening()
    make_available(keep, evening, "no")
    make_available(other, evening, "yes", on_call_at=NOW)

    merged(keep, other)

    answer = keep.registrations.get().availabilities.get()
    assert (answer.answer, answer.on_call_at) == ("no", None)


def test_who_was_welcomed_once_is_welcome(keep, other):
    Volunteer.objects.filter(pk=keep.pk).update(accepted_at=None, declined_at=NOW)

    merged(keep, other)

    assert (keep.accepted_at, keep.declined_at) == (NOW, None)


def test_who_was_declined_in_one_record_only_waits_to_be_welcomed(keep, other):
    Volunteer.objects.filter(pk=keep.pk).update(accepted_at=None, declined_at=NOW)
    Volunteer.objects.filter(pk=other.pk).update(accepted_at=None)
    keep.refresh_from_db()

    merged(keep, other)

    assert list(Volunteer.objects.to_welcome()) == [keep]


def test_nobody_gets_younger_and_a_consent_goes_along(keep, other):
    young = {"age_group": AgeGroup.YOUNG}
    Volunteer.objects.filter(pk=keep.pk).update(**young)
    Volunteer.objects.filter(pk=other.pk).update(**young, parent_name="Ann", parent_consented_at=NOW)

    merged(keep, other)

    assert (keep.parent_name, keep.parent_consented_at) == ("Ann", NOW)
    adult = make_volunteer("Zoé")
    merged(keep, adult)
    assert keep.age_group == AgeGroup.ADULT


def test_notes_and_what_she_read_go_along(keep, other):
    lea = make_coordinator()
    note = Note.objects.create(volunteer=other, text="Speaks softly", written_at=NOW, written_by=lea)
    one, two = (
        Notice.objects.create(kind=kind, version=1, text_fr="…", text_nl="…", since=NOW) for kind in Notice.Kind.values
    )
    before = NOW - timedelta(days=3)
    Acknowledgement.objects.create(volunteer=keep, notice=one, language="fr", at=NOW)
    Acknowledgement.objects.create(volunteer=other, notice=one, language="nl", at=before)
    Acknowledgement.objects.create(volunteer=other, notice=two, language="nl", at=before)

    merged(keep, other)

    assert list(keep.notes.all()) == [note]
    seen = set(keep.acknowledgements.values_list("notice", "language", "at"))
    assert seen == {(one.pk, "nl", before), (two.pk, "nl", before)}


def test_what_one_asked_for_and_the_other_one_has_waits_for_no_answer(evening, keep, other):
    place = make_assignment(post_at(evening), keep)
    request = PlaceRequest.objects.create(post=place.post, volunteer=other, asked_at=NOW)

    merged(keep, other)

    request.refresh_from_db()
    assert (request.volunteer, request.answer, request.answered_at) == (keep, "yes", NOW)


# Accounts, messages, links.


def test_messages_of_both_are_hers_and_news_that_waits_is_one_message(evening, keep, other):
    make_assignment(post_at(evening), keep)
    place = make_assignment(early(evening), other)
    actions.tell(keep.assignments.get(), "moved", due=NOW, by=SYSTEM, now=NOW)
    actions.tell(place, "moved", due=NOW + timedelta(minutes=5), by=SYSTEM, now=NOW)
    sent = make_message(other.user, about=place, facts={"edition": evening.edition_id}, sent_at=NOW)

    merged(keep, other)

    assert not Message.objects.filter(user=other.user).exists()
    waiting = Message.objects.pending().get(user=keep.user)
    assert {item["assignment"] for item in waiting.facts["items"]} == set(keep.assignments.values_list("pk", flat=True))
    assert waiting.due == NOW + timedelta(minutes=5)
    sent.refresh_from_db()
    assert sent.user == keep.user


def test_a_welcome_is_not_said_twice(keep, other):
    for volunteer in (keep, other):
        Volunteer.objects.filter(pk=volunteer.pk).update(accepted_at=None)
        make_registration(volunteer)
        volunteers.accept(volunteer, by=SYSTEM, now=NOW)

    merged(keep, other)

    welcome = Message.objects.pending().get(kind="welcome")
    assert welcome.about_id == keep.registrations.get().pk
    assert messaging.reason_to_skip(welcome, NOW) is None


def test_she_signs_in_with_the_address_that_was_chosen_and_the_other_is_free(keep, other, client):
    client.force_login(other.user)
    for volunteer in (keep, other):
        EmailAddress.objects.create(user=volunteer.user, email=volunteer.user.email, verified=True, primary=True)

    merged(keep, other, chosen={"email": "other"})

    keep.user.refresh_from_db()
    other.user.refresh_from_db()
    assert (keep.user.email, other.user.email, other.user.is_active) == ("old@example.org", None, False)
    assert not EmailAddress.objects.exists()
    assert client.get(reverse("mine", args=[make_edition().slug])).status_code == 302
    assert User.objects.create_user("zoe@example.org").pk


def test_an_address_that_only_the_other_record_has_is_taken_over(keep, other):
    User.objects.filter(pk=keep.user_id).update(email=None)

    keep = merged(Volunteer.objects.get(pk=keep.pk), other)

    assert keep.user.email == "old@example.org"


def test_evenings_that_the_other_account_led_are_led_by_the_one_that_stays(keep, other):
    evening = make_evening(lead=other.user)

    merged(keep, other)

    evening.refresh_from_db()
    assert evening.lead == keep.user


@pytest.mark.parametrize("url", ["evenings", "help_link"])
def test_a_link_that_was_made_for_the_other_record_leads_to_the_one_that_stays(keep, other, client, url, evening, at):
    at(NOW)
    make_available(keep, evening)
    place = make_assignment(post_at(evening, "BELvue"), keep)
    make_registration(other)
    address = link(url, other, purpose=url.removesuffix("_link"))

    merged(keep, other)

    assert client.get(address).status_code == 200
    if url == "evenings":
        client.post(link("evenings_confirm", other, place.pk))
        place.refresh_from_db()
        assert place.is_confirmed
        assert Entry.objects.get(verb="confirmed").actor_id == keep.pk


def test_links_of_places_and_offers_go_on(keep, other, client, evening, at):
    at(NOW)
    place = make_assignment(post_at(evening), other)
    address = link("assignment", place)

    merged(keep, other)

    assert client.get(address).status_code == 200
    assert links.read("assignment", links.token("assignment", place), Assignment.objects, now=NOW).volunteer == keep


def test_a_parents_link_consents_for_the_record_that_stays(keep, other, client):
    Volunteer.objects.all().update(age_group=AgeGroup.YOUNG, parent_name="Ann", parent_email="ann@example.org")
    for volunteer in (keep, other):
        make_registration(volunteer)
        volunteer.refresh_from_db()
    address = link("consent", other)

    merged(keep, other)
    client.post(address, {"agree": "on"})

    keep.refresh_from_db()
    assert keep.parent_consented_at


def test_a_sign_up_that_was_confirmed_shows_the_registration_that_stays(keep, other):
    mine, also = make_registration(keep), make_registration(other)
    sign_up = SignUp.objects.create(
        edition=also.edition,
        email="old@example.org",
        language="fr",
        data={"registration": also.pk},
        created_at=NOW,
        confirmed_at=NOW,
    )

    merged(keep, other)

    assert volunteers.confirm(sign_up, by=SYSTEM, now=NOW) == mine


def test_who_was_merged_before_goes_along(keep, other):
    first = make_volunteer("Zoe")
    merged(other, first)

    merged(keep, other)

    first.refresh_from_db()
    assert (first.merged_into, other.merged_into) == (keep, keep)


# What stays of the other one, and what is refused.


def test_of_the_other_record_a_name_is_left_for_the_history(keep, other):
    make_registration(other)

    merged(keep, other)

    assert (other.full_name, str(other.phone), other.accepted_at) == ("Zoë Peeters", "", None)
    assert not other.registrations.exists()
    assert other not in [*Volunteer.objects.accepted(), *Volunteer.objects.to_welcome()]


def test_the_history_says_what_was_done_in_numbers(keep, other):
    make_registration(keep)
    also = make_registration(other)

    merged(keep, other, chosen={"first_name": "other", "last_name": "nonsense"})

    entry = Entry.objects.about(keep).get(verb="merged")
    assert entry.data["other"] == other.pk
    assert entry.data["others_value"] == ["first_name"]
    assert entry.data["registrations"] == [also.pk]
    assert Entry.objects.about(other).get(verb="merged_into").data == {"keep": keep.pk}


@translation.override("en")
def test_the_history_of_a_registration_that_is_no_more_stays_hers(keep, other):
    make_registration(keep)
    also = make_registration(other)
    volunteers.set_may_be_asked(also, False, by=SYSTEM, now=NOW)

    merged(keep, other)

    assert "changed whether we may ask" in [str(line.what) for line in of_person(keep, also.edition)]


def test_a_second_click_finds_it_done(keep, other):
    merged(keep, other)
    entries = Entry.objects.count()

    assert merged(keep, other) == keep

    assert Entry.objects.count() == entries


def test_a_record_is_not_merged_with_itself(keep):
    with pytest.raises(SameRecord):
        actions.merge(keep, keep, by=SYSTEM, now=NOW)


def test_a_coordinators_record_is_kept(keep):
    lea = make_volunteer("Léa", user=make_coordinator())

    with pytest.raises(IsTheCoordinators):
        actions.merge(keep, lea, by=SYSTEM, now=NOW)

    assert actions.merge(lea, keep, by=SYSTEM, now=NOW) == lea


def test_nobody_slips_out_of_a_block_by_a_second_record(keep, other):
    Volunteer.objects.filter(pk=other.pk).update(blocked_at=NOW)
    other.refresh_from_db()

    with pytest.raises(OneIsBlocked):
        merged(keep, other)

    Volunteer.objects.filter(pk=keep.pk).update(blocked_at=NOW)
    assert merged(keep, other).blocked_at == NOW


def test_a_merged_record_is_merged_nowhere_else(keep, other):
    merged(keep, other)
    third = make_volunteer("Zoe")

    for pair in ((third, other), (other, third)):
        with pytest.raises(RecordHasMoved):
            actions.merge(*pair, by=SYSTEM, now=NOW)


def test_nobody_is_placed_under_a_record_that_was_merged(evening, keep, other):
    post = post_at(evening)
    merged(keep, other)

    with pytest.raises(RecordHasMoved):
        places.take_place(post, other, now=NOW, published_at=NOW)
    assert volunteers.accept(other, by=SYSTEM, now=NOW).accepted_at is None


def test_a_welcome_that_is_undone_takes_nothing_from_the_record_that_stays(keep, other):
    make_registration(keep)
    make_registration(other)
    Volunteer.objects.filter(pk=keep.pk).update(accepted_at=NOW - timedelta(days=3))
    Volunteer.objects.filter(pk=other.pk).update(accepted_at=None)
    lea = Actor.user(make_coordinator())
    volunteers.accept(other, by=lea, now=NOW)

    merged(keep, other)
    assert actions.latest_undoable(lea, edition=make_edition(), now=NOW) is None
    actions.undo(Entry.objects.get(verb="accepted"), by=lea, now=NOW)

    keep.refresh_from_db()
    assert keep.accepted_at == NOW - timedelta(days=3)


def test_a_search_asks_the_one_person_once(evening, keep, other):
    make_available(keep, evening)
    make_available(other, evening)
    make_people(evening, "Bob")
    merged(keep, other)
    open_search(post_at(evening), now=at(24, 10))

    sweep(at(24, 10, 30))

    assert sorted(Offer.objects.values_list("volunteer__first_name", flat=True)) == ["Bob", "Zoé"]


# Whatever points to a person is brought along: a new relation fails here until somebody thought of it.


def relations(model):
    """Those without a name of their own too; not the tables that hold a many-to-many field of the model itself."""
    fields = model._meta.get_fields(include_hidden=True)
    pointing = [one for one in fields if (one.one_to_many or one.one_to_one) and one.auto_created]
    models = [(one.related_model._meta, one.field.name) for one in pointing]
    return {f"{meta.label}.{name}" for meta, name in models if not meta.auto_created}


def test_every_relation_to_a_person_is_followed():
    assert relations(Volunteer) == {
        "volunteers.Volunteer.merged_into",
        "volunteers.Registration.volunteer",
        "volunteers.Note.volunteer",
        "volunteers.Acknowledgement.volunteer",
        "shifts.Assignment.volunteer",
        "shifts.Ask.volunteer",
        "shifts.Offer.volunteer",
        "shifts.PlaceRequest.volunteer",
        "shifts.Call.volunteer",
        "shifts.LeftOut.volunteer",
        "shifts.Swap.volunteer",
        "shifts.Reserve.volunteer",
    }
    assert relations(Registration) == {"volunteers.Availability.registration"}
    assert relations(User) == {
        "volunteers.Volunteer.user",
        "messaging.Message.user",
        "nocturnes.Evening.lead",
        # Closed with the account.
        "account.EmailAddress.user",
        "mfa.Authenticator.user",
        # What somebody did as a coordinator stays under her own number; a coordinator's record is never merged away.
        "nocturnes.Visit.user",
        "volunteers.Volunteer.accepted_by",
        "volunteers.Note.written_by",
        "shifts.Swap.agreed_by",
        "shifts.Call.called_by",
        "shifts.Search.held_by",
        "shifts.Reserve.proposed_by",
        "shifts.Disruption.asked_by",
        "admin.LogEntry.user",
    }
