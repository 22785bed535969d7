"""What is wrong in a form, or comes too late, gets its sentence; nothing typed is lost, nothing changed (design 3.10).

The sign-up form has a table of its own, beside its other tests.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from messaging import actions as messaging
from nocturnes import links
from nocturnes.history import SYSTEM, Actor
from nocturnes.models import Entry
from shifts import actions, ranking
from tests.factories import NOW, make_assignment, make_coordinator
from tests.test_doors import DOORS, address, sign_in
from tests.trying import best, text_of
from tests.unchanged import nothing_changes, rows
from volunteers.actions import link_ends

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# In the middle of the evening of 26 March; five days after NOW it is over, and the draft of 2 April still to come.
TONIGHT = datetime(2026, 3, 26, 17, 20, tzinfo=UTC)
AFTER = NOW + timedelta(days=5)


@pytest.fixture
def world(fresh_world):
    with translation.override("en"):
        yield fresh_world


@dataclass(frozen=True)
class Bad:
    """`first` happens beforehand; `args` replaces the arguments of the table's address; `keeps` is what was typed."""

    name: str
    says: str
    data: dict | Callable = field(default_factory=dict)
    at: datetime = NOW
    first: Callable | None = None
    args: Callable | None = None
    keeps: str = ""
    who: str = ""


def moved(world, starts):
    """The hours of Alice's opening and post, the post with another start."""
    post = {f"report-{world.post.pk}": "17:30", f"starts-{world.post.pk}": starts, f"ends-{world.post.pk}": "22:00"}
    return {"opening-starts": "18:00", "opening-ends": "22:00", **post}


def draft(world):
    return f"evening_{world.draft.pk}"


def places(needed="1", then="leave_open", **words):
    return {"places": "3", "needed": needed, "then": then} | words


def for_place(answer, **words):
    """An answer to the offer that Carol has."""
    return lambda world: {"answer": answer, "offer": world.ask.offers.get().pk, **words}


def withdrawn(world):
    actions.withdraw(world.hers, by=SYSTEM, now=NOW)


def strike(**words):
    """Everybody of the evening is asked about a strike."""
    return {"seen": "strike:", "why": "strike", "text_fr": "Grève", "text_nl": "Staking", "text_en": "Strike"} | words


def answered_yes(world):
    return {"question": world.question.pk, "answer": "yes"}


def asked_again(world):
    actions.ask_still_coming_again(world.question.disruption, by=Actor.user(world.coordinator), now=NOW)


def removed(world):
    actions.remove(world.hers, by=SYSTEM, now=NOW)


def confirmed(world):
    actions.confirm(world.hers, how="phone", by=SYSTEM, now=NOW)


def young(world):
    return [world.edition.slug, world.young.pk]


def closed(world):
    type(world.edition).objects.update(sign_up_open=False)


def sent(world):
    messaging.record_as_sent(world.message, now=NOW)


def full(world):
    world.post.refresh_from_db()
    while world.post.open_places:
        make_assignment(world.post)


def ticked(world):
    """Carol, with every tick that a coordinator may set."""
    return {"volunteer": world.carol.pk, "accept": " ".join(ranking.WARNINGS)}


def phoned(volunteer, **words):
    return {"volunteer": volunteer.pk} | words


def not_welcomed(world):
    type(world.young).objects.filter(pk=world.young.pk).update(accepted_at=None)


AN_HOUR = "Write an hour as 17:30."
LANGUAGE = "Choose a language."
WHOLE = "A whole number, please, or leave it empty."
LIST = "Select a valid choice."
OVER = "This post is over."
EVENING_OVER = "This evening is over."
BEGUN = "The evening has begun: say in how many minutes you can be there, from 0 to 180."
TICKED = "Attendance is ticked from the day of the evening on."
LIST_CLOSED = "The list of that evening is closed. Call us if something on it is not right."
GONE = "This message has left already, or was cancelled: nothing more can be done with it."
NOT_YOURS = "Only the person who did this can undo it."

PROFILE = [
    line
    for name in ("mine_profile", "evenings_profile")
    for line in (
        Bad(name, LANGUAGE),
        Bad(name, LANGUAGE, {"language": "de", "most_evenings": "7"}, keeps='value="7"'),
        Bad(name, LANGUAGE, {"language": "fr\x00"}),
        Bad(name, WHOLE, {"language": "fr", "most_evenings": "many"}, keeps='value="many"'),
        Bad(name, WHOLE, {"language": "fr", "most_evenings": "9" * 5000}),
        Bad(name, "At least one evening, or leave it empty.", {"language": "fr", "most_evenings": "0"}),
        Bad(name, "That is more than there are.", {"language": "fr", "most_evenings": "61"}, keeps='value="61"'),
        Bad(
            name,
            "Choose Yes, If needed or No, or leave the evening open.",
            lambda world: {"language": "nl", draft(world): "maybe", "most_evenings": "4"},
            keeps='value="4"',
        ),
    )
]

COORDINATOR = [
    Bad("post_places", "This field is required.", places(places="")),
    Bad("post_places", "Enter a whole number.", places(places="many"), keeps='value="many"'),
    Bad("post_places", "greater than or equal to 0", places(places="-1"), keeps='value="-1"'),
    Bad("post_places", "less than or equal to 200", places(places="201"), keeps='value="201"'),
    Bad("post_places", "1 person is on this post: remove somebody first.", places("0", places="0"), keeps='value="0"'),
    Bad("post_places", "No more places can be needed than there are.", places("4"), keeps='value="4"'),
    Bad("post_places", LIST, places(then="later")),
    Bad("assignment_remove", "This field is required."),
    Bad("assignment_remove", LIST, {"then": "later"}),
    Bad("assignment_record_withdrawal", LIST, {"reason": "flu"}),
    Bad("assignment_absent", "This field is required.", at=TONIGHT),
    Bad("assignment_absent", LIST, {"then": "later"}, at=TONIGHT),
    Bad("assignment_absent", TICKED, {"then": "search"}),
    Bad("assignment_absent", "is no longer on this post.", {"then": "search"}, first=withdrawn, at=TONIGHT),
    Bad("post_assign", "Every place on this post is taken.", ticked, first=full),
    Bad("search_add", "is already on another post", lambda w: phoned(w.bob)),
    Bad("search_agree", "Another wave is next meanwhile.", {"wave": "7"}),
    Bad("search_agree", "Another wave is next meanwhile.", {"wave": "many"}),
    Bad("search_hold", "Choose one of the answers of the list.", {"held": "perhaps"}),
    Bad("search_phoned", "Every place on this post is taken.", lambda w: phoned(w.carol, answer="yes"), first=full),
    Bad("search_phoned", "Choose one of the answers of the list.", lambda w: phoned(w.carol, answer="perhaps")),
    Bad("post_lend", "Every place on this post is taken.", lambda w: {"assignment": w.bobs.pk}, first=full),
    Bad("post_lend", "Only somebody who helps on the same evening", lambda w: {"assignment": w.hers.pk}),
    Bad("evening_disruption", "Write it in this language too", strike(text_nl=" "), keeps="Grève"),
    Bad("evening_disruption", "500 characters at most", strike(text_nl="x" * 501), keeps="x" * 501),
    Bad("evening_disruption", "cannot be read", strike(text_nl="a\x07b"), keeps="Grève"),
    Bad("evening_disruption", EVENING_OVER, strike(), at=AFTER),
    Bad("evening_write", "Write it in this language too", {"text_fr": " "}),
    Bad("evening_write", "2000 characters at most", {"text_fr": "x" * 2001}, keeps="x" * 2001),
    Bad("evening_write", "cannot be read", {"text_fr": "a\x07b"}),
    Bad("evening_write", LIST, {"museum": "12345", "text_fr": "Merci"}, keeps="Merci"),
    Bad("disruption_again", "From 11:00 on you can ask again", first=asked_again),
    Bad("disruption_again", EVENING_OVER, at=AFTER),
    Bad("disruption_answer", "Say whether Alice D. still comes", lambda w: {"question": w.question.pk}),
    Bad("disruption_answer", "is no longer on this post.", lambda w: answered_yes(w), first=removed),
    Bad("assignment_ask_again", "Alice D. has confirmed already.", first=confirmed),
    Bad("assignment_ask_again", "is no longer on this post, or does not know of it yet.", first=withdrawn),
    Bad("swap_agree", "This is no longer possible"),
    Bad("swap_refuse", "This is no longer possible"),
    Bad("post_assign", "Bob D. is already on another post at that time.", lambda w: {"volunteer": w.bob.pk}),
    Bad("welcome_accept", "is under 18, and a parent has not consented yet.", args=young, first=not_welcomed),
    Bad("evening_publish", "This evening is already published.", args=lambda w: [w.edition.slug, w.evening.date]),
    Bad("message_send_now", GONE, first=sent),
    Bad("message_skip", GONE, {"sure": "on"}, first=sent),
    Bad("message_skip", "Tick this first: nobody else will pass it on."),
    Bad("opening_move", AN_HOUR, lambda w: moved(w, "six"), keeps='value="six"'),
    Bad("opening_move", AN_HOUR, lambda w: moved(w, "")),
    Bad(
        "opening_move",
        "The report time comes first",
        lambda w: moved(w, "18:30") | {"opening-ends": "17:00"},
        keeps='value="17:00"',
    ),
    Bad("post_move", "The report time comes first", lambda w: moved(w, "17:00"), keeps='value="17:00"'),
    Bad("message_phoned", GONE),
    Bad("undo", NOT_YOURS, args=lambda w: [w.edition.slug, Entry.objects.filter(verb="asked").first().pk]),
    Bad("undo", NOT_YOURS, first=lambda w: confirmed_by_another(w)),
    Bad("undo", "The time to undo it is over, and the message may have left.", at=NOW + timedelta(minutes=3)),
]


def confirmed_by_another(world):
    Entry._base_manager.filter(pk=world.entry.pk)._raw_delete("default")
    actions.confirm(world.hers, how="phone", by=Actor.user(make_coordinator("max@example.org")), now=NOW)
    world.entry = Entry.objects.filter(verb="confirmed").latest("pk")


def of_somebody(**fields):
    """What the forms about a person send."""
    said = {"first_name": "Eve", "phone": "0470 99 00 31", "email": "eve@example.org", "age_group": "18+"}
    return {**said, "language": "fr", **fields}


def no_for_her_place(**words):
    return lambda world: {f"evening_{world.evening.pk}": "no", **words}


PEOPLE = [
    line
    for name in ("person_add", "person_edit")
    for line in (
        Bad(name, "Write the first name in use.", of_somebody(first_name=" ")),
        Bad(
            name, "Only a name here, without links", of_somebody(first_name="www.eve.org"), keeps='value="www.eve.org"'
        ),
        Bad(name, "The @ is missing", of_somebody(email="eve"), keeps='value="eve"'),
        Bad(name, "5 digits, we expect ten.", of_somebody(phone="04709"), keeps='value="04709"'),
        Bad(name, "we have to be able to reach this person", of_somebody(phone="", email="")),
        Bad(name, "Say whether this person is 18", of_somebody(age_group="")),
        Bad(name, "A parent has to agree", of_somebody(age_group="16-17")),
        Bad(name, "This is their own address.", of_somebody(age_group="16-17", parent_email="eve@example.org")),
        Bad(name, "Choose the language that we write in.", of_somebody(language="")),
        Bad(name, "A whole number, please", of_somebody(most_evenings="many"), keeps='value="many"'),
        Bad(name, "At least one evening", of_somebody(most_evenings="0"), keeps='value="0"'),
        Bad(name, "Choose only from the list.", of_somebody(languages="9" * 30)),
        Bad(name, "Choose only from the list.", of_somebody(museums="999999")),
        Bad(name, "Write this on one line.", of_somebody(with_whom="a\nb")),
        Bad(name, "500 characters at most", of_somebody(arrange="x" * 501), keeps="x" * 501),
        Bad(name, "has this address already.", lambda w: of_somebody(email=w.bob.user.email)),
        Bad(name, "has this number already.", lambda w: of_somebody(phone=str(w.bob.phone))),
    )
] + [
    Bad("person_edit", "signs in with this address", lambda w: of_somebody(email=w.coordinator.email)),
    Bad("person_answers", "Say what becomes of it.", no_for_her_place()),
    Bad("person_answers", "leave the evening open.", lambda w: {f"evening_{w.evening.pk}": "perhaps"}),
    Bad("person_answers", "Say what becomes of it.", lambda w: no_for_her_place(**{f"then_{w.evening.pk}": "?"})(w)),
    Bad("person_note", "Write the note first."),
    Bad("person_note", "1000 characters at most", {"text": "x" * 1001}, keeps="x" * 1001),
    Bad("person_note", "This contains a character that cannot be read.", {"text": "a\x07b"}),
]

ANSWERS = [
    Bad("offer_answer", "Choose one of the places first."),
    Bad("offer_answer", "Choose one of the places first.", {"answer": "perhaps"}),
    Bad("offer_answer", "Choose one of the places first.", {"answer": "yes"}),
    Bad("offer_answer", "Choose one of the places first.", {"answer": "yes", "offer": "9" * 30}),
    Bad("offer_answer", "Choose one of the places first.", lambda w: {"answer": "take", "post": w.other_post.pk + 9}),
    Bad("offer_answer", BEGUN, for_place("yes"), at=TONIGHT),
    Bad("offer_answer", BEGUN, for_place("yes", minutes="soon"), at=TONIGHT),
    Bad("offer_answer", BEGUN, for_place("yes", minutes="181"), at=TONIGHT),
    Bad("offer_answer", BEGUN, for_place("yes", minutes="9" * 30), at=TONIGHT),
    *(
        line
        for name in ("mine_swap", "evenings_swap", "assignment_swap")
        for line in (
            Bad(name, "Choose somebody in your team, or type an e-mail address."),
            Bad(name, "Write an e-mail address", {"who": "address", "address": "bob"}, keeps='value="bob"'),
            Bad(name, "Write an e-mail address", {"who": "address"}),
            Bad(name, "Choose somebody in your team", {"who": "mate-" + "9" * 30}),
            Bad(name, "That is yourself.", lambda w: {"address": w.alice.user.email.upper()}),
        )
    ),
    Bad("still_coming_answer", "Say whether you are still coming"),
    Bad("still_coming_answer", "Say whether you are still coming", {"answer": "perhaps"}),
    Bad("still_coming_answer", OVER, {"answer": "yes"}, at=AFTER),
    Bad("swap_answer", "Choose one of the answers."),
    Bad("swap_answer", "Choose one of the answers.", {"answer": "instead"}),
    Bad("swap_answer", "This is no longer possible", {"answer": "yes"}, at=TONIGHT),
    Bad("museum_arrived", TICKED),
    Bad("museum_absent", TICKED),
    Bad("museum_all_arrived", TICKED),
]

# The evening is past, the link or the sign-up is over.
TOO_LATE = [
    *(Bad(f"{door}_confirm", OVER, at=AFTER) for door in ("mine", "evenings", "assignment")),
    *(Bad(f"{door}_withdraw", OVER, at=AFTER) for door in ("mine", "evenings", "assignment")),
    *(Bad(f"{door}_come_back", OVER, at=AFTER, first=withdrawn) for door in ("mine", "evenings", "assignment")),
    Bad("offer_answer", "It is too late to come now. Thanks for answering.", for_place("yes"), at=AFTER),
    Bad("help_take", "The place has just been filled. Thanks for answering.", at=AFTER, who="bob"),
    Bad("museum_arrived", LIST_CLOSED, at=AFTER),
    Bad("museum_all_arrived", LIST_CLOSED, at=AFTER),
    Bad("post_assign", OVER, lambda w: {"volunteer": w.bob.pk}, at=AFTER),
    Bad("assignment_record_withdrawal", OVER, {"reason": ""}, at=AFTER),
    Bad("assignment_remove", OVER, {"then": "leave_open"}, at=AFTER),
    Bad("post_places", OVER, places(), at=AFTER),
    Bad("opening_call_off", EVENING_OVER, at=AFTER),
    Bad("evening_call_off", EVENING_OVER, at=AFTER),
    Bad("opening_move", EVENING_OVER, lambda w: moved(w, "18:30"), at=AFTER),
    Bad("post_move", OVER, lambda w: moved(w, "18:30"), at=AFTER),
    Bad("evening_publish", EVENING_OVER, at=AFTER + timedelta(days=7)),
    Bad("evening_ask_unanswered", EVENING_OVER, at=AFTER + timedelta(days=7)),
    Bad("sign_up_confirm", "This link was good for seven days, and has expired.", at=NOW + timedelta(days=7)),
    Bad("sign_up_confirm", "Sign-up for Nocturnes 2026 is closed.", first=closed),
]

AN_HOUR = "Write an hour as 17:30."
IN_ONE = "Write it in one language at least."
POST = {"places": "3", "needed": "3", "minimum_age": "16", "report": "17:30", "starts": "18:00", "ends": "22:00"}


def cell(name, text):
    """The table of the evening with this in one cell of Alice's post, and another places number in Bob's."""
    return lambda w: {
        f"was-{w.post.pk}": "17:30|3|3",
        f"was-{w.other_post.pk}": "17:30|2|2",
        f"report_at-{w.post.pk}": "17:30",
        f"places-{w.post.pk}": "3",
        f"needed-{w.post.pk}": "3",
        f"places-{w.other_post.pk}": "9",
        f"{name}-{w.post.pk}": text,
    }


PLANNING = [
    Bad("evening_add", "Write a date as 26/03/2026.", {"note": "Pins."}, keeps="Pins."),
    Bad("evening_add", "That date is over: choose today or a later one.", {"date": "2026-03-23"}, keeps="2026-03-23"),
    Bad("evening_add", "There is an evening on that date already: change that one.", {"date": "2026-03-26"}),
    Bad("evening_add", "That is more than three years away.", {"date": "9999-12-31"}),
    Bad("evening_edit", "we expect ten", {"phone": "0470"}, keeps='value="0470"'),
    Bad("evening_delete", "call it off instead of taking it away"),
    Bad("opening_add", AN_HOUR, {"starts": "soon", "ends": "22:00"}, keeps='value="soon"'),
    Bad("opening_add", "Choose one from the list.", {"title_fr": "Jeux"}, keeps='value="Jeux"'),
    Bad("opening_edit", "160 characters at most", {"activity": "games", "meeting_point_fr": "x" * 161}),
    Bad("opening_delete", "This opening has posts: take those away first, or call the opening off."),
    Bad("post_add", "Choose one from the list.", POST | {"briefing_fr": "Sourire."}, keeps="Sourire."),
    Bad("post_edit", "1 person is on this post: remove somebody first.", lambda w: post_of(w, places="0", needed="0")),
    Bad("post_edit", AN_HOUR, lambda w: post_of(w, report="25:00"), keeps='value="25:00"'),
    Bad("post_edit", OVER, lambda w: post_of(w), at=AFTER),
    Bad("post_copy", "Tick where the post is wanted."),
    Bad("post_delete", "Somebody was on this post or was asked for it, so it stays.", args=lambda w: of_alices(w)),
    Bad("posts_table", AN_HOUR, cell("report_at", "late"), keeps='value="late"'),
    Bad("posts_table", "Write a whole number from 0 to 200.", cell("places", "many"), keeps='value="9"'),
    Bad("posts_table", "1 person is on this post: remove somebody first.", lambda w: none_wanted(w), keeps='value="9"'),
    Bad("posts_table", OVER, cell("report_at", "17:00"), at=AFTER),
    Bad("museum_add", IN_ONE, {"name_nl": "", "postcode": "1000"}, keeps='value="1000"'),
    Bad("museum_edit", "Write the postcode.", {"name_nl": "Hortamuseum"}, keeps='value="Hortamuseum"'),
    Bad("role_add", IN_ONE),
    Bad("role_add", "There is a role of that name already", {"name_fr": "accueil"}, keeps='value="accueil"'),
]


def post_of(world, **typed):
    return POST | {"role": world.post.role_id} | typed


def of_alices(world):
    return [world.edition.slug, world.post.pk]


def none_wanted(world):
    return cell("places", "0")(world) | {f"needed-{world.post.pk}": "0"}


LINES = [*PLANNING, *PROFILE, *COORDINATOR, *PEOPLE, *ANSWERS, *TOO_LATE]


@pytest.mark.parametrize("line", LINES, ids=[f"{n}-{line.name}" for n, line in enumerate(LINES)])
def test_what_is_wrong_gets_its_sentence_and_changes_nothing(line, world, client, at):
    who = line.who or best(line.name)
    sign_in(client, world, who)
    if line.first:
        line.first(world)
    url = reverse(line.name, args=line.args(world)) if line.args else address_of(world, line.name, who)
    data = line.data(world) if callable(line.data) else line.data
    at(line.at)

    with nothing_changes():
        response = client.post(url, data, follow=True)

    assert response.status_code < 500
    assert line.says in text_of(response)
    assert line.keeps in response.content.decode()


def address_of(world, name, who):
    """As in test_doors, but a sign-up's link ends as the one in its mail does."""
    if name != "sign_up_confirm":
        return address(world, name, DOORS[name], who)
    return reverse(name, args=[links.token("sign-up", world.sign_up, until=link_ends(world.sign_up))])


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if door.posts])
def test_a_second_click_changes_nothing_more(name, world, client):
    """History may say that somebody clicked again."""
    sign_in(client, world, best(name))
    url = address(world, name, DOORS[name], best(name))
    data = DOORS[name].data
    if name == "offer_answer":
        data = for_place("yes")(world)
    client.post(url, data)
    before = rows()

    answer = client.post(url, data)

    assert answer.status_code in (302, 403, 404)
    after = rows()
    assert {label for label in before if before[label] != after[label]} <= {"nocturnes.Entry", *ONCE_MORE.get(name, [])}


# A museum's link that is renewed again is another link; a message that is sent again is due now.
ONCE_MORE = {"museum_link_renew": ["museums.Museum"]}
