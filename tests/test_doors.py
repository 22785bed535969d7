"""Every address against everybody who might try it; an address that is not in the table fails (design.md 3.5, 3.6).

Each line says, for one URL name, who gets what. People who come with a session: nobody (anonymous), Alice (whose rows
they are), Bob (another volunteer), Léa (the coordinator). People who come with a link have no session: the link for
this very thing, somebody else's link of the same purpose, a museum's link, another museum's link.
"""

import re
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from django.urls import URLPattern, get_resolver, reverse

from nocturnes import links
from nocturnes.models import Entry
from tests.unchanged import nothing_changes, rows

pytestmark = [pytest.mark.django_db, pytest.mark.once]

OK, DONE, SIGN_IN, FORBIDDEN, ABSENT = "200", "302", "sign in", "403", "404"


@dataclass(frozen=True)
class Door:
    """`args` makes the address from the world and, behind a link, from the token. `posts` says that it acts by POST."""

    args: object
    expected: dict
    posts: bool = False
    purpose: str = ""
    data: dict = field(default_factory=dict)


def public(args=lambda w: [], **words):
    return Door(args, dict.fromkeys(("anonymous", "alice", "bob", "lea"), words.pop("gives", OK)), **words)


def hers(args=lambda w: [w.edition.slug, w.hers.pk], *, bob=ABSENT, gives=OK, **words):
    return Door(args, {"anonymous": SIGN_IN, "alice": gives, "bob": bob, "lea": ABSENT}, **words)


def coordinators(args=lambda w: [w.edition.slug], *, gives=OK, **words):
    return Door(args, {"anonymous": SIGN_IN, "alice": FORBIDDEN, "bob": FORBIDDEN, "lea": gives}, **words)


def linked(purpose, args=lambda w, token: [token], *, gives=OK, other=OK, **words):
    """Behind a link: `other` is what somebody else's link of the same purpose gives with these arguments."""
    return Door(args, {"link": gives, "other_link": other, "museum_link": ABSENT}, purpose=purpose, **words)


def museums(args=lambda w, token: [token], *, gives=OK, other=ABSENT, **words):
    return Door(args, {"museum_link": gives, "other_museum_link": other, "link": ABSENT}, purpose="museum", **words)


def of_edition(w):
    return [w.edition.slug]


def of_post(w):
    return [w.edition.slug, w.post.pk]


def of_opening(w):
    return [w.edition.slug, w.post.opening_id]


def of_draft_post(w):
    """Nobody was ever on it."""
    return [w.edition.slug, w.draft.openings.first().posts.first().pk]


def of_assignment(w):
    return [w.edition.slug, w.hers.pk]


def of_alice(w):
    return [w.edition.slug, w.alice.pk]


def of_disruption(w):
    return [w.edition.slug, w.question.disruption_id]


def of_message(w):
    return [w.edition.slug, w.message.pk]


def of_reserve(w):
    return [w.edition.slug, w.reserve.pk]


def of_day(w):
    return [w.edition.slug, w.evening.date]


def her_evening(w, token):
    return [token, w.hers.pk]


DOORS = {
    # Anybody's.
    "healthz": public(),
    "service_worker": public(),
    "no_network": public(),
    "manifest": public(of_edition),
    "home": public(gives=None),
    "accessibility": public(),
    "edition": public(of_edition),
    "open_places_feed": public(of_edition),
    "feed_docs": public(of_edition),
    "sign_up": public(of_edition),
    "sign_up_sent": public(of_edition),
    "notice": public(lambda w: [w.edition.slug, "privacy"]),
    "account_login": Door(lambda w: [], {"anonymous": OK, "alice": DONE, "bob": DONE, "lea": DONE}),
    "account_request_login_code": Door(lambda w: [], {"anonymous": OK, "alice": DONE, "bob": DONE, "lea": DONE}),
    "account_confirm_login_code": Door(lambda w: [], {"anonymous": SIGN_IN, "alice": DONE, "bob": DONE, "lea": DONE}),
    "account_logout": Door(lambda w: [], {"anonymous": DONE, "alice": OK, "bob": OK, "lea": OK}),
    # Only in a rehearsal, or while developing.
    "parts": public(gives=ABSENT),
    "mailbox": public(gives=ABSENT),
    "mailbox_message": public(lambda w: [w.message.pk], gives=ABSENT),
    "mailbox_html": public(lambda w: [w.message.pk], gives=ABSENT),
    "mailbox_file": public(lambda w: [w.message.pk, 0], gives=ABSENT),
    "rehearsal": public(gives=ABSENT),
    "rehearsal_be": public(gives=ABSENT, posts=True),
    "rehearsal_next_message": public(gives=ABSENT, posts=True),
    "rehearsal_move": public(gives=ABSENT, posts=True, data={"by": "hour"}),
    "rehearsal_exercise": public(lambda w: [w.edition.slug, "list"], gives=ABSENT, posts=True),
    "rehearsal_fold": public(of_edition, gives=ABSENT, posts=True),
    # A volunteer's own.
    "mine": hers(of_edition, bob=OK),
    "mine_profile": hers(of_edition, bob=OK),
    "mine_data": hers(of_edition, bob=OK),
    "mine_confirm": hers(posts=True, gives=DONE),
    "mine_withdraw": hers(posts=True, gives=DONE),
    "mine_come_back": hers(posts=True, gives=DONE),
    "mine_places": hers(of_edition, bob=OK),
    "mine_request_back": hers(lambda w: [w.edition.slug, w.request.pk], posts=True, gives=DONE),
    "mine_reserve": hers(of_reserve),
    "mine_reserve_answer": hers(of_reserve, posts=True, gives=DONE, data={"answer": "back"}),
    "mine_asks": hers(of_edition, bob=DONE, posts=True, gives=DONE, data={"until": "week"}),
    "mine_take": hers(of_post, bob=DONE, gives=DONE, posts=True),
    # Behind a link of a mail: it does its one thing for whoever holds it.
    "sign_up_confirm": linked("sign-up", gives=DONE, other=None, posts=True),
    "consent": linked("consent", gives=DONE, other=None, posts=True, data={"agree": "on"}),
    "evenings": linked("evenings"),
    "evenings_profile": linked("evenings", lambda w, token: [token]),
    "evenings_confirm": linked("evenings", her_evening, gives=DONE, other=ABSENT, posts=True),
    "evenings_withdraw": linked("evenings", her_evening, gives=DONE, other=ABSENT, posts=True),
    "evenings_come_back": linked("evenings", her_evening, gives=DONE, other=ABSENT, posts=True),
    "evenings_places": linked("evenings"),
    "evenings_request_back": linked(
        "evenings", lambda w, token: [token, w.request.pk], gives=DONE, other=ABSENT, posts=True
    ),
    "evenings_take": linked("evenings", lambda w, token: [token, w.post.pk], gives=DONE, other=DONE, posts=True),
    "assignment": linked("assignment"),
    "assignment_confirm": linked("assignment", gives=DONE, other=DONE, posts=True),
    "assignment_withdraw": linked("assignment", gives=DONE, other=DONE, posts=True),
    "assignment_come_back": linked("assignment", gives=DONE, other=DONE, posts=True),
    "reserve": linked("reserve", other=None),
    "reserve_answer": linked("reserve", gives=DONE, other=None, posts=True, data={"answer": "back"}),
    "evenings_reserve": linked("evenings", lambda w, token: [token, w.reserve.pk], other=ABSENT),
    "evenings_reserve_answer": linked(
        "evenings",
        lambda w, token: [token, w.reserve.pk],
        gives=DONE,
        other=ABSENT,
        posts=True,
        data={"answer": "back"},
    ),
    "evenings_asks": linked("evenings", gives=DONE, other=DONE, posts=True, data={"until": "week"}),
    "offer_asks": linked("offer", gives=DONE, other=None, posts=True, data={"until": "week"}),
    "calendar": linked("calendar"),
    "swap": linked("swap", other=None),
    "swap_answer": linked("swap", gives=DONE, other=None, posts=True, data={"answer": "no"}),
    "mine_swap": hers(),
    "mine_swap_back": hers(posts=True, gives=DONE),
    "evenings_swap": linked("evenings", her_evening, other=ABSENT),
    "evenings_swap_back": linked("evenings", her_evening, gives=DONE, other=ABSENT, posts=True),
    "assignment_swap": linked("assignment"),
    "assignment_swap_back": linked("assignment", gives=DONE, other=DONE, posts=True),
    "offer": linked("offer", other=None),
    "offer_answer": linked("offer", gives=DONE, other=None, posts=True, data={"answer": "no"}),
    "still_coming": linked("still-coming"),
    "still_coming_answer": linked("still-coming", gives=DONE, other=DONE, posts=True, data={"answer": "yes"}),
    "help": hers(of_edition, bob=OK),
    "help_take": hers(lambda w: [w.edition.slug, w.post.pk], bob=DONE, gives=DONE, posts=True),
    "help_link": linked("help"),
    "help_link_take": linked("help", lambda w, token: [token, w.post.pk], gives=DONE, other=DONE, posts=True),
    # A museum's.
    "museum": museums(other=OK),
    "museum_arrived": museums(her_evening, gives=DONE, posts=True),
    "museum_absent": museums(her_evening, gives=DONE, posts=True),
    "museum_unmark": museums(her_evening, gives=DONE, posts=True),
    "museum_all_arrived": museums(lambda w, token: [token, w.post.opening.pk], gives=DONE, posts=True),
    "museum_extra": museums(lambda w, token: [token, w.post.opening.pk], gives=DONE, posts=True, data={"seen": 0}),
    "museum_print": museums(lambda w, token: [token, w.post.opening.pk]),
    # Its other link, for the day alone: two days before, a tick is refused with a sentence.
    "tonight": linked("tonight"),
    "tonight_arrived": linked("tonight", her_evening, gives=DONE, other=ABSENT, posts=True),
    "tonight_absent": linked("tonight", her_evening, gives=DONE, other=ABSENT, posts=True),
    "tonight_unmark": linked("tonight", her_evening, gives=DONE, other=ABSENT, posts=True),
    "tonight_all_arrived": linked(
        "tonight", lambda w, token: [token, w.post.opening.pk], gives=DONE, other=ABSENT, posts=True
    ),
    "tonight_extra": linked(
        "tonight", lambda w, token: [token, w.post.opening.pk], gives=DONE, other=ABSENT, posts=True, data={"seen": 0}
    ),
    # The coordinator's.
    "season": coordinators(),
    "season_read": coordinators(gives=DONE, posts=True),
    "season_introduced": coordinators(gives=DONE, posts=True),
    "figures": coordinators(),
    "evening_ask_unanswered": coordinators(lambda w: [w.edition.slug, w.draft.date]),
    "evening_unconfirmed": coordinators(of_day),
    "evening_disruption": coordinators(of_day),
    "disruption": coordinators(of_disruption),
    "disruption_live": coordinators(of_disruption),
    "disruption_again": coordinators(of_disruption, gives=DONE, posts=True),
    "disruption_answer": coordinators(of_disruption, gives=None, posts=True),
    "at_risk": coordinators(),
    "assignment_ask_again": coordinators(of_assignment, gives=DONE, posts=True),
    "post_warm_up": coordinators(of_post),
    "evening_write": coordinators(of_day),
    "evening_print": coordinators(of_day),
    "invitation": coordinators(),
    "invitation_qr": coordinators(lambda w: [w.edition.slug, "fr"]),
    "evening": coordinators(of_day),
    "evening_reserve": coordinators(of_day),
    "reserve_phoned": coordinators(of_reserve, gives=DONE, posts=True, data={"answer": "no"}),
    "reserve_take_back": coordinators(of_reserve, gives=DONE, posts=True),
    "evening_publish": coordinators(lambda w: [w.edition.slug, w.draft.date]),
    "evening_call_off": coordinators(of_day, gives=DONE, posts=True),
    "opening_move": coordinators(lambda w: [w.edition.slug, w.post.opening.pk]),
    "post_move": coordinators(of_post),
    "rules": coordinators(),
    "waiting": coordinators(),
    "opening_call_off": coordinators(lambda w: [w.edition.slug, w.post.opening.pk], gives=DONE, posts=True),
    "opening_print": coordinators(lambda w: [w.edition.slug, w.post.opening.pk]),
    "museum_link": coordinators(lambda w: [w.edition.slug, w.museum.pk]),
    "museum_link_renew": coordinators(lambda w: [w.edition.slug, w.museum.pk], gives=DONE, posts=True),
    "post_panel": coordinators(of_post),
    "post_assign": coordinators(of_post, gives=None, posts=True),
    "post_places": coordinators(of_post, gives=DONE, posts=True, data={"places": 3, "needed": 3, "then": "leave_open"}),
    "post_history": coordinators(of_post),
    "search": coordinators(of_post),
    "search_open": coordinators(of_post, gives=DONE, posts=True),
    "search_stop": coordinators(of_post, gives=DONE, posts=True),
    "search_live": coordinators(of_post),
    "search_hold": coordinators(of_post, gives=DONE, posts=True, data={"held": "paused"}),
    "search_release": coordinators(of_post, gives=DONE, posts=True),
    "search_widen": coordinators(of_post, gives=DONE, posts=True),
    "search_agree": coordinators(of_post, gives=DONE, posts=True, data={"wave": 2}),
    "search_add": coordinators(of_post),
    "search_leave_out": coordinators(of_post, gives=None, posts=True),
    "search_let_in": coordinators(of_post, gives=None, posts=True),
    "search_phoned": coordinators(of_post, gives=None, posts=True),
    "assignment_confirm_by_phone": coordinators(of_assignment, gives=DONE, posts=True),
    "assignment_absent": coordinators(of_assignment),
    "assignment_remove": coordinators(of_assignment, gives=DONE, posts=True, data={"then": "leave_open"}),
    "assignment_record_withdrawal": coordinators(of_assignment, gives=DONE, posts=True, data={"reason": ""}),
    "assignment_history": coordinators(of_assignment),
    "undo": coordinators(lambda w: [w.edition.slug, w.entry.pk], gives=DONE, posts=True),
    "send_now": coordinators(lambda w: [w.edition.slug, w.entry.pk], gives=DONE, posts=True),
    "welcome": coordinators(),
    "welcome_accept": coordinators(lambda w: [w.edition.slug, w.newcomer.pk], gives=DONE, posts=True),
    "welcome_accept_all": coordinators(gives=DONE, posts=True),
    "welcome_decline": coordinators(lambda w: [w.edition.slug, w.newcomer.pk], gives=DONE, posts=True),
    "people": coordinators(),
    "person": coordinators(of_alice),
    "person_add": coordinators(),
    "person_edit": coordinators(of_alice),
    "person_answers": coordinators(of_alice, gives=DONE, posts=True),
    "person_note": coordinators(of_alice, gives=DONE, posts=True, data={"text": "Comes with her sister."}),
    "person_note_delete": coordinators(lambda w: [*of_alice(w), w.note.pk], gives=DONE, posts=True),
    "person_pause": coordinators(of_alice, gives=DONE, posts=True, data={"until": "2026-04-01"}),
    "person_resume": coordinators(of_alice, gives=DONE, posts=True),
    "person_invite_again": coordinators(of_alice, gives=DONE, posts=True, data={"again": "no"}),
    "person_not_at": coordinators(of_alice),
    "person_block": coordinators(of_alice, gives=DONE, posts=True, data={"then": "leave_open"}),
    "person_unblock": coordinators(of_alice, gives=DONE, posts=True),
    "person_merge": coordinators(of_alice),
    "swaps": coordinators(),
    "swap_agree": coordinators(lambda w: [w.edition.slug, w.swap.pk], gives=DONE, posts=True),
    "swap_refuse": coordinators(lambda w: [w.edition.slug, w.swap.pk], gives=DONE, posts=True),
    "post_lend": coordinators(of_post),
    "requests": coordinators(),
    "request_grant": coordinators(lambda w: [w.edition.slug, w.request.pk], gives=DONE, posts=True),
    "request_decline": coordinators(lambda w: [w.edition.slug, w.request.pk], gives=DONE, posts=True),
    "planning": coordinators(),
    "evening_add": coordinators(),
    "evening_edit": coordinators(of_day),
    "evening_delete": coordinators(of_day, gives=DONE, posts=True),
    "opening_add": coordinators(of_day),
    "opening_edit": coordinators(of_opening),
    "opening_delete": coordinators(of_opening, gives=DONE, posts=True),
    "opening_posts": coordinators(of_opening),
    "posts_table": coordinators(of_day),
    "post_add": coordinators(of_opening),
    "post_edit": coordinators(of_post),
    "post_copy": coordinators(of_post),
    "post_delete": coordinators(of_draft_post, gives=DONE, posts=True),
    "museum_list": coordinators(),
    "museum_add": coordinators(),
    "museum_edit": coordinators(lambda w: [w.edition.slug, w.museum.pk]),
    "role_list": coordinators(),
    "role_add": coordinators(),
    "role_edit": coordinators(lambda w: [w.edition.slug, w.post.role_id]),
    "message_list": coordinators(),
    "message": coordinators(of_message),
    "message_send_now": coordinators(of_message, gives=DONE, posts=True),
    "message_skip": coordinators(of_message, gives=DONE, posts=True, data={"sure": "on"}),
    "message_phoned": coordinators(of_message, gives=DONE, posts=True),
}

# Of allauth; its own tests look after what they do, ours that only who is signed in, or a coordinator, comes there.
OF_ALLAUTH = ("account_reauthenticate", "account_inactive", "mfa_")


def own_names(patterns=None):
    """The names of all addresses of the product, the Django admin's and allauth's second factor left out."""
    found = set()
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLPattern):
            found.add(pattern.name)
        elif getattr(pattern, "app_name", None) != "admin":
            found |= own_names(pattern.url_patterns)
    return {name for name in found if name and not name.startswith(OF_ALLAUTH)}


@pytest.fixture
def world(fresh_world):
    return fresh_world


def tokens(world):
    """Each purpose with the rows of this very thing and of somebody else."""
    return {
        "sign-up": (world.sign_up, None),
        "consent": (world.young, None),
        "evenings": (world.alice, world.bob),
        "help": (world.alice, world.bob),
        "calendar": (world.alice, world.bob),
        "assignment": (world.hers, world.bobs),
        "offer": (world.ask, None),
        "reserve": (world.reserve, None),
        "swap": (world.swap, None),
        "still-coming": (world.question, world.bobs_question),
        "museum": (world.museum, world.other_museum),
        "tonight": (world.museum, world.other_museum),
    }


def address(world, name, door, who):
    if not door.purpose:
        return reverse(name, args=door.args(world))
    rows = tokens(world)
    purpose, row = {
        "link": (door.purpose if door.purpose != "museum" else "evenings", 0),
        "other_link": (door.purpose, 1),
        "museum_link": ("museum", 0),
        "other_museum_link": ("museum", 1),
    }[who]
    return reverse(name, args=door.args(world, links.token(purpose, rows[purpose][row])))


def sign_in(client, world, who):
    user = {"alice": world.alice.user, "bob": world.bob.user, "lea": world.coordinator}.get(who)
    if user:
        client.force_login(user)


def outcome(response):
    if response.status_code == 302 and "/account/login/" in response["Location"]:
        return SIGN_IN
    return str(response.status_code)


def test_every_address_stands_in_the_table():
    assert own_names() == set(DOORS)


@pytest.mark.parametrize("name", DOORS)
def test_everybody_gets_what_the_table_says(name, world, client):
    door = DOORS[name]
    got, said = {}, {who: answer for who, answer in door.expected.items() if answer is not None}

    for who in said:
        client.logout()
        sign_in(client, world, who)
        url = address(world, name, door, who)
        with transaction.atomic():
            response = client.post(url, door.data) if door.posts else client.get(url)
            transaction.set_rollback(True)
        got[who] = outcome(response)
        assert what_the_policy_lets_in(response) == []

    assert got == said


INLINE = re.compile(
    r"<style|<script(?![^>]* (?:src=|type=.application/json))|<[a-z][^>]* (?:style|on[a-z]+)=", re.IGNORECASE
)


def what_the_policy_lets_in(response):
    """What is unsafe in the answer's content security policy, and what stands in its page that no safe one allows."""
    policy = response.headers.get("Content-Security-Policy", "unsafe-everything")
    page = response.content.decode() if response["Content-Type"].startswith("text/html") else ""
    return re.findall(r"unsafe-\S+|(?:-src|default-src)[^;]* (?:\*|https?:)\S*", policy) + INLINE.findall(page)


@pytest.mark.parametrize("name", DOORS)
def test_no_get_changes_a_row(name, world, client):
    """Mail scanners open every link, and browsers fetch ahead: as whoever may do most."""
    door = DOORS[name]
    may = [who for who in ("lea", "museum_link", "link", "alice") if door.expected.get(who, ABSENT) != ABSENT]
    who = may[0] if may else "lea"
    sign_in(client, world, who)

    with nothing_changes():
        response = client.get(address(world, name, door, who))

    assert response.status_code in {200, 302, 404, 405}


def test_who_may_not_changes_nothing(world, client):
    """Every deed of the coordinator, tried by a volunteer, by a link's holder and by nobody."""
    before = rows()

    for who in ("anonymous", "alice"):
        client.logout()
        sign_in(client, world, who)
        with nothing_changes():
            for name, door in DOORS.items():
                if door.posts and door.expected.get("alice") == FORBIDDEN:
                    client.post(address(world, name, door, who), door.data)
    client.logout()
    for name, door in DOORS.items():
        if door.purpose and door.expected.get("other_link") == ABSENT:
            client.post(address(world, name, door, "other_link"), door.data)
        if door.purpose == "museum" and door.posts:
            client.post(address(world, name, door, "other_museum_link"), door.data)

    assert Entry.objects.count() == len(before["nocturnes.Entry"])
    assert rows()["shifts.Assignment"] == before["shifts.Assignment"]


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if door.purpose])
def test_a_link_that_is_altered_or_renewed_shows_a_sentence_and_opens_nothing(name, world, client):
    door = DOORS[name]
    row = tokens(world)[door.purpose][0]
    token = links.token(door.purpose, row)
    altered = reverse(name, args=door.args(world, token[:-3] + "abc"))
    renewed = reverse(name, args=door.args(world, token))
    type(row).objects.filter(pk=row.pk).update(link_version=row.link_version + 1)

    answers = [client.post(url, door.data) if door.posts else client.get(url) for url in (altered, renewed)]

    assert [answer.status_code for answer in answers] == [404, 410]
    assert all("lien" in answer.content.decode() for answer in answers)


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if door.purpose and not door.posts])
def test_pages_behind_a_link_are_not_kept_indexed_or_passed_on(name, world, client):
    door = DOORS[name]
    who = "museum_link" if door.purpose == "museum" else "link"

    response = client.get(address(world, name, door, who))

    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("url", ["account_reauthenticate", "mfa_index", "mfa_list_webauthn", "mfa_add_webauthn"])
def test_signing_in_comes_before_the_second_factor(url, client):
    response = client.get(reverse(url))

    assert outcome(response) == SIGN_IN
