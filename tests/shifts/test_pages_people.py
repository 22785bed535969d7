"""The coordinator's list of people: found by words, narrowed by filters, with the facts that help."""

from datetime import date, time, timedelta

import pytest

from nocturnes.models import User
from shifts.models import Ask
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
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
from tests.shifts.pages import page, queries_of, text_of
from volunteers.models import Registration, Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def on_tuesday(at):
    at(NOW)


@pytest.fixture
def edition():
    return make_edition()


@pytest.fixture
def evening(edition):
    return make_evening(published_at=NOW)


def somebody(first_name, last_name="Dupont", **fields):
    """Somebody of the edition: fields of the registration begin with `r_`."""
    hers = {name.removeprefix("r_"): fields.pop(name) for name in list(fields) if name.startswith("r_")}
    volunteer = make_volunteer(first_name, last_name, **fields)
    make_registration(volunteer, make_edition(), **hers)
    return volunteer


def names(desk, **query):
    response = desk.get(page("people", "nocturnes-2026"), query)
    return [line.volunteer.first_name for line in response.context["lines"]]


def line_of(desk, **query):
    (line,) = desk.get(page("people", "nocturnes-2026"), query).context["lines"]
    return line


def test_everybody_of_the_edition_is_there_by_name_and_nobody_else(desk, edition):
    somebody("Zoé")
    somebody("Élise")
    somebody("Bob")
    make_registration(make_volunteer("Elsewhere"), make_edition("autumn"))
    somebody("Merged", merged_into=Volunteer.objects.get(first_name="Bob"))
    User.objects.filter(pk=somebody("Gone").user_id).update(is_active=False)

    assert names(desk) == ["Bob", "Élise", "Zoé"]


def test_words_and_filters_work_together(desk, edition):
    dutch = make_language("nl")
    somebody("Lien", "Maes", languages=[dutch])
    somebody("Lies", "Maes")
    somebody("Lien", "Peeters", languages=[dutch])

    found = desk.get(page("people", "nocturnes-2026"), {"q": "maes", "language": "nl"}).context["lines"]

    assert [line.volunteer.full_name for line in found] == ["Lien Maes"]


@pytest.mark.parametrize(
    ("standing", "who"),
    [
        ("accepted", ["Alice", "Paula"]),
        ("to_welcome", ["Nora"]),
        ("declined", ["Dan"]),
        ("paused", ["Paula"]),
        ("blocked", ["Bob"]),
        ("nonsense", ["Alice", "Bob", "Dan", "Nora", "Paula"]),
    ],
)
def test_the_standing_narrows(desk, standing, who):
    somebody("Alice", r_paused_at=NOW, r_paused_until=date(2026, 3, 24))
    somebody("Paula", r_paused_at=NOW, r_paused_until=date(2026, 3, 25))
    somebody("Nora", accepted_at=None)
    somebody("Dan", accepted_at=None, declined_at=NOW)
    somebody("Bob", blocked_at=NOW)

    assert names(desk, accepted=standing) == who


def test_the_role_narrows(desk):
    alice = somebody("Alice")
    somebody("Bob")
    alice.registrations.get().roles.add(make_role("flyers"))

    assert names(desk, role="flyers") == ["Alice"]


@pytest.mark.parametrize(
    ("answer", "who"), [("", ["Alice", "Bob"]), ("yes", ["Alice"]), ("if_needed", ["Bob"]), ("no", ["Alice", "Bob"])]
)
def test_who_can_come_on_an_evening(desk, evening, answer, who):
    for name, said in (("Alice", "yes"), ("Bob", "if_needed"), ("Carol", "no")):
        make_available(somebody(name), evening, said)
    make_available(somebody("Dave"), make_evening(date(2026, 4, 2)), "yes")

    assert names(desk, available="2026-03-26", answer=answer) == who


def test_a_place_to_confirm_is_one_to_come_of_this_edition(desk, evening):
    post = make_post(make_opening(evening), places=9)
    make_assignment(post, somebody("Alice"))
    make_assignment(post, somebody("Sure"), confirmed_at=NOW)
    make_assignment(post, somebody("Draft"), published_at=None)
    past = make_post(make_opening(make_evening(date(2026, 3, 12), published_at=NOW)))
    make_assignment(past, somebody("Past"))
    autumn = make_evening(date(2026, 10, 1), edition=make_edition("autumn"), published_at=NOW)
    make_assignment(make_post(make_opening(autumn)), somebody("Other"))

    assert names(desk, unconfirmed="on") == ["Alice"]


def test_who_was_never_asked_in_this_edition(desk, evening):
    Ask.objects.create(volunteer=somebody("Asked"), evening=evening, asked_at=NOW)
    other = make_evening(date(2026, 10, 1), edition=make_edition("autumn"))
    Ask.objects.create(volunteer=somebody("Before"), evening=other, asked_at=NOW)

    assert names(desk, never_asked="on") == ["Before"]


def test_who_may_be_invited_again(desk):
    somebody("Alice")
    somebody("Bob", r_may_be_invited_again=False)

    assert names(desk, invite="on") == ["Alice"]


def test_a_line_says_what_helps_to_choose(desk, evening):
    alice = somebody("Alice", languages=[make_language("nl")], r_most_evenings=3)
    first = make_post(make_opening(evening, make_museum("BELvue")))
    make_assignment(first, alice, confirmed_at=NOW)
    later = make_evening(date(2026, 4, 2), published_at=NOW)
    make_assignment(make_post(make_opening(later)), alice)
    past = make_evening(date(2026, 3, 12), published_at=NOW)
    make_assignment(make_post(make_opening(past)), alice)
    make_available(alice, evening, "yes")
    make_available(alice, later, "yes")
    make_available(alice, past, "if_needed")

    line = line_of(desk, available="2026-03-26")
    text = text_of(desk.get(page("people", "nocturnes-2026")))

    assert (line.evenings, line.next.post, line.answer) == (3, first, "Yes")
    assert line.answers == [("yes", 2), ("if needed", 1)]
    assert "3 evenings of 3" in text
    assert "Thursday 26 March BELvue confirmed" in text
    assert "2 yes, 1 if needed" in text


def test_two_places_on_one_evening_are_one_evening(desk, evening):
    alice, opening = somebody("Alice"), make_opening(evening)
    make_assignment(make_post(opening, ends=time(20)), alice)
    make_assignment(make_post(opening, report=time(20), starts=time(20)), alice)
    make_assignment(make_post(make_opening(evening)), alice, cancelled_at=NOW, cause="removed")

    assert line_of(desk).evenings == 1


@pytest.mark.parametrize(
    ("fields", "badges"),
    [
        ({}, []),
        ({"accepted_at": None}, ["to welcome"]),
        ({"accepted_at": None, "declined_at": NOW}, ["not this time"]),
        ({"blocked_at": NOW}, ["blocked"]),
        ({"r_paused_at": NOW}, ["paused"]),
        ({"r_paused_at": NOW, "r_paused_until": date(2026, 4, 3)}, ["paused until 3\u00a0April"]),
        ({"r_paused_at": NOW, "r_paused_until": date(2026, 3, 24)}, []),
        ({"age_group": "16-17"}, ["no parent’s consent yet"]),
    ],
)
def test_what_has_to_be_known_first_is_a_badge(desk, fields, badges):
    somebody("Alice", **fields)

    assert [word for _kind, word in line_of(desk).badges] == badges


def test_who_has_no_address_is_to_be_called(desk):
    User.objects.filter(pk=somebody("Alice").user_id).update(email=None)

    assert [word for _kind, word in line_of(desk).badges] == ["no e-mail: call"]


def test_fifty_stand_on_a_page_and_the_rest_on_the_next(desk):
    for number in range(51):
        somebody(f"Alice{number:02}")

    first = desk.get(page("people", "nocturnes-2026"))
    second = desk.get(page("people", "nocturnes-2026"), {"page": "2", "q": "alice"})

    assert "51 people" in text_of(first)
    assert [len(one.context["lines"]) for one in (first, second)] == [50, 1]
    assert 'href="?page=1&amp;q=alice"' in second.content.decode()


def test_nobody_like_that_says_what_to_do(desk):
    somebody("Alice")

    assert "Fewer words or fewer filters find more people." in text_of(
        desk.get(page("people", "nocturnes-2026"), {"q": "nobody"})
    )


def test_an_edition_without_people_says_how_they_come(desk, edition):
    assert "Whoever confirms a sign-up appears here" in text_of(desk.get(page("people", "nocturnes-2026")))


def test_what_was_typed_and_chosen_stays_in_the_form(desk, evening):
    html = desk.get(
        page("people", "nocturnes-2026"), {"q": '"><b>', "available": "2026-03-26", "invite": "on"}
    ).content.decode()

    assert 'value="&quot;&gt;&lt;b&gt;"' in html
    assert '<option value="2026-03-26" selected>' in html
    assert 'name="invite" checked' in html


def test_more_people_take_no_more_queries(desk, evening):
    post = make_post(make_opening(evening), places=60)

    def one_more(number):
        volunteer = somebody(f"Alice{number}", languages=[make_language("nl")])
        make_available(volunteer, evening)
        make_assignment(post, volunteer)

    one_more(0)
    address = page("people", "nocturnes-2026") + "?available=2026-03-26&q=alice&unconfirmed=on&never_asked=on"
    few = queries_of(desk, address)
    for number in range(1, 20):
        one_more(number)

    assert queries_of(desk, address) == few
    assert Registration.objects.count() == 20


def test_the_next_place_is_the_first_that_is_not_over(desk, evening, at):
    alice = somebody("Alice")
    place = make_assignment(make_post(make_opening(evening)), alice)
    at(place.ends_at - timedelta(minutes=1))
    assert line_of(desk).next == place

    at(place.ends_at)

    assert line_of(desk).next is None
