"""Planning posts: one, the same at other openings, and all of an evening in one table."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone

from messaging.models import Message
from museums.models import Opening
from nocturnes.history import SYSTEM
from nocturnes.hours import instant
from nocturnes.models import Entry
from shifts import actions
from shifts.actions import places, planning
from shifts.actions.evenings import (
    EveningIsOver,
    HoursInOrder,
    MoveOverlaps,
    NeededAreWanted,
    TooManyAssigned,
)
from shifts.actions.planning import Row, TableRefused
from shifts.actions.planning.posts import NotThere, SamePost, SomebodyWasThere, TooYoungThere
from shifts.models import Assignment, Post
from shifts.pages import planning as pages
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
    make_role,
    make_volunteer,
)
from volunteers.models import AgeGroup

pytestmark = pytest.mark.django_db

DONE = {"by": SYSTEM, "now": NOW}


@pytest.fixture
def opening():
    return make_opening(make_evening(published_at=NOW))


def facts(opening, *, report=time(17, 30), starts=time(18), ends=time(22), **more):
    day, zone = opening.evening.date, opening.evening.edition.zone
    hours = {"report_at": report, "starts_at": starts, "ends_at": ends}
    return {
        "role": make_role(),
        "places": 3,
        "needed": 2,
        "minimum_age": 16,
        **{name: instant(day, hour, zone) for name, hour in hours.items()},
        **more,
    }


def add(opening, **more):
    return planning.add_post(opening, facts(opening, **more), **DONE)


def test_a_post_is_not_added_where_the_opening_was_called_off_since_it_was_read(opening):
    stale = Opening.objects.select_related("evening__edition").get(pk=opening.pk)
    actions.call_off(opening, **DONE)

    with pytest.raises(places.CalledOff):
        add(stale)

    assert not Post.objects.exists()


def test_a_post_on_a_published_evening_has_open_places_at_once_and_nothing_is_sent(opening):
    make_available(make_volunteer(), opening.evening)

    post = planning.add_post(opening, facts(opening), languages=[make_language()], **DONE)

    assert (post.open_places, post.missing) == (3, 2)
    assert list(post.languages.all()) == [make_language()]
    assert Entry.objects.about(post).get().verb == "added_post"
    assert not Message.objects.exists()


def test_a_search_for_what_is_added_begins_only_where_it_is_asked_for_and_the_evening_is_published(opening):
    draft = make_opening(make_evening(date(2026, 4, 2)))
    quiet = add(opening)
    wanted = planning.add_post(opening, facts(opening, report=time(17)), then="search", **DONE)
    later = planning.add_post(draft, facts(draft), then="search", **DONE)

    assert [post.searches.live().count() for post in (quiet, wanted, later)] == [0, 1, 0]
    planning.change_posts(opening.evening, [Row(quiet.pk, needed=1)], then="search", **DONE)
    assert not quiet.searches.exists()
    planning.change_posts(opening.evening, [Row(quiet.pk, places=4)], then="search", **DONE)
    assert quiet.searches.live().exists()


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"report": time(18, 30)}, HoursInOrder),
        ({"ends": time(18)}, HoursInOrder),
        ({"needed": 4}, NeededAreWanted),
    ],
)
def test_a_post_that_cannot_be_is_refused(more, refusal, opening):
    with pytest.raises(refusal):
        add(opening, **more)
    assert not Post.objects.exists()


def test_nothing_is_added_to_what_is_over_or_does_not_take_place(opening):
    with pytest.raises(EveningIsOver):
        add(make_opening(make_evening(date(2026, 3, 19))))
    with pytest.raises(places.CalledOff):
        add(make_opening(opening.evening, called_off_at=NOW))
    with pytest.raises(places.PostIsOver):
        planning.add_post(opening, facts(opening), by=SYSTEM, now=instant(date(2026, 3, 26), time(22), UTC))
    assert not Post.objects.exists()


def test_the_same_role_at_the_same_hours_is_one_post_and_at_other_hours_two(opening):
    add(opening)

    with pytest.raises(SamePost):
        add(opening, places=9)
    add(opening, report=time(18))
    assert Post.objects.count() == 2


# Changing.


def change(post, *, languages=(), now=NOW, **changed):
    names = ("role", "places", "needed", "minimum_age", "report_at", "starts_at", "ends_at")
    now_there = {name: getattr(post, name) for name in names}
    planning.change_post(post, now_there | changed, languages=languages, by=SYSTEM, now=now)
    post.refresh_from_db()


def told():
    return sorted(
        (m.user_id, item["what"]) for m in Message.objects.filter(kind="changed") for item in m.facts["items"]
    )


def test_who_is_on_a_post_hears_once_of_other_hours_and_another_role(opening):
    post = add(opening)
    alice = make_assignment(post)
    make_assignment(post, make_volunteer("Bob"), published_at=None)
    later = post.report_at + timedelta(minutes=10)

    change(post, report_at=later, role=make_role("cloakroom"))

    assert Message.objects.filter(kind="changed").count() == 1
    assert told() == [(alice.volunteer.user_id, "details"), (alice.volunteer.user_id, "moved")]
    assert Assignment.objects.get(pk=alice.pk).report_at == later


def test_a_briefing_places_and_languages_are_nobodys_news(opening):
    post = add(opening)
    make_assignment(post)

    change(post, briefing_fr="Sourire.", places=5, needed=5, minimum_age=18, languages=[make_language()])

    assert (post.briefing_fr, post.places, post.needed, post.minimum_age) == ("Sourire.", 5, 5, 18)
    assert [language.code for language in post.languages.all()] == ["nl"]
    assert told() == []
    verbs = set(Entry.objects.about(post).values_list("verb", flat=True))
    assert verbs == {"added_post", "changed_places", "changed_post"}


def test_nothing_of_a_change_is_kept_when_a_part_of_it_is_refused(opening):
    post = add(opening)
    make_assignment(post)
    before = Post.objects.values().get()

    for wrong, refusal in (
        ({"places": 0, "needed": 0}, TooManyAssigned),
        ({"needed": 9}, NeededAreWanted),
        ({"report_at": post.starts_at + timedelta(minutes=1)}, HoursInOrder),
    ):
        with pytest.raises(refusal):
            change(post, briefing_fr="Sourire.", **wrong)

    assert Post.objects.values().get() == before
    assert told() == []


def test_a_post_that_is_over_is_not_changed(opening):
    post = add(opening)

    with pytest.raises(places.PostIsOver):
        change(post, briefing_fr="Sourire.", now=post.ends_at)


def test_the_age_does_not_rise_over_the_head_of_who_is_there(opening):
    post = add(opening)
    young = make_assignment(post, make_volunteer("Zoé", age_group=AgeGroup.YOUNG))

    change(post, minimum_age=17)
    with pytest.raises(TooYoungThere) as refused:
        change(post, minimum_age=18)

    assert "Zoé" in str(refused.value)
    actions.remove(young, by=SYSTEM, now=NOW)
    change(post, minimum_age=18)
    assert post.minimum_age == 18


# Copying.


def copies(post, *openings):
    return planning.copy_post(post, openings, **DONE)


def local(post):
    zone = post.opening.evening.edition.zone
    return [f"{timezone.localtime(at, zone):%d %H:%M}" for at in (post.report_at, post.starts_at, post.ends_at)]


def test_a_copy_keeps_the_hours_of_the_wall_across_the_clock_change(opening):
    role = make_role("cloakroom")
    post = add(opening, role=role, briefing_fr="Sourire.", briefing_nl="Lachen.", minimum_age=18)
    post.languages.add(make_language())
    make_assignment(post)
    in_april = make_opening(make_evening(date(2026, 4, 2)))

    copied = copies(post, in_april)

    copy = copied.made[0]
    assert local(copy) == ["02 17:30", "02 18:00", "02 22:00"]
    assert copy.report_at == datetime(2026, 4, 2, 15, 30, tzinfo=UTC)
    same = ("role", "places", "needed", "minimum_age", "briefing_fr", "briefing_nl", "briefing_en")
    assert [getattr(copy, name) for name in same] == [getattr(post, name) for name in same]
    assert (copy.taken, list(copy.languages.all())) == (0, [make_language()])
    assert not Message.objects.exists()


def test_the_end_after_midnight_of_a_copy_is_after_midnight(opening):
    zone = opening.evening.edition.zone
    post = add(opening, ends_at=instant(date(2026, 3, 27), time(1), zone))

    copied = copies(post, make_opening(make_evening(date(2026, 4, 2))))

    assert local(copied.made[0]) == ["02 17:30", "02 18:00", "03 01:00"]


def test_an_opening_that_has_the_role_already_is_left_and_named(opening):
    post = add(opening)
    has, free = make_opening(opening.evening, make_museum("Horta")), make_opening(opening.evening, make_museum("MIM"))
    make_post(has, report=time(20), starts=time(20))

    copied = copies(post, has, free)

    assert ([one.opening for one in copied.made], copied.had) == ([free], [has])
    again = copies(post, has, free)
    assert (again.made, again.had) == ([], [has, free])
    assert Post.objects.count() == 3


def test_the_early_and_the_late_post_of_one_role_are_two(opening):
    zone = opening.evening.edition.zone
    hours = [(date(2026, 3, 26), time(21, 45)), (date(2026, 3, 26), time(22)), (date(2026, 3, 27), time(1))]
    report_at, starts_at, ends_at = (instant(*hour, zone) for hour in hours)
    late = add(opening, report_at=report_at, starts_at=starts_at, ends_at=ends_at)
    has_early = make_opening(make_evening(date(2026, 4, 2)))
    make_post(has_early, report=time(17, 30), starts=time(18), ends=time(22), role=late.role)

    (target,) = pages.targets(late, now=NOW)[has_early.evening]
    copied = copies(late, has_early)

    assert target.has is None
    assert local(copied.made[0]) == ["02 21:45", "02 22:00", "03 01:00"]
    assert copies(late, has_early).had == [has_early]


def test_one_opening_that_cannot_have_it_stops_the_whole_copy(opening):
    """On the evening of 28\u00a0March the clock jumps over 02:30."""
    zone = opening.evening.edition.zone
    post = add(opening, ends_at=instant(date(2026, 3, 27), time(2, 30), zone))
    fine, skips = (make_opening(make_evening(date(2026, 3, day))) for day in (27, 28))

    with pytest.raises(NotThere) as refused:
        copies(post, fine, skips)

    assert "28\u00a0mars" in str(refused.value)
    assert "02:30" in str(refused.value)
    assert Post.objects.count() == 1


def test_a_copy_to_what_is_called_off_is_refused(opening):
    post = add(opening)

    with pytest.raises(NotThere):
        copies(post, make_opening(make_evening(date(2026, 4, 2)), called_off_at=NOW))


# Taking away.


def test_a_post_that_nobody_was_ever_on_can_be_taken_away(opening):
    post = planning.add_post(opening, facts(opening), languages=[make_language()], **DONE)
    role, number = post.role_id, post.pk

    planning.delete_post(post, **DONE)

    assert not Post.objects.exists()
    assert Entry.objects.about(opening).get().data == {"post": number, "role": role}


@pytest.mark.parametrize("was", ["on it", "there once", "asked"])
def test_a_post_that_concerned_somebody_stays(was, opening):
    post = add(opening)
    if was == "asked":
        actions.open_search(post, by=SYSTEM, now=NOW)
    else:
        over = {"cancelled_at": NOW, "cause": "removed"} if was == "there once" else {}
        make_assignment(post, **over)

    with pytest.raises(SomebodyWasThere):
        planning.delete_post(post, **DONE)
    assert Post.objects.exists()


# The table.


def table(evening, *rows, now=NOW):
    return planning.change_posts(evening, list(rows), by=SYSTEM, now=now)


def test_the_table_changes_hours_and_places_and_leaves_the_rest(opening):
    first, second, third = add(opening), add(opening, report=time(17)), add(opening, report=time(16))
    later = first.report_at + timedelta(minutes=15)

    changed = table(opening.evening, Row(first.pk, report_at=later), Row(second.pk, places=6, needed=4), Row(third.pk))

    assert (changed.posts, changed.told) == (2, 0)
    rows = Post.objects.in_bulk()
    assert (rows[first.pk].report_at, rows[first.pk].places) == (later, 3)
    assert (rows[second.pk].places, rows[second.pk].needed) == (6, 4)
    assert Post.objects.values().get(pk=third.pk) == {**vars_of(third)}


def vars_of(post):
    return {column.attname: getattr(post, column.attname) for column in Post._meta.concrete_fields}


def test_who_is_on_two_posts_that_move_together_is_told_once_and_meets_herself_nowhere(opening):
    early = add(opening, report=time(18), starts=time(18, 30), ends=time(20))
    late = add(opening, report=time(20), starts=time(21), ends=time(23))
    alice = make_volunteer()
    for post in (early, late):
        make_assignment(post, alice)
    half = timedelta(minutes=30)

    changed = table(
        opening.evening, Row(early.pk, report_at=early.report_at + half), Row(late.pk, report_at=late.report_at + half)
    )

    assert (changed.posts, changed.told) == (2, 1)
    assert told() == [(alice.user_id, "moved")] * 2
    assert Message.objects.filter(kind="changed").count() == 1


def refused(evening, *rows, now=NOW):
    before = list(Post.objects.order_by("pk").values())
    with pytest.raises(TableRefused) as refusal:
        table(evening, *rows, now=now)
    assert list(Post.objects.order_by("pk").values()) == before
    assert not Message.objects.exists()
    return {cell: str(sentence) for cell, sentence in refusal.value.cells.items()}


def test_everything_wrong_is_said_at_once_and_nothing_is_half_saved(opening):
    fine, few, many, hours = (add(opening, report=time(hour)) for hour in (14, 15, 16, 17))
    make_assignment(few)

    cells = refused(
        opening.evening,
        Row(fine.pk, places=9),
        Row(few.pk, places=0, needed=0),
        Row(many.pk, needed=4),
        Row(hours.pk, report_at=hours.starts_at + timedelta(minutes=1)),
    )

    assert cells == {
        (few.pk, "places"): str(TooManyAssigned(taken=1)),
        (many.pk, "needed"): str(NeededAreWanted()),
        (hours.pk, "report_at"): str(HoursInOrder()),
    }


def test_an_hour_at_which_somebody_would_be_in_two_places_is_refused_by_name(opening):
    alice = make_volunteer()
    early, late = add(opening, ends=time(20)), add(opening, report=time(20), starts=time(20, 30), ends=time(23))
    for post in (early, late):
        make_assignment(post, alice)

    cells = refused(opening.evening, Row(late.pk, report_at=early.ends_at - timedelta(minutes=5)))

    assert cells == {(late.pk, "report_at"): str(MoveOverlaps(names=alice.short_name))}


def test_an_hour_or_a_place_of_a_post_that_is_over_is_refused(opening):
    post = add(opening)
    earlier = post.report_at - timedelta(minutes=5)

    assert refused(opening.evening, Row(post.pk, report_at=earlier), now=post.ends_at).keys() == {
        (post.pk, "report_at")
    }
    assert refused(opening.evening, Row(post.pk, places=9), now=post.ends_at).keys() == {(post.pk, "places")}


def test_the_table_of_one_evening_does_not_touch_another(opening):
    other = make_post(make_opening(make_evening(date(2026, 4, 2), edition=make_edition())))

    assert table(opening.evening, Row(other.pk, places=9)).posts == 0
    assert Post.objects.get(pk=other.pk).places == other.places
