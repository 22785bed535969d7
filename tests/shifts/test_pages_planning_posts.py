"""The pages of openings and posts: hours on the clock, texts, copies, and the table of an evening."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from messaging.models import Message
from museums.models import Opening
from nocturnes import clock
from nocturnes.history import SYSTEM
from shifts import actions
from shifts.models import Assignment, Post
from tests.factories import (
    NOW,
    make_assignment,
    make_edition,
    make_evening,
    make_language,
    make_museum,
    make_opening,
    make_post,
    make_role,
    make_volunteer,
)
from tests.shifts.pages import queries_of, rows, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SKIPS, TWICE = date(2026, 3, 28), date(2026, 10, 24)


@pytest.fixture(autouse=True)
def _now_in_english(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with translation.override("en"):
        yield


@pytest.fixture
def evening():
    return make_evening(published_at=NOW)


def url(name, *args):
    return reverse(name, args=[make_edition().slug, *args])


def wall(moment):
    return f"{timezone.localtime(moment, make_edition().zone):%d %H:%M}"


# Openings.


def opening_typed(**more):
    return {"activity": "games", "starts": "18:00", "ends": "22:00", **more}


def test_an_opening_is_typed_on_the_clock_of_the_edition(desk, evening):
    museum, dutch = make_museum(), make_language("nl")
    typed = opening_typed(museum=museum.pk, starts="18h30", ends="0030", title_fr="Jeux", languages=[dutch.pk])

    response = desk.post(url("opening_add", evening.date), typed)

    opening = Opening.objects.get()
    assert (wall(opening.starts_at), wall(opening.ends_at)) == ("26 18:30", "27 00:30")
    assert opening.starts_at == datetime(2026, 3, 26, 17, 30, tzinfo=UTC)
    assert (opening.museum, opening.title_fr, list(opening.languages.all())) == (museum, "Jeux", [dutch])
    assert response["Location"] == url("opening_posts", opening.pk)


@pytest.mark.parametrize(
    ("day", "says"), [(SKIPS, "the clock jumps over 02:30"), (TWICE, "the clock shows 02:30 twice")]
)
def test_an_hour_that_is_none_or_two_gets_its_sentence_and_stays_typed(day, says, desk):
    evening = make_evening(day)

    typed = opening_typed(museum=make_museum().pk, ends="2:30", title_nl="Spelen")
    response = desk.post(url("opening_add", evening.date), typed)

    assert says in text_of(response)
    assert 'value="2:30"' in response.content.decode()
    assert 'value="Spelen"' in response.content.decode()
    assert not Opening.objects.exists()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"museum": ""}, "Choose one from the list."),
        ({"museum": "987654321"}, "Choose one of the answers of the list."),
        ({"starts": "quarter"}, "Write an hour as 17:30."),
        ({"starts": "24:00"}, "Write an hour as 17:30."),
        ({"ends": ""}, "Write an hour as 17:30."),
        ({"ends": "18:00"}, "The end comes after the start."),
        ({"activity": "party"}, "Choose one of the answers of the list."),
        ({"languages": ["9" * 30]}, "Choose only from the list."),
        ({"meeting_point_fr": "x" * 161}, "160 characters at most"),
    ],
)
def test_what_is_wrong_with_an_opening_is_said_and_nothing_is_saved(typed, says, desk, evening):
    museum = make_museum()

    response = desk.post(url("opening_add", evening.date), opening_typed(museum=museum.pk, title_fr="Jeux") | typed)

    assert says in text_of(response)
    assert 'value="Jeux"' in response.content.decode()
    assert not Opening.objects.exists()


def test_a_museum_that_opens_that_evening_is_not_offered_again(desk, evening):
    make_opening(evening, make_museum("Horta"))
    make_museum("MIM")

    form = desk.get(url("opening_add", evening.date)).context["form"]

    assert [label for _value, label in form.fields["museum"].choices] == ["—", "MIM"]


def test_an_hour_of_a_night_that_has_it_twice_can_stay_as_it_is(desk):
    evening = make_evening(TWICE)
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    opening = make_opening(evening, ends_at=first)

    desk.post(url("opening_edit", opening.pk), opening_typed(ends="02:30", title_fr="Jeux"))

    opening.refresh_from_db()
    assert (opening.ends_at, opening.title_fr) == (first, "Jeux")


def test_the_page_of_an_opening_with_posts_leads_to_moving_its_hours(desk, evening):
    post = make_post(make_opening(evening))
    starts_at = post.opening.starts_at

    response = desk.get(url("opening_edit", post.opening_id))
    desk.post(url("opening_edit", post.opening_id), opening_typed(starts="17:00", title_fr="Jeux"))

    assert "starts" not in response.context["form"].fields
    assert url("opening_move", post.opening_id) in response.content.decode()
    post.opening.refresh_from_db()
    assert (post.opening.starts_at, post.opening.title_fr) == (starts_at, "Jeux")


def test_another_meeting_point_says_whom_it_reaches_before_and_after_the_click(desk, evening):
    opening = make_opening(evening)
    make_assignment(make_post(opening), make_volunteer("Bob"))

    before = text_of(desk.get(url("opening_edit", opening.pk)))
    after = desk.post(url("opening_edit", opening.pk), opening_typed(meeting_point_fr="à droite"), follow=True)

    assert "If you change the meeting point, these people are told, once each: Bob D." in before
    assert "Saved. 1 person is told." in text_of(after)


def test_an_opening_is_taken_away_only_without_posts(desk, evening):
    used, unused = make_post(make_opening(evening)).opening, make_opening(evening)

    refused = desk.post(url("opening_delete", used.pk), follow=True)
    desk.post(url("opening_delete", unused.pk))

    assert "take those away first, or call the opening off" in text_of(refused)
    assert list(Opening.objects.all()) == [used]


# Posts.


def post_typed(**more):
    hours = {"report": "17:30", "starts": "18:00", "ends": "22:00"}
    return {"role": make_role().pk, "places": "3", "needed": "2", "minimum_age": "16", **hours, **more}


def test_a_post_is_added_with_hours_of_the_clock_languages_and_a_briefing(desk, evening):
    opening, dutch = make_opening(evening), make_language("nl")

    desk.post(
        url("post_add", opening.pk),
        post_typed(ends="1:00", languages=[dutch.pk], minimum_age="18", briefing_fr="Sourire.\nSaluer."),
    )

    post = Post.objects.get()
    assert [wall(at) for at in (post.report_at, post.starts_at, post.ends_at)] == ["26 17:30", "26 18:00", "27 01:00"]
    assert (post.places, post.needed, post.minimum_age) == (3, 2, 18)
    assert post.briefing_fr.split() == ["Sourire.", "Saluer."]
    assert list(post.languages.all()) == [dutch]


def test_a_new_post_begins_with_the_hours_of_its_opening(desk, evening):
    opening = make_opening(evening)

    page = desk.get(url("post_add", opening.pk)).content.decode()

    assert [re.search(rf'name="{name}" value="(.*?)"', page)[1] for name in ("report", "starts", "ends")] == [
        "17:30",
        "18:00",
        "22:00",
    ]


WRONG_POSTS = [
    ({"role": ""}, "Choose one from the list."),
    ({"places": "many"}, "Write a whole number from 0 to 200."),
    ({"places": ""}, "Write a whole number from 0 to 200."),
    ({"places": "²"}, "Write a whole number from 0 to 200."),
    ({"places": "-1"}, "Write a whole number from 0 to 200."),
    ({"needed": "4"}, "No more places can be needed than there are."),
    ({"minimum_age": "15"}, "Write a whole number from 16 to 99."),
    ({"report": "1830"}, "The report time comes first, then the start, then the end."),
    ({"report": "17:60"}, "Write an hour as 17:30."),
    ({"ends": "٣:00"}, "Write an hour as 17:30."),
    ({"briefing_nl": "x" * 2001}, "2000 characters at most"),
]


@pytest.mark.parametrize(("typed", "says"), WRONG_POSTS)
@pytest.mark.parametrize("name", ["post_add", "post_edit"])
def test_what_is_wrong_with_a_post_is_said_and_nothing_is_saved(name, typed, says, desk, evening):
    post = make_post(make_opening(evening), report=time(17))
    before = rows()
    pk = post.opening_id if name == "post_add" else post.pk

    response = desk.post(url(name, pk), post_typed(briefing_fr="Sourire.") | typed)

    assert says in text_of(response)
    assert "Sourire." in response.content.decode()
    assert rows() == before


def test_a_refusal_stands_beside_its_field(desk, evening):
    post = make_post(make_opening(evening))
    make_assignment(post)

    form = desk.post(url("post_edit", post.pk), post_typed(places="0", needed="0")).context["form"]
    again = desk.post(url("post_add", post.opening_id), post_typed()).context["form"]

    assert form.errors == {"places": ["1 person is on this post: remove somebody first."]}
    assert list(again.errors) == ["role"]


def test_the_page_of_a_post_says_who_hears_of_other_hours_and_tells_them_once(desk, evening):
    post = make_post(make_opening(evening))
    bob = make_assignment(post, make_volunteer("Bob"))
    make_assignment(post, make_volunteer("Eve"), published_at=None)

    before = text_of(desk.get(url("post_edit", post.pk)))
    desk.post(url("post_edit", post.pk), post_typed(report="17:00"))
    desk.post(url("post_edit", post.pk), post_typed(report="17:00"))

    assert "once each: Bob D." in before
    assert "Eve" not in before
    message = Message.objects.get(kind="changed")
    assert (message.user, len(message.facts["items"])) == (bob.volunteer.user, 1)
    assert wall(Assignment.objects.get(pk=bob.pk).report_at) == "26 17:00"


def test_a_post_is_taken_away_only_if_nobody_was_ever_on_it(desk, evening):
    used, unused = make_post(make_opening(evening)), make_post(make_opening(evening))
    make_assignment(used)

    refused = desk.post(url("post_delete", used.pk), follow=True)
    desk.post(url("post_delete", unused.pk))

    assert "Somebody was on this post or was asked for it, so it stays." in text_of(refused)
    assert list(Post.objects.all()) == [used]


# Copies.


def test_the_page_of_copies_says_who_has_the_role_already_and_offers_the_rest(desk, evening):
    post = make_post(make_opening(evening, make_museum("BELvue")))
    make_post(make_opening(evening, make_museum("Horta")), places=4)
    free = make_opening(make_evening(date(2026, 4, 2)), make_museum("MIM"))
    make_opening(evening, make_museum("Closed"), called_off_at=NOW)
    make_opening(make_evening(date(2026, 3, 19)), make_museum("Past"))

    response = desk.get(url("post_copy", post.pk))

    text, page = text_of(response), response.content.decode()
    assert "Horta · has this role already, 4 places" in text
    assert re.findall(r'name="opening" value="(\d+)"', page) == [str(free.pk)]
    assert not re.search("Closed|Past", text)
    assert "report 17:30, 18:00 to 22:00 on the clock of each date" in text


def test_what_is_ticked_gets_the_post_and_what_has_it_by_now_is_named(desk, evening):
    post = make_post(make_opening(evening, make_museum("BELvue")))
    openings = [make_opening(make_evening(date(2026, 4, day)), make_museum(f"M{day}")) for day in (2, 9)]
    ticked = {"opening": [one.pk for one in openings]}
    make_post(openings[1])

    response = desk.post(url("post_copy", post.pk), ticked, follow=True)
    again = desk.post(url("post_copy", post.pk), ticked, follow=True)

    assert "Copied to M2, 2 April." in text_of(response)
    assert "There already, and left as it was: M9, 9 April." in text_of(response)
    assert "There already, and left as it was: M2, 2 April; M9, 9 April." in text_of(again)
    assert wall(openings[0].posts.get().report_at) == "02 17:30"
    assert Post.objects.count() == 3


@pytest.mark.parametrize(
    ("ticked", "says"),
    [
        ([], "Tick where the post is wanted."),
        (["987654321"], "Choose only from the list."),
        (["x\x00"], "Choose only from the list."),
    ],
)
def test_nothing_ticked_or_something_else_copies_nothing(ticked, says, desk, evening):
    post = make_post(make_opening(evening))
    make_opening(evening)

    response = desk.post(url("post_copy", post.pk), {"opening": ticked})

    assert says in text_of(response)
    assert Post.objects.count() == 1


def test_a_copy_that_is_refused_keeps_the_ticks(desk, evening):
    post = make_post(make_opening(evening), ends=time(22))
    Post.objects.update(ends_at=datetime(2026, 3, 27, 1, 30, tzinfo=UTC))
    skips = make_opening(make_evening(SKIPS))

    response = desk.post(url("post_copy", post.pk), {"opening": [skips.pk]})

    assert "28 March" in text_of(response)
    assert "the clock jumps over 02:30" in text_of(response)
    assert re.search(rf'value="{skips.pk}" checked', response.content.decode())


# The table.


def cells(*posts, **typed):
    """What the table's form sends, with what is `typed` in the cells of the first post."""
    data = {}
    for post in posts:
        now = [wall(post.report_at)[3:], str(post.places), str(post.needed)]
        data |= {f"{name}-{post.pk}": text for name, text in zip(("report_at", "places", "needed"), now, strict=True)}
        data[f"was-{post.pk}"] = "|".join(now)
    return data | {f"{name}-{posts[0].pk}": text for name, text in typed.items()}


@pytest.fixture
def posts(evening):
    opening = make_opening(evening, make_museum("Horta"))
    return make_post(opening, places=2), make_post(opening, places=3, role=make_role("cloakroom"))


def test_the_table_saves_everything_with_one_click(desk, evening, posts):
    typed = cells(*posts, report_at="17h", places="5") | {f"needed-{posts[1].pk}": " 1 "}

    response = desk.post(url("posts_table", evening.date), typed, follow=True)

    first, second = Post.objects.order_by("pk")
    assert (wall(first.report_at), first.places, first.needed) == ("26 17:00", 5, 2)
    assert (second.places, second.needed) == (3, 1)
    assert "2 posts are changed." in text_of(response)


def test_places_that_the_table_adds_are_looked_for_only_where_it_says_so(desk, evening, posts):
    desk.post(url("posts_table", evening.date), cells(*posts, places="5"))
    assert not posts[0].searches.exists()
    posts[0].refresh_from_db()

    desk.post(url("posts_table", evening.date), cells(*posts, places="6") | {"then": "search"})

    assert posts[0].searches.live().exists()


def test_a_draft_has_nothing_to_look_for(desk):
    evening = make_evening(date(2026, 4, 2))
    post = make_post(make_opening(evening))

    table = desk.get(url("posts_table", evening.date)).context["table"]
    form = desk.get(url("post_edit", post.pk)).context["form"]

    assert table.then_form is None
    assert "then" not in form.fields


@pytest.mark.parametrize(("then", "live"), [("search", 1), ("leave_open", 0), ("", 0)])
def test_places_that_the_page_of_a_post_adds_are_looked_for_only_where_it_says_so(then, live, desk, evening):
    post = make_post(make_opening(evening))

    desk.post(url("post_edit", post.pk), post_typed(then=then))

    assert Post.objects.get().places == 3
    assert post.searches.live().count() == live


def test_the_table_says_who_is_told_of_another_hour_and_tells_them_once(desk, evening, posts):
    alice = make_assignment(posts[0], make_volunteer("Alice"))

    before = text_of(desk.get(url("posts_table", evening.date)))
    posts[0].refresh_from_db()
    after = desk.post(url("posts_table", evening.date), cells(*posts, report_at="17:00"), follow=True)

    assert "Alice D. told if the hour changes" in before
    assert "1 post is changed. 1 person is told." in text_of(after)
    assert Message.objects.get(kind="changed").user == alice.volunteer.user


def test_a_draft_tells_nobody_and_the_table_does_not_say_so(desk):
    evening = make_evening(date(2026, 4, 2))
    make_assignment(make_post(make_opening(evening)), make_volunteer("Alice"), published_at=None)

    text = text_of(desk.get(url("posts_table", evening.date)))

    assert "Alice D." in text
    assert "told if the hour changes" not in text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"report_at": "soon"}, "Write an hour as 17:30."),
        ({"report_at": ""}, "Write an hour as 17:30."),
        ({"report_at": "18:01"}, "The report time comes first, then the start, then the end."),
        ({"places": "9.5"}, "Write a whole number from 0 to 200."),
        ({"places": "201"}, "Write a whole number from 0 to 200."),
        ({"needed": "3"}, "No more places can be needed than there are."),
        ({"places": "0", "needed": "0"}, "1 person is on this post: remove somebody first."),
    ],
)
def test_a_wrong_cell_keeps_its_value_says_what_to_do_and_nothing_is_half_saved(typed, says, desk, evening, posts):
    make_assignment(posts[0])
    posts[0].refresh_from_db()
    before = rows()

    data = cells(*posts, **typed) | {f"places-{posts[1].pk}": "7"}
    response = desk.post(url("posts_table", evening.date), data)

    page = response.content.decode()
    name, text = next(iter(typed.items()))
    assert says in text_of(response)
    assert "Nothing is saved yet." in text_of(response)
    assert f'name="{name}-{posts[0].pk}" value="{text}"' in page
    assert f'name="places-{posts[1].pk}" value="7"' in page
    assert rows() == before


def test_what_cannot_be_read_and_what_is_refused_are_said_together(desk, evening, posts):
    typed = cells(*posts, report_at="18:30") | {f"places-{posts[1].pk}": "many"}

    table = desk.post(url("posts_table", evening.date), typed).context["table"]

    assert [(post.pk, cell.name) for post, cell in table.wrong] == [
        (posts[0].pk, "report_at"),
        (posts[1].pk, "places"),
    ]


def test_what_somebody_else_changed_meanwhile_stays(desk, evening, posts):
    typed = cells(*posts, report_at="17:00")
    Post.objects.filter(pk=posts[0].pk).update(places=9)

    desk.post(url("posts_table", evening.date), typed)

    first = Post.objects.get(pk=posts[0].pk)
    assert (wall(first.report_at), first.places) == ("26 17:00", 9)


def test_a_post_that_came_meanwhile_stays_as_it_is(desk, evening, posts):
    typed = cells(posts[0], places="4")

    desk.post(url("posts_table", evening.date), typed)

    assert list(Post.objects.order_by("pk").values_list("places", flat=True)) == [4, 3]


@pytest.mark.parametrize("nonsense", ["", "\x00", "9" * 5000, "²", "💥", "|||", "<q>"])
def test_no_nonsense_breaks_the_table(nonsense, desk, evening, posts):
    before = rows()

    typed = dict.fromkeys(cells(*posts), nonsense)
    response = desk.post(url("posts_table", evening.date), typed)

    assert response.status_code in (200, 302)
    assert rows() == before


def test_the_hours_of_a_night_with_an_hour_twice_are_refused_in_their_cell(desk):
    evening = make_evening(TWICE)
    start = datetime(2026, 10, 25, 2, tzinfo=UTC)
    opening = make_opening(evening, ends_at=start + timedelta(hours=2))
    hours = {"report_at": start, "starts_at": start, "ends_at": start + timedelta(hours=1)}
    post = Post.objects.create(opening=opening, role=make_role(), places=1, needed=1, **hours)

    response = desk.post(url("posts_table", evening.date), cells(post, report_at="02:30"))

    assert "the clock shows 02:30 twice" in text_of(response)


def test_ninety_rows_cost_no_more_queries_than_two(desk, evening, posts):
    few = queries_of(desk, url("posts_table", evening.date))
    for number in range(30):
        opening = make_opening(evening, make_museum(f"M{number}"))
        for role in ("a", "b", "c"):
            make_assignment(make_post(opening, role=make_role(role)))

    assert queries_of(desk, url("posts_table", evening.date)) == few


def test_the_cells_come_in_the_order_in_which_tab_goes(desk, evening, posts):
    table = desk.get(url("posts_table", evening.date)).content.decode().partition("<table")[2].partition("</table>")[0]

    names = re.findall(r"<(?:input|a|button|select)[^>]*?name=\"([a-z_]+-\d+)\"", table)
    assert [name for name in names if not name.startswith("was")] == [
        f"{name}-{post.pk}" for post in posts for name in ("report_at", "places", "needed")
    ]
    assert "<a " not in table


# Who may.


@pytest.mark.parametrize("name", ["opening_add", "opening_edit", "post_add", "post_edit", "post_copy", "posts_table"])
def test_a_volunteer_and_a_stranger_get_nothing_and_change_nothing(name, client, evening):
    post = make_post(make_opening(evening))
    free = make_opening(evening)
    by_day, by_opening = ("opening_add", "posts_table"), ("opening_edit", "post_add")
    args = [evening.date] if name in by_day else [post.opening_id] if name in by_opening else [post.pk]
    typed = post_typed(report="17:00") | opening_typed(museum=make_museum().pk, title_fr="x", opening=free.pk)
    typed |= cells(post, places="9")

    stranger = client.post(url(name, *args), typed)
    client.force_login(make_volunteer().user)
    before = rows()
    volunteer = client.post(url(name, *args), typed)

    assert "/account/login/" in stranger["Location"]
    assert volunteer.status_code == 403
    assert rows() == before
    assert (Opening.objects.count(), Opening.objects.exclude(title_fr="").count()) == (2, 0)


def test_called_off_openings_take_no_more_posts(desk, evening):
    opening = make_opening(evening)
    actions.call_off(opening, by=SYSTEM, now=NOW)

    response = desk.post(url("post_add", opening.pk), post_typed())

    assert "This opening does not take place." in text_of(response)
    assert not Post.objects.exists()
