"""Who may be asked, in which order, and why (design.md 3 and 6)."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from nocturnes.models import Language
from shifts import ranking
from shifts.models import Ask, Assignment, Offer, Search
from shifts.ranking import Standing
from tests.factories import (
    NOW,
    make_assignment,
    make_language,
    make_museum,
    make_opening,
    make_post,
    make_registration,
    make_role,
    make_volunteer,
)
from tests.shifts.offering import may_be_offered
from tests.shifts.searches import make_people, post_at, published_evening
from volunteers.models import AgeGroup

pytestmark = pytest.mark.django_db

A_MONTH = timedelta(days=30)


@pytest.fixture
def evening():
    return published_evening()


@pytest.fixture
def post(evening):
    return post_at(evening)


@pytest.fixture
def alice(evening):
    return make_people(evening, "Alice")[0]


def hole_of(post, search=None):
    post = type(post).objects.for_pages().get(pk=post.pk)
    return ranking.read_hole(post, search_id=search.pk if search else None)


def person_of(volunteer, post, now=NOW):
    return ranking.read_people(post.opening.evening, now=now)[volunteer.pk]


def offer_stands(volunteer, post, now=NOW, search=None):
    return ranking.standing(person_of(volunteer, post, now), hole_of(post, search), now)


def by_hand(volunteer, post, now=NOW):
    return ranking.unmet(person_of(volunteer, post, now), hole_of(post), now)


def order(post, now=NOW):
    people = ranking.read_people(post.opening.evening, now=now)
    return [candidate.volunteer.first_name for candidate in may_be_offered(people, hole_of(post), now)]


def change(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)


def reasons(volunteer, post, now=NOW):
    return dict(ranking.ranked([person_of(volunteer, post, now)], hole_of(post))[0].reasons)


def test_whoever_is_free_may_be_asked_and_assigned(alice, post):
    assert offer_stands(alice, post) == Standing.FREE
    assert by_hand(alice, post) == {}


# Each rule of the table, for an offer and by hand.


def test_who_is_busy_is_refused_to_everybody(alice, post, evening):
    make_assignment(post_at(evening, "MIM", report=time(21), starts=time(21), ends=time(23)), alice)

    assert offer_stands(alice, post) == Standing.REFUSED
    assert by_hand(alice, post) == {"busy": Standing.REFUSED}


def test_a_post_that_ends_when_the_other_begins_keeps_nobody_busy(alice, post, evening):
    make_assignment(post_at(evening, "MIM", report=time(14), starts=time(14), ends=time(17, 30)), alice)

    assert offer_stands(alice, post) == Standing.FREE


def test_a_cancelled_assignment_keeps_nobody_busy(alice, post, evening):
    make_assignment(post_at(evening, "MIM"), alice, cancelled_at=NOW, cause=Assignment.Cause.REMOVED)

    assert offer_stands(alice, post) == Standing.FREE


def test_a_post_of_another_edition_keeps_her_busy_too(alice, post):
    from tests.factories import make_edition

    other = published_evening(edition=make_edition("museum-night-2026"))
    make_assignment(post_at(other, "MIM"), alice)

    assert by_hand(alice, post) == {"busy": Standing.REFUSED}


def test_who_is_too_young_is_refused_to_everybody(alice, post):
    change(alice, age_group=AgeGroup.YOUNG, parent_consented_at=NOW)
    change(post, minimum_age=18)

    assert offer_stands(alice, post) == Standing.REFUSED
    assert by_hand(alice, post) == {"too_young": Standing.REFUSED}


def test_sixteen_is_old_enough_for_a_post_from_sixteen_on(alice, post):
    change(alice, age_group=AgeGroup.YOUNG, parent_consented_at=NOW)

    assert offer_stands(alice, post) == Standing.FREE


def test_what_is_called_off_is_refused_to_everybody(alice, post):
    change(post.opening, called_off_at=NOW)

    assert offer_stands(alice, post) == Standing.REFUSED
    assert by_hand(alice, post) == {"called_off": Standing.REFUSED}


def test_after_the_last_useful_moment_only_the_coordinator_may(alice, post):
    now = post.starts_at + timedelta(hours=1)

    assert offer_stands(alice, post, now - timedelta(seconds=1)) == Standing.FREE
    assert offer_stands(alice, post, now) == Standing.REFUSED
    assert by_hand(alice, post, now) == {}


def test_after_the_end_nobody_may(alice, post):
    assert by_hand(alice, post, post.ends_at) == {"over": Standing.REFUSED}


def minor_without_consent(volunteer, post):
    change(volunteer, age_group=AgeGroup.YOUNG)


def blocked(volunteer, post):
    change(volunteer, blocked_at=NOW)


def not_accepted(volunteer, post):
    change(volunteer, accepted_at=None)


def said_no(volunteer, post):
    volunteer.registrations.get().availabilities.update(answer="no")


def withdrew(volunteer, post):
    make_assignment(post_at(post.opening.evening, "MIM"), volunteer, cancelled_at=NOW, cause=Assignment.Cause.WITHDREW)


def has_enough(volunteer, post):
    volunteer.registrations.update(most_evenings=1)
    make_assignment(post_at(published_evening(date(2026, 4, 2))), volunteer)


def lacks_dutch(volunteer, post):
    post.languages.add(make_language("nl"))


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (minor_without_consent, "no_consent"),
        (blocked, "blocked"),
        (not_accepted, "not_accepted"),
        (said_no, "said_no"),
        (withdrew, "withdrew"),
        (has_enough, "enough_evenings"),
        (lacks_dutch, "languages"),
    ],
)
def test_a_rule_refuses_an_offer_and_wants_a_tick_by_hand(alice, post, rule, code):
    rule(alice, post)

    assert offer_stands(alice, post) == Standing.REFUSED
    assert by_hand(alice, post) == {code: Standing.TICK}
    assert ranking.warnings_for(post, alice, now=NOW) == [code]


def test_an_evening_more_of_the_same_evening_is_not_above_the_maximum(alice, post, evening):
    alice.registrations.update(most_evenings=1)
    make_assignment(post_at(evening, "MIM", report=time(14), starts=time(14), ends=time(17)), alice)

    assert offer_stands(alice, post) == Standing.FREE


def test_who_agreed_to_be_on_call_counted_that_evening_in(alice, post):
    has_enough(alice, post)
    alice.registrations.get().availabilities.update(on_call_at=NOW)

    assert offer_stands(alice, post) == Standing.FREE


def test_who_did_not_agree_to_be_asked_is_assigned_but_not_asked(alice, post):
    alice.registrations.update(may_be_asked=False)

    assert offer_stands(alice, post) == Standing.REFUSED
    assert by_hand(alice, post) == {}


def test_who_is_on_call_agreed_to_be_asked(alice, post):
    alice.registrations.update(may_be_asked=False)
    alice.registrations.get().availabilities.update(on_call_at=NOW)

    assert offer_stands(alice, post) == Standing.FREE


def test_who_did_not_answer_for_the_evening_may_be_asked_and_is_shown_with_a_word(post):
    blank = make_registration(make_volunteer("Blank")).volunteer

    assert offer_stands(blank, post) == Standing.FREE
    assert by_hand(blank, post) == {"no_answer": Standing.WARNED}
    assert ranking.warnings_for(post, blank, now=NOW) == []


def test_not_this_week_is_not_asked_until_that_day(alice, post):
    alice.registrations.update(no_asks_until=date(2026, 3, 25))

    assert offer_stands(alice, post) == Standing.HELD
    assert by_hand(alice, post) == {"not_now": Standing.WARNED}
    assert offer_stands(alice, post, NOW + timedelta(days=1)) == Standing.FREE


def test_who_was_asked_in_this_search_is_not_asked_again(alice, post, evening):
    search = Search.objects.create(post=post, opened_at=NOW)
    other = Search.objects.create(post=post_at(evening, "MIM"), opened_at=NOW)
    ask = Ask.objects.create(volunteer=alice, evening=evening, asked_at=NOW - timedelta(days=8), reserve=True)
    Offer.objects.create(search=search, ask=ask, volunteer=alice, wave=1, rank=1, asked_at=NOW)

    assert offer_stands(alice, post, search=search) == Standing.REFUSED
    assert offer_stands(alice, other.post, search=other) == Standing.FREE


def test_one_ask_an_evening_is_enough_with_days_left(alice, post, evening):
    Ask.objects.create(volunteer=alice, evening=evening, asked_at=NOW - timedelta(days=20))

    assert offer_stands(alice, post) == Standing.HELD
    assert offer_stands(alice, post, post.report_at - timedelta(hours=12)) == Standing.FREE


def test_two_asks_a_week_are_enough(alice, post):
    for days in (7, 2):
        evening = published_evening(date(2026, 4, days))
        Ask.objects.create(volunteer=alice, evening=evening, asked_at=NOW - timedelta(days=days))
    assert offer_stands(alice, post) == Standing.FREE

    Ask.objects.create(volunteer=alice, evening=evening, asked_at=NOW - timedelta(hours=1))
    assert offer_stands(alice, post) == Standing.HELD


def test_asks_of_the_reserve_are_not_counted(alice, post, evening):
    for _ in range(3):
        Ask.objects.create(volunteer=alice, evening=evening, asked_at=NOW, reserve=True)

    assert offer_stands(alice, post) == Standing.FREE


def test_somebody_who_was_not_welcomed_in_the_end_or_left_is_nobody(post, evening):
    declined, gone = make_people(evening, "Declined", "Gone")
    change(declined, declined_at=NOW)
    change(gone.user, is_active=False)

    assert ranking.read_people(evening, now=NOW) == {}


# The order.


def test_the_reserve_comes_first(post, evening):
    make_people(evening, "Alice")
    make_people(evening, "Rosa", on_call=True)

    assert order(post) == ["Rosa", "Alice"]


def test_who_stands_by_comes_before_the_reserve(post, evening):
    make_people(evening, "Rosa", on_call=True)
    bob = make_people(evening, "Bob")[0]
    Ask.objects.create(volunteer=bob, evening=evening, asked_at=NOW, stands_by_at=NOW)

    assert order(post) == ["Bob", "Rosa"]


def test_a_language_that_nobody_there_speaks_comes_before_a_liked_role(post, evening):
    post.opening.languages.add(make_language("nl"))
    liking = make_people(evening, "Liking")[0]
    liking.registrations.get().roles.add(post.role)
    make_people(evening, "Dutch", languages=[make_language("nl")])

    assert order(post) == ["Dutch", "Liking"]


def test_a_language_that_somebody_there_speaks_is_no_reason(post, evening):
    post.opening.languages.add(make_language("nl"))
    colleague = make_volunteer("Colleague", languages=[make_language("nl")])
    make_assignment(make_post(post.opening, role=make_role("cloakroom")), colleague)
    make_people(evening, "Alice")
    dutch = make_people(evening, "Dutch", languages=[make_language("nl")])[0]

    assert order(post) == ["Alice", "Dutch"]
    assert "language" not in reasons(dutch, post)


def rank_by(evening, **rules):
    evening.edition.rules_data = rules
    evening.edition.save()


@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        ("fill_first", ["Knowing", "Plain", "Liking"]),
        ("wishes", ["Liking", "Knowing", "Plain"]),
        ("fair", ["Plain", "Liking", "Knowing"]),
    ],
)
def test_the_preset_says_what_counts_most(post, evening, preset, expected):
    rank_by(evening, ranking=preset)
    knowing = make_people(evening, "Knowing")[0]
    knowing.registrations.get().museums.add(post.opening.museum)
    liking = make_people(evening, "Liking", answer="if_needed")[0]
    liking.registrations.get().roles.add(post.role)
    for week, volunteer in enumerate([knowing, knowing, liking]):
        make_assignment(post_at(published_evening(date(2026, 4, 9) + timedelta(days=7 * week))), volunteer)
    make_people(evening, "Plain")

    assert order(post) == expected


def test_a_number_of_the_coordinators_own_counts_instead_of_the_presets(post, evening):
    liking = make_people(evening, "Liking", answer="if_needed")[0]
    liking.registrations.get().roles.add(post.role)
    make_people(evening, "Plain")
    assert order(post) == ["Plain", "Liking"]

    rank_by(evening, weights={"role": 100})
    assert order(post) == ["Liking", "Plain"]

    rank_by(evening, weights={"role": 0})
    assert "role" not in reasons(liking, post)


def test_who_says_yes_more_often_comes_first(post, evening):
    rarely, often = make_people(evening, "Rarely", "Often")
    for week, (no, yes) in enumerate([("no", "yes"), ("no", "late")]):
        other = post_at(published_evening(date(2026, 2, 5) + timedelta(days=7 * week)))
        search = Search.objects.create(post=other, opened_at=NOW)
        for volunteer, answer in ((rarely, no), (often, yes)):
            ask = Ask.objects.create(volunteer=volunteer, evening=other.opening.evening, asked_at=NOW - A_MONTH)
            told = {"wave": 1, "rank": 1, "asked_at": NOW - A_MONTH, "answered_at": NOW}
            Offer.objects.create(search=search, ask=ask, volunteer=volunteer, answer=answer, **told)

    assert order(post) == ["Often", "Rarely"]
    assert reasons(often, post)["said_yes"] == {"yes": 2, "asked": 2}
    assert reasons(rarely, post)["said_yes"] == {"yes": 0, "asked": 2}
    assert "said yes to 2 of 2 asks" in in_words(ranking.for_the_coordinator, often, post)
    assert "2 asks, no yes yet" in in_words(ranking.for_the_coordinator, rarely, post)


def test_who_was_there_on_an_evening_that_is_past_knows_the_museum(post, alice):
    before = make_opening(published_evening(date(2026, 3, 12)), post.opening.museum)
    ahead = make_opening(published_evening(date(2026, 4, 2)), make_museum("MIM"))
    make_assignment(make_post(before), alice)
    make_assignment(make_post(ahead), alice)

    person = person_of(alice, post)
    assert [person.knows(opening.museum_id) for opening in (post.opening, ahead)] == [True, False]


def test_yes_comes_before_if_needed_before_no_answer(post, evening):
    make_registration(make_volunteer("Blank"))
    make_people(evening, "Needed", answer="if_needed")
    make_people(evening, "Yes")

    assert order(post) == ["Yes", "Needed", "Blank"]


def test_the_fewest_evenings_come_first(post, evening):
    busy, _free = make_people(evening, "Busy", "Free")
    make_assignment(post_at(published_evening(date(2026, 4, 2))), busy)

    assert order(post) == ["Free", "Busy"]


def test_the_least_recently_asked_come_first(post, evening):
    lately, long_ago, _never = make_people(evening, "Lately", "LongAgo", "Never")
    other = published_evening(date(2026, 4, 2))
    Ask.objects.create(volunteer=lately, evening=other, asked_at=NOW - timedelta(days=1))
    Ask.objects.create(volunteer=long_ago, evening=other, asked_at=NOW - timedelta(days=10))

    assert order(post) == ["Never", "LongAgo", "Lately"]


def test_who_was_missing_without_a_word_comes_after_her_equals(post, evening):
    absent, present = make_people(evening, "Absent", "Present")
    before = post_at(published_evening(date(2026, 3, 12)))
    make_assignment(before, absent, absent_at=NOW)
    make_assignment(before, present)

    # Knowing the museum is another reason: here it is another museum.
    assert order(post) == ["Present", "Absent"]
    assert reasons(absent, post)["absences"] == {"count": 1}


def test_the_same_people_give_the_same_order_every_time(post, evening):
    make_people(evening, "One", "Two", "Three")

    assert order(post) == order(post) == ["One", "Two", "Three"]


# Suggestions by hand.


def test_suggestions_put_who_needs_a_tick_last_and_leave_out_who_is_refused(post, evening):
    no = make_people(evening, "No", answer="no")[0]
    no.registrations.get().roles.add(post.role)
    make_people(evening, "Yes")
    make_assignment(post_at(evening, "MIM"), make_people(evening, "Busy")[0])

    suggestions = ranking.suggestions(post, now=NOW)

    assert [(s.volunteer.first_name, s.rank, s.ticks) for s in suggestions] == [("Yes", 1, []), ("No", 2, ["said_no"])]


def test_suggestions_take_as_many_queries_for_thirty_people_as_for_three(post, evening):
    counts = []
    for number in (3, 27):
        for volunteer in make_people(evening, *["V"] * number, languages=[make_language("nl")]):
            volunteer.registrations.get().roles.add(post.role)
            make_assignment(post_at(published_evening(date(2027, 1, 1) + timedelta(days=volunteer.pk))), volunteer)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert ranking.suggestions(post, now=NOW)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def fit_alike(evening, names):
    """People of whom each has one evening less than the one before; the last but one wants a tick."""
    people = make_people(evening, *names)
    for number, volunteer in enumerate(people):
        for week in range(len(people) - number):
            day = published_evening(date(2027, 1, 1) + timedelta(days=10 * number + week))
            make_assignment(post_at(day), volunteer)
    people[-2].registrations.get().availabilities.update(answer="no")
    return people


def test_the_first_suggestions_are_the_first_of_all_of_them(post, evening):
    fit_alike(evening, ["A", "B", "C", "D", "E"])
    make_people(evening, "Liking")[0].registrations.get().roles.add(post.role)
    everybody = [(one.pk, one.reasons, one.ticks) for one in ranking.suggestions(post, now=NOW)]

    for most in range(8):
        some = ranking.suggestions(post, now=NOW, most=most)

        assert [(one.pk, one.reasons, one.ticks) for one in some] == everybody[:most]
        assert (len(some), some.total) == (min(most, 6), 6)


def test_the_evenings_of_who_cannot_come_first_are_not_counted(post, evening):
    plain, on_call = (*make_people(evening, "Plain"), *make_people(evening, "OnCall", on_call=True))

    (first,) = ranking.suggestions(post, now=NOW, most=1)

    assert first.pk == on_call.pk
    assert set(first.person.crowd.season.evenings) == {on_call.pk} != {plain.pk}


# Words.


@pytest.fixture
def fitting(post, evening):
    """Somebody with every reason to be asked."""
    post.opening.languages.add(make_language("nl"))
    volunteer = make_people(evening, "Fitting", languages=[make_language("nl")])[0]
    registration = volunteer.registrations.get()
    registration.roles.add(post.role)
    registration.museums.add(post.opening.museum)
    return volunteer


def in_words(say, volunteer, post, language="en"):
    Language.objects.filter(code="nl").update(name_fr="néerlandais", name_nl="Nederlands", name_en="Dutch")
    candidate = ranking.ranked([person_of(volunteer, post)], hole_of(post))[0]
    with translation.override(language):
        return say(candidate.reasons, candidate.post, Language.objects.in_bulk(field_name="code"))


def test_the_coordinator_reads_every_reason(fitting, post):
    assert in_words(ranking.for_the_coordinator, fitting, post) == (
        "Said yes for that evening, speaks Dutch, knows Musée BELvue, likes the role “Welcome desk”, "
        "not asked before, no evening yet"
    )


def test_the_volunteer_reads_two_kind_reasons(fitting, post):
    assert in_words(ranking.for_the_volunteer, fitting, post) == (
        "We thought of you because you speak Dutch and you know Musée BELvue."
    )


def test_the_volunteer_never_reads_that_she_was_missing(post, evening):
    absent = make_people(evening, "Absent", answer="if_needed")[0]
    make_assignment(post_at(published_evening(date(2026, 3, 12))), absent, absent_at=NOW)

    assert "missing once without a word" in in_words(ranking.for_the_coordinator, absent, post)
    assert in_words(ranking.for_the_volunteer, absent, post) == (
        "We thought of you because you offered to help if needed."
    )


def test_without_a_kind_reason_she_reads_that_she_agreed_to_be_asked(post):
    blank = make_registration(make_volunteer("Blank")).volunteer

    assert in_words(ranking.for_the_volunteer, blank, post) == (
        "We thought of you because you said that we may ask you."
    )
