"""My evenings, signed in and by a mail's link; one assignment by its link; "I can't come" and back again."""

from datetime import date, timedelta

import pytest
from django.test import Client

from nocturnes.history import Actor
from nocturnes.models import Entry
from shifts.models import Assignment, Search
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
    make_reserve,
    make_role,
    make_volunteer,
)
from tests.shifts.pages import link, page, queries_of, rows, text_of
from tests.shifts.searches import at as moment
from tests.shifts.searches import published_evening

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def on_tuesday(at):
    at(NOW)


@pytest.fixture
def camille():
    volunteer = make_volunteer("Camille", "Lambert")
    make_registration(volunteer)
    return volunteer


@pytest.fixture
def place(camille):
    """Camille is expected on Thursday 26 March, and has not confirmed."""
    return make_assignment(make_post(make_opening(published_evening())), camille)


def sign_in(client, volunteer):
    client.force_login(volunteer.user)


def reload(assignment):
    assignment.refresh_from_db()
    return assignment


# Who sees what.


def test_somebody_who_is_not_signed_in_is_led_to_sign_in(client, place):
    response = client.get(page("mine", "nocturnes-2026"))

    assert response.status_code == 302
    assert "/account/login/" in response["Location"]


def test_somebody_signed_in_who_is_no_volunteer_is_told_what_to_do(client):
    client.force_login(make_coordinator())
    make_edition()

    response = client.get(page("mine", "nocturnes-2026"))

    assert response.status_code == 404
    assert "You are not signed up as a volunteer" in text_of(response)


@pytest.mark.parametrize("door", ["mine", "evenings"])
def test_the_next_evening_is_shown_with_all_that_she_needs(client, place, door):
    opening = place.post.opening
    opening.meeting_point_en = "Staff entrance"
    opening.save()
    place.post.briefing_en = "Greet whoever comes."
    place.post.save()
    make_coordinator(first_name="Léa")
    sign_in(client, place.volunteer)

    address = page("mine", "nocturnes-2026") if door == "mine" else link("evenings", place.volunteer)
    text = text_of(client.get(address))

    for words in (
        "Your next evening, in 2 days",
        "Thursday 26 March",
        "Musée BELvue",
        "Welcome desk",
        "17:30 meeting until 22:00",
        "Staff entrance",
        "Place des Palais 7",
        "Royale / Koning, tram 92 and 93",
        "+32 470 00 00 12",
        "Léa, on the evening itself",
        "I confirm, I’ll come",
        "I can’t come",
        "Greet whoever comes.",
    ):
        assert words in text


def test_the_street_stands_in_for_a_meeting_point_that_is_missing(client, place):
    text = text_of(client.get(link("assignment", place)))

    assert "Where Place des Palais 7, 1000" in text
    assert text.count("Place des Palais 7") == 1


def test_team_mates_are_shown_by_first_name_and_initial_and_only_once_published(client, place):
    make_assignment(make_post(place.post.opening), make_volunteer("Lien", "Declercq"))
    make_assignment(place.post, make_volunteer("Draft", "Secret"), published_at=None)
    gone = {"cancelled_at": NOW, "cause": "withdrew"}
    make_assignment(make_post(place.post.opening), make_volunteer("Gone", "Away"), **gone)

    text = text_of(client.get(link("evenings", place.volunteer)))

    assert "Lien D." in text
    assert not any(secret in text for secret in ("Declercq", "Draft", "Gone", "+3247000"))


def test_a_draft_is_never_shown_nor_acted_on(client, camille):
    draft = make_assignment(make_post(make_opening(make_evening())), camille, published_at=None)
    make_coordinator(first_name="Léa")
    sign_in(client, camille)

    text = text_of(client.get(page("mine", "nocturnes-2026")))

    assert "No evening yet As soon as Léa has a place for you, it is here." in text
    assert "BELvue" not in text
    assert client.post(page("mine_confirm", "nocturnes-2026", draft.pk)).status_code == 404
    assert client.get(link("assignment", draft)).status_code == 410
    assert client.post(link("assignment_withdraw", draft)).status_code == 410
    assert reload(draft).is_active
    assert not draft.is_confirmed


def test_somebody_who_waits_to_be_welcomed_reads_that_we_read_first(client):
    waiting = make_volunteer(accepted_at=None)
    make_registration(waiting)

    assert "We read each sign-up first" in text_of(client.get(link("evenings", waiting)))


def test_evenings_of_all_editions_are_shown_this_one_first(client, camille, place):
    other = make_edition("other-2026", name_en="Museum Night 2026")
    earlier = make_evening(date(2026, 3, 25), edition=other, published_at=NOW)
    make_assignment(make_post(make_opening(earlier, make_museum("Autoworld"))), camille)
    sign_in(client, camille)

    text = text_of(client.get(page("mine", "nocturnes-2026")))

    assert text.index("Thursday 26 March") < text.index("Wednesday 25 March")
    assert "Autoworld · Welcome desk · 17:30 · Museum Night 2026" in text


def test_a_line_opens_its_evening_in_full(client, camille, place):
    later = make_evening(date(2026, 4, 9), published_at=NOW)
    second = make_assignment(make_post(make_opening(later, make_museum("Autoworld"))), camille, confirmed_at=NOW)

    text = text_of(client.get(link("evenings", camille), {"evening": second.pk}))

    assert "Your evening, in 16 days Thursday 9 April" in text
    assert "Thursday 26 March, 18:00 to confirm" in text


def test_who_has_helped_before_reads_that_none_is_ahead_and_that_a_place_is_left(client, camille):
    past = make_evening(date(2026, 3, 12), published_at=NOW)
    make_assignment(make_post(make_opening(past)), camille, arrived_at=NOW)
    coming = make_evening(published_at=NOW)
    coming.edition.rules_data = {"self_service": "at_once"}
    coming.edition.save()
    make_post(make_opening(coming))
    make_available(camille, coming)

    text = text_of(client.get(link("evenings", camille)))

    assert "No evening ahead A place is left for you: you find it below." in text
    assert "One click, and the place is yours." in text


def test_the_past_is_folded_and_other_states_have_their_word(client, camille, place):
    past = make_evening(date(2026, 3, 12), published_at=NOW)
    make_assignment(make_post(make_opening(past, make_museum("Cantillon"))), camille, arrived_at=NOW)
    off = make_opening(make_evening(date(2026, 4, 2), published_at=NOW), make_museum("Clockarium"), called_off_at=NOW)
    make_assignment(make_post(off), camille, cancelled_at=NOW, cause="called_off")
    taken_off = make_opening(make_evening(date(2026, 4, 9), published_at=NOW), make_museum("Horta"))
    make_assignment(make_post(taken_off), camille, cancelled_at=NOW, cause="removed")
    on_call = make_evening(date(2026, 4, 16))
    make_reserve(camille, on_call)

    text = text_of(client.get(link("evenings", camille)))

    assert "Past evenings 1 Thursday 12 March Cantillon" in text
    assert "Thursday 2 April, 18:00 called off Clockarium" in text
    assert "Thursday 16 April on call" in text
    assert "Horta" not in text


@pytest.mark.parametrize("door", ["mine", "evenings"])
def test_the_page_takes_the_same_number_of_queries_with_one_and_with_many(client, camille, place, door):
    sign_in(client, camille)
    make_assignment(make_post(place.post.opening))
    address = page("mine", "nocturnes-2026") if door == "mine" else link("evenings", camille)
    with_one = queries_of(client, address)
    for week in range(1, 8):
        evening = make_evening(date(2026, 3, 26) + timedelta(weeks=week), published_at=NOW)
        post = make_post(make_opening(evening), places=3)
        make_assignment(post, camille)
        make_assignment(post)
        make_assignment(post)

    assert queries_of(client, address) == with_one


# What a look does.


def test_looking_changes_nothing(client, camille, place):
    make_available(camille, make_evening(date(2026, 4, 2)))
    sign_in(client, camille)
    before = rows()

    for address in (
        page("mine", "nocturnes-2026"),
        page("mine_withdraw", "nocturnes-2026", place.pk),
        page("mine_profile", "nocturnes-2026"),
        link("evenings", camille),
        link("evenings_withdraw", camille, place.pk),
        link("evenings_profile", camille),
        link("assignment", place),
        link("assignment_withdraw", place),
    ):
        assert client.get(address).status_code == 200

    assert rows() == before


@pytest.mark.parametrize("name", ["confirm", "come_back"])
def test_deeds_are_posts(client, camille, place, name):
    sign_in(client, camille)

    assert client.get(page(f"mine_{name}", "nocturnes-2026", place.pk)).status_code == 405
    assert client.get(link(f"evenings_{name}", camille, place.pk)).status_code == 405
    assert client.get(link(f"assignment_{name}", place)).status_code == 405


# Confirming.


def test_a_volunteer_confirms_on_her_page(client, place):
    sign_in(client, place.volunteer)

    response = client.post(page("mine_confirm", "nocturnes-2026", place.pk), follow=True)

    assert (reload(place).confirmed_how, place.confirmed_at) == ("signed_in", NOW)
    assert "Thank you. See you on Thursday 26 March." in text_of(response)
    entry = Entry.objects.about(place).get(verb="confirmed")
    assert (entry.actor_kind, entry.actor_id) == (Actor.USER, place.volunteer.user_id)


@pytest.mark.parametrize("door", ["evenings", "assignment"])
def test_a_volunteer_confirms_by_link_without_being_signed_in(place, door):
    client = Client(enforce_csrf_checks=True)
    args = [place.volunteer, place.pk] if door == "evenings" else [place]

    response = client.post(link(f"{door}_confirm", *args), headers={"origin": "null"})

    assert response["Location"] == link(door, args[0])
    assert reload(place).confirmed_how == "link"
    entry = Entry.objects.about(place).get(verb="confirmed")
    assert (entry.actor_kind, entry.actor_id) == (Actor.VOLUNTEER_LINK, place.volunteer_id)
    assert "_auth_user_id" not in client.session


def test_a_form_of_another_site_does_nothing_to_who_is_signed_in(place):
    client = Client(enforce_csrf_checks=True)
    sign_in(client, place.volunteer)

    response = client.post(page("mine_confirm", "nocturnes-2026", place.pk))

    assert response.status_code == 403
    assert not reload(place).is_confirmed


def test_a_second_confirmation_changes_nothing(client, place):
    client.post(link("assignment_confirm", place))
    before = rows()

    client.post(link("assignment_confirm", place))

    assert rows() == before


def test_confirming_after_the_end_or_without_a_place_is_answered_in_words(client, at, place):
    Assignment.objects.filter(pk=place.pk).update(cancelled_at=NOW, cause="removed")
    response = client.post(link("assignment_confirm", place), follow=True)
    assert "This place is no longer yours" in text_of(response)
    Assignment.objects.filter(pk=place.pk).update(cancelled_at=None, cause="")

    at(moment(26, 22))
    response = client.post(link("assignment_confirm", place), follow=True)

    assert "This post is over." in text_of(response)
    assert not reload(place).is_confirmed


# Whose evenings they are.


def test_nobody_acts_on_somebody_elses_assignment(client, camille, place):
    other = make_volunteer("Nora", "Benali")
    make_registration(other)
    sign_in(client, other)
    before = rows()

    assert "BELvue" not in text_of(client.get(page("mine", "nocturnes-2026")))
    for name in ("confirm", "withdraw", "come_back"):
        assert client.post(page(f"mine_{name}", "nocturnes-2026", place.pk)).status_code == 404
        assert client.post(link(f"evenings_{name}", other, place.pk)).status_code == 404
    assert client.get(page("mine_withdraw", "nocturnes-2026", place.pk)).status_code == 404
    assert rows() == before


def test_a_link_opens_only_what_it_was_made_for(client, camille, place):
    before = rows()

    for wrong in (
        link("assignment_withdraw", place, purpose="evenings"),
        link("evenings_withdraw", camille, place.pk, purpose="assignment"),
        link("assignment_withdraw", place, purpose="museum"),
        link("assignment_withdraw", place)[:-15] + "x/withdraw/",
    ):
        response = client.post(wrong)
        assert response.status_code == 404
        assert "This link is not complete." in text_of(response)
    assert rows() == before


def test_a_link_that_expired_or_was_renewed_says_so_and_does_nothing(client, at, place):
    expired = link("assignment_withdraw", place, until=NOW + timedelta(hours=1))
    renewed = link("assignment_withdraw", place)
    Assignment.objects.filter(pk=place.pk).update(link_version=2)
    at(NOW + timedelta(hours=1))

    for old in (expired, renewed):
        response = client.post(old)
        assert response.status_code == 410
        assert "This link is no longer valid." in text_of(response)
        assert 'href="mailto:nocturnes@example.org"' in response.content.decode()
        assert f'href="{page("home")}"' in response.content.decode()
        assert 'class="btn btn--wide" href="/en/nocturnes-2026/mine/"' in response.content.decode()
    assert reload(place).is_active


def test_the_links_of_a_closed_account_are_closed(client, place):
    place.volunteer.user.is_active = False
    place.volunteer.user.save()

    assert client.post(link("assignment_withdraw", place)).status_code == 410
    assert client.get(link("evenings", place.volunteer)).status_code == 410
    assert reload(place).is_active


def test_pages_behind_links_are_not_kept_nor_sent_on(client, place):
    for address in (link("assignment", place), link("evenings", place.volunteer)):
        response = client.get(address)

        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["X-Robots-Tag"] == "noindex"


# "I can't come".


@pytest.mark.parametrize("door", ["mine", "evenings", "assignment"])
def test_i_cant_come_gives_the_place_back_and_looks_for_somebody(client, place, door):
    sign_in(client, place.volunteer)
    address = {
        "mine": page("mine_withdraw", "nocturnes-2026", place.pk),
        "evenings": link("evenings_withdraw", place.volunteer, place.pk),
        "assignment": link("assignment_withdraw", place),
    }[door]
    assert "You can’t come on Thursday 26 March?" in text_of(client.get(address))

    response = client.post(address, {"reason": "work"}, follow=True)

    assert (reload(place).cause, place.reason) == ("withdrew", "work")
    assert Search.objects.live().get().withdrawn == place
    text = text_of(response)
    assert "Thanks for telling us. We are looking for someone. The first people are asked on Tuesday 24 March, " in text
    assert "I can come after all" in text


@pytest.mark.parametrize("reason", ["", "a cold", "transport' OR 1=1", "x" * 5000])
def test_no_reason_and_an_unknown_one_never_stand_in_the_way(client, place, reason):
    client.post(link("assignment_withdraw", place), {"reason": reason})

    assert (reload(place).cause, place.reason) == ("withdrew", "")


def test_a_second_click_changes_nothing_and_shows_the_same_page(client, place):
    client.post(link("assignment_withdraw", place), {"reason": "work"})
    before = rows()

    response = client.post(link("assignment_withdraw", place), {"reason": "transport"}, follow=True)

    assert rows() == before
    assert "Thanks for telling us." in text_of(response)


def test_i_cant_come_works_until_the_end_and_not_after_it(client, at, place):
    other = make_assignment(place.post, make_volunteer("Nora"))
    at(moment(26, 22) - timedelta(seconds=1))
    client.post(link("assignment_withdraw", place))

    at(moment(26, 22))
    response = client.post(link("assignment_withdraw", other), follow=True)

    assert reload(place).withdrew
    assert reload(other).is_active
    assert "This post is over." in text_of(response)
    assert "This evening is over." in text_of(response)


def test_on_the_evening_itself_the_first_people_are_asked_now(client, at, place):
    at(moment(26, 18, 15))

    response = client.post(link("assignment_withdraw", place), follow=True)

    assert "We are looking for someone. The first people are asked now." in text_of(response)


def test_where_nobody_is_looked_for_nobody_says_so(client, camille):
    role = make_role("flyers", replace_if_empty=False)
    place = make_assignment(make_post(make_opening(published_evening()), role=role), camille)

    response = client.post(link("assignment_withdraw", place), follow=True)

    assert "Thanks for telling us. You need not do anything else." in text_of(response)


def test_the_form_says_that_museums_do_not_see_the_reason_and_has_none_chosen(client, place):
    response = client.get(link("assignment_withdraw", place))

    assert "Museums and team mates do not see it." in text_of(response)
    assert "checked" not in response.content.decode().split("<main")[1]


# "I can come after all".


def test_she_comes_back_while_the_place_is_open(client, place):
    client.post(link("assignment_withdraw", place))

    response = client.post(link("assignment_come_back", place), follow=True)

    back = Assignment.objects.active().get()
    assert (back.volunteer, back.post, back.confirmed_how) == (place.volunteer, place.post, "took")
    assert "Good to have you back." in text_of(response)
    assert "confirmed" in text_of(response)


def test_after_coming_back_the_old_mails_link_still_says_i_cant_come(client, place):
    client.post(link("assignment_withdraw", place))
    client.post(link("assignment_come_back", place))

    client.post(link("assignment_withdraw", place))

    assert not Assignment.objects.active().exists()
    assert Assignment.objects.filter(cause="withdrew").count() == 2


def test_she_is_told_kindly_when_somebody_else_has_the_place(client, place):
    client.post(link("assignment_withdraw", place))
    make_assignment(place.post)
    make_assignment(place.post)

    response = client.post(link("assignment_come_back", place), follow=True)

    text = text_of(response)
    assert "The place has just been filled." in text
    assert "Somebody else has the place." in text
    assert "I can come after all" not in text
    assert Assignment.objects.active().filter(volunteer=place.volunteer).count() == 0


def test_she_cannot_come_back_to_two_places_at_once(client, place):
    client.post(link("assignment_withdraw", place))
    make_assignment(make_post(make_opening(place.post.opening.evening)), place.volunteer)

    response = client.post(link("assignment_come_back", place), follow=True)

    assert "You are on another post at that time" in text_of(response)
    assert Assignment.objects.active().filter(post=place.post).count() == 0


# Other states of one assignment.


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ("called_off", "This opening does not take place."),
        ("removed", "You are no longer on this post."),
        ("moved", "You are no longer on this post."),
    ],
)
def test_a_place_that_is_gone_says_what_happened(client, place, cause, words):
    Assignment.objects.filter(pk=place.pk).update(cancelled_at=NOW, cause=cause)

    text = text_of(client.get(link("assignment", place)))

    assert words in text
    assert "I can’t come" not in text


def test_an_evening_that_is_over_says_so(client, at, place):
    at(moment(26, 22))

    text = text_of(client.get(link("assignment", place)))

    assert "This evening is over." in text
    assert "I confirm" not in text
