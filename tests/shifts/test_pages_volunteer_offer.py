"""The page of an offer, by the link of its mail, and its answers (design.md 6)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from nocturnes.history import Actor
from nocturnes.models import Entry
from shifts import actions
from shifts.models import Ask, Assignment, Offer, Post
from shifts.pages.offer import Choice
from tests.factories import NOW, make_assignment, make_museum, make_opening, make_post, make_role
from tests.shifts.pages import link, rows, text_of
from tests.shifts.searches import (
    ask_of,
    make_people,
    make_withdrawal,
    open_search,
    post_at,
    published_evening,
    sweep,
)
from tests.shifts.searches import at as moment
from volunteers.models import Availability, Registration

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LATER = NOW + timedelta(minutes=30)


@pytest.fixture
def evening():
    return published_evening()


@pytest.fixture
def post(evening):
    return post_at(evening, places=1)


@pytest.fixture
def ask(at, evening, post):
    """Inès withdrew on Tuesday at 10:00; at 10:30 Camille is asked."""
    camille = make_people(evening, "Camille")[0]
    make_withdrawal(post, now=NOW)
    sweep(LATER)
    at(LATER)
    return ask_of(camille)


def answer(client, ask, answer="yes", **fields):
    if answer == "yes" and "offer" not in fields:
        fields["offer"] = ask.offers.get().pk
    return client.post(link("offer_answer", ask), {"answer": answer, **fields}, follow=True)


def place_of(ask):
    return Assignment.objects.active().filter(volunteer=ask.volunteer).first()


# The question.


def test_the_offer_asks_and_gives_five_facts(client, ask, post):
    make_assignment(make_post(post.opening), make_people(post.opening.evening, "Lien")[0])
    Post.objects.filter(pk=post.pk).update(briefing_en="Greet whoever comes.")

    text = text_of(client.get(link("offer", ask)))

    for words in (
        "A request to Camille",
        "Can you help on Thursday 26 March at",
        "17:30 meeting until 22:00",
        "The doors open at 18:00.",
        "Musée BELvue",
        "Place des Palais 7, 1000",
        "Welcome desk Greet whoever comes.",
        "Lien D.",
        "you?",
        "We thought of you because you said yes for that evening .",
        "Yes, I’ll come",
        "Another post",
        "Not that evening",
        "The first person who says yes has the place.",
    ):
        assert words in text
    # Nor is she told whom she replaces.
    assert "Inès" not in text


def test_a_question_with_a_long_name_takes_the_smaller_type(client, at, evening):
    long = make_museum("Musée royal de l'Armée et d'Histoire militaire", short_fr="Armée", short_en="Armée")
    camille = make_people(evening, "Camille")[0]
    open_search(make_post(make_opening(evening, long)), now=NOW)
    sweep(LATER)
    at(LATER)

    page = client.get(link("offer", ask_of(camille), language="fr")).content.decode()

    assert "mid--long" in page


def test_looking_changes_nothing_and_answers_are_posts(client, ask):
    before = rows()

    assert client.get(link("offer", ask)).status_code == 200
    assert client.get(link("offer_answer", ask), {"answer": "yes"}).status_code == 405
    assert rows() == before


# Yes.


def test_yes_takes_the_place_without_signing_anybody_in(ask, post):
    client = Client(enforce_csrf_checks=True)
    offer = ask.offers.get()

    response = client.post(
        link("offer_answer", ask), {"answer": "yes", "offer": offer.pk}, headers={"origin": "null"}, follow=True
    )

    place = place_of(ask)
    assert (place.post, place.confirmed_how) == (post, "took")
    text = text_of(response)
    assert "See you at 17:30. Thank you." in text
    assert "I can’t come" in text
    assert "Yes, I’ll come" not in text
    assert "_auth_user_id" not in client.session
    entry = Entry.objects.about(place).get(verb="accepted_offer")
    assert (entry.actor_kind, entry.actor_id) == (Actor.VOLUNTEER_LINK, ask.volunteer_id)


def test_a_second_yes_changes_nothing(client, ask):
    answer(client, ask)
    before = rows()

    response = answer(client, ask)

    assert rows() == before
    assert "See you at 17:30." in text_of(response)


def test_who_said_yes_can_say_that_she_cannot_come(client, ask):
    response = answer(client, ask)
    address = response.content.decode().split('class="btn btn--wide" href="')[1].split('"')[0]

    client.post(address)

    assert place_of(ask) is None


def test_a_yes_after_the_place_is_taken_stands_by(client, ask, post):
    make_assignment(post)

    response = answer(client, ask)

    text = text_of(response)
    assert "The place has just been filled. Thanks for answering." in text
    assert "You stand by" in text
    assert place_of(ask) is None
    assert ask.offers.get().answer == "late"


def test_a_place_that_is_taken_is_said_before_she_answers(client, ask, post):
    make_assignment(post)

    text = text_of(client.get(link("offer", ask)))

    assert "The place has just been filled." in text
    assert "Thanks for answering" not in text
    assert "I’d stand by" in text
    assert "Yes, I’ll come" not in text
    ask.refresh_from_db()
    assert ask.stands_by_at is None


def test_who_stands_by_may_still_say_not_that_evening(client, ask, post):
    make_assignment(post)
    answer(client, ask)

    response = answer(client, ask, "no")

    ask.refresh_from_db()
    assert ask.stands_by_at is None
    assert "You stand by" not in text_of(response)


def test_a_yes_without_a_place_or_with_somebody_elses_offer_is_answered_in_words(client, ask):
    nora = make_people(ask.evening, "Nora")[0]
    other = Offer.objects.create(
        search=open_search(post_at(ask.evening, "Autoworld"), now=NOW),
        ask=Ask.objects.create(volunteer=nora, evening=ask.evening, asked_at=NOW),
        volunteer=nora,
        wave=1,
        rank=1,
        asked_at=NOW,
    )
    before = rows()

    for fields in ({"offer": ""}, {"offer": other.pk}, {"offer": "1 OR 1=1"}, {"offer": "9" * 30}):
        assert "Choose one of the places first." in text_of(answer(client, ask, **fields))
    assert "Choose one of the places first." in text_of(answer(client, ask, "delete everything"))
    assert rows() == before


# No, another post, not this week.


def test_not_that_evening_is_kept_as_her_answer(client, ask):
    response = answer(client, ask, "no")

    assert ask.offers.get().answer == "no"
    assert Availability.objects.get(registration__volunteer=ask.volunteer).answer == "no"
    assert "Not that evening: noted. Thanks for answering." in text_of(response)


def her_answer(ask):
    return Availability.objects.get(registration__volunteer=ask.volunteer).answer


def test_who_said_no_may_come_after_all_while_the_place_is_open(client, ask, post):
    text = text_of(answer(client, ask, "no"))
    assert "Musée BELvue I’ll come after all" in text

    text = text_of(answer(client, ask, "take", offer=ask.offers.get().pk))

    assert "See you at 17:30." in text
    assert place_of(ask).post == post
    assert ask.offers.get().answer == "yes"
    assert her_answer(ask) == "yes"


def test_who_said_no_has_no_way_back_to_a_place_that_is_taken(client, ask, post):
    answer(client, ask, "no")
    make_assignment(post)

    assert "I’ll come after all" not in text_of(client.get(link("offer", ask)))


def test_who_comes_after_all_a_moment_too_late_stands_by_and_can_be_asked(client, ask, post):
    answer(client, ask, "no")
    make_assignment(post)

    answer(client, ask, "take", offer=ask.offers.get().pk)

    ask.refresh_from_db()
    assert ask.stands_by_at is not None
    assert her_answer(ask) == "yes"


def test_another_post_shows_what_else_is_open_that_evening_and_takes_it(client, ask, evening):
    other = post_at(evening, "Autoworld", role=make_role("cloakroom", name_en="Cloakroom"))

    response = answer(client, ask, "other")

    assert ask.offers.get().answer == "other"
    text = text_of(response)
    assert "Autoworld I’ll take it" in text
    assert "Musée BELvue This one after all" in text
    response = answer(client, ask, "take", post=other.pk)
    assert place_of(ask).post == other
    assert "See you at 17:30." in text_of(response)


def test_after_another_post_the_first_one_may_still_be_taken(client, ask, post):
    answer(client, ask, "other")

    answer(client, ask, "take", offer=ask.offers.get().pk)

    assert place_of(ask).post == post


def test_where_no_other_post_is_open_she_is_told(client, ask):
    assert "No other post is open for you that evening" in text_of(answer(client, ask, "other"))


def test_a_post_of_another_evening_cannot_be_taken_by_the_link(client, ask):
    elsewhere = post_at(published_evening(moment(2, 12, month=4).date()), "Autoworld")

    response = answer(client, ask, "take", post=elsewhere.pk)

    assert "Choose one of the places first." in text_of(response)
    assert place_of(ask) is None


def test_not_this_week_says_until_when_and_keeps_the_offer(client, ask):
    response = answer(client, ask, "week")

    assert "We do not ask you anything else before Monday 30 March." in text_of(response)
    assert "Yes, I’ll come" in text_of(response)
    assert Registration.objects.get(volunteer=ask.volunteer).no_asks_until == moment(30, 0).date()


# Several places, late, over.


def test_several_places_are_choices_of_which_none_is_chosen(client, at, evening, post):
    camille = make_people(evening, "Camille")[0]
    second = post_at(evening, "Autoworld", places=1)
    open_search(post, now=NOW)
    open_search(second, now=NOW)
    sweep(LATER)
    at(LATER)
    ask = ask_of(camille)

    page = client.get(link("offer", ask))

    assert "2 places are open." in text_of(page)
    assert "Can you help on Thursday 26 March?" in text_of(page)
    assert page.content.decode().count('type="radio" form="answer" name="offer"') == 2
    assert "checked" not in page.content.decode()
    assert "Choose one of the places first." in text_of(answer(client, ask, offer=""))
    answer(client, ask, offer=ask.offers.get(search__post=second).pk)
    assert place_of(ask).post == second


@pytest.fixture
def late_ask(at, evening, post):
    camille = make_people(evening, "Camille")[0]
    make_withdrawal(post, now=moment(26, 17, 40))
    sweep(moment(26, 17, 40))
    at(moment(26, 17, 45))
    return ask_of(camille)


def test_after_the_report_time_she_is_asked_in_how_many_minutes(client, late_ask):
    page = client.get(link("offer", late_ask))

    assert "Can you help right now at " in text_of(page)
    assert "Come as soon as you can" in text_of(page)
    assert "In how many minutes can you be there? 5 min 10 min 20 min 30 min 45 min" in text_of(page)
    assert "17:30 meeting" not in text_of(page)
    answer(client, late_ask, minutes="20")
    assert place_of(late_ask)
    assert late_ask.offers.get().minutes == 20


@pytest.mark.parametrize("minutes", ["", "soon", "-5", "99999999999999999999", "20; drop"])
def test_a_late_yes_without_its_minutes_gets_a_sentence(client, late_ask, minutes):
    response = answer(client, late_ask, minutes=minutes)

    assert "say in how many minutes you can be there" in text_of(response)
    assert place_of(late_ask) is None


def test_after_the_last_useful_moment_it_is_too_late(client, at, late_ask):
    at(moment(26, 19))

    text = text_of(client.get(link("offer", late_ask)))

    assert "It is too late to come now." in text
    assert "Thanks for answering" not in text
    assert "Yes" not in text
    assert "It is too late to come now." in text_of(answer(client, late_ask, minutes="5"))
    assert place_of(late_ask) is None


def test_who_had_answered_is_thanked_when_it_is_too_late(client, at, late_ask):
    late_ask.offers.update(answer="other", answered_at=LATER)
    at(moment(26, 19))

    assert "It is too late to come now. Thanks for answering." in text_of(client.get(link("offer", late_ask)))


def test_an_opening_that_is_called_off_says_so(client, ask, post):
    actions.call_off(post.opening, by=Actor.anonymous(), now=LATER)

    assert "This opening does not take place." in text_of(client.get(link("offer", ask)))
    answer(client, ask)
    assert place_of(ask) is None


# The link.


def test_the_link_of_an_offer_that_is_altered_expired_or_renewed_takes_nothing(client, at, ask):
    data = {"answer": "yes", "offer": ask.offers.get().pk}
    expired = link("offer_answer", ask, until=LATER + timedelta(hours=1))
    good = link("offer_answer", ask)
    at(LATER + timedelta(hours=1))

    assert client.post(good.replace("/offer/", "/offer/x"), data).status_code == 404
    assert client.post(link("offer_answer", ask, purpose="assignment"), data).status_code == 404
    assert client.post(expired, data).status_code == 410
    Ask.objects.filter(pk=ask.pk).update(link_version=2)
    assert client.post(good, data).status_code == 410
    assert place_of(ask) is None


def test_the_page_is_not_kept_nor_sent_on(client, ask):
    response = client.get(link("offer", ask))

    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex"


# What does not fit above the fold.


@pytest.mark.parametrize(
    ("briefing", "in_brief"),
    [
        ("", ""),
        ("Greet whoever comes.", "Greet whoever comes."),
        ("Greet. Count. Smile.", "Greet. Count. Smile."),
        (
            "Greet whoever comes. " + "Show them the cloakroom and the lift. " * 3,
            "Greet whoever comes. Show them the cloakroom and the lift.",
        ),
        (
            "Greet everybody and " * 20,
            "Greet everybody and Greet everybody and Greet everybody and Greet everybody and Greet…",
        ),
    ],
)
def test_a_long_briefing_is_begun_among_the_facts_and_told_in_full_below(briefing, in_brief):
    choice = Choice(Post(briefing_en=briefing))

    with translation.override("en"):
        assert choice.in_brief == in_brief
        assert choice.has_more == (in_brief != briefing)
