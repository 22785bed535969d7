"""The rules of an edition, changed: what was planned by the old ones moves, and the page says what each does."""

import dataclasses
import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from messaging import actions as messaging
from messaging.models import Message
from nocturnes import hours
from nocturnes.history import SYSTEM
from nocturnes.models import Edition, Entry
from nocturnes.rule_checks import RulesDoNotFit
from nocturnes.rules import PACES, PRESETS, ReminderRule, Rules, to_data
from shifts import actions
from shifts.planning.paces import COLUMNS
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_edition,
    make_evening,
    make_language,
    make_opening,
    make_post,
    make_volunteer,
)
from tests.shifts.pages import page, queries_of, rows, text_of

pytestmark = pytest.mark.django_db

SWITCHES = {"sign_up_open": True, "welcome_is_automatic": False, "shows_figures": False}


def change(edition, *, switches=SWITCHES, now=NOW, **rules):
    return actions.change_rules(edition, replace(Rules(), **rules), switches, by=SYSTEM, now=now)


def on_evening(day=date(2026, 4, 9), **fields):
    """Somebody with her reminders planned, on an evening that is published."""
    evening = make_evening(day, published_at=NOW)
    assignment = make_assignment(make_post(make_opening(evening)), **fields)
    actions.plan_reminders(assignment, by=SYSTEM, now=NOW)
    return assignment


def due(kind):
    return Message.objects.get(kind=kind).due


# The action.


def test_only_what_differs_is_kept_and_the_line_of_history_says_what_changed():
    edition = make_edition(rules_data={"asks_a_week": 3})

    change(edition, asks_a_week=2, self_service="approve", switches=SWITCHES | {"shows_figures": True})

    edition = Edition.objects.get()
    assert edition.rules_data == {"self_service": "approve"}
    assert edition.shows_figures
    assert Entry.objects.get(verb="changed_rules").data["changed"] == {
        "asks_a_week": [3, None],
        "self_service": [None, "approve"],
        "shows_figures": [False, True],
    }


def test_the_same_rules_leave_no_line():
    edition = make_edition()

    assert change(edition) == 0
    assert not Entry.objects.exists()


def test_rules_that_do_not_fit_are_refused_whoever_sets_them():
    edition = make_edition()

    with pytest.raises(RulesDoNotFit):
        change(edition, quiet_days=tuple(range(7)))

    assert Edition.objects.get().rules_data == {}


def test_a_reminder_that_has_not_left_moves_with_its_rule_and_the_others_stay():
    assignment = on_evening()
    before = due("reminder_briefing")

    moved = change(assignment.post.opening.evening.edition, eve=ReminderRule(1, time(18)))

    zone = make_edition().zone
    assert moved == 1
    assert due("reminder_eve") == hours.instant(date(2026, 4, 8), time(18), zone)
    assert due("reminder_briefing") == before


def test_what_has_left_stays_and_is_not_planned_again():
    assignment = on_evening()
    briefing = Message.objects.get(kind="reminder_briefing")
    later = briefing.due + timedelta(hours=1)
    messaging.record_as_sent(briefing, now=briefing.due)

    moved = change(assignment.post.opening.evening.edition, briefing=ReminderRule(4, time(10)), now=later)

    assert moved == 0
    assert Message.objects.filter(kind="reminder_briefing").count() == 1


def test_what_was_too_late_by_the_old_rule_is_planned_by_the_new_one():
    """Six days before is over; four days before is still to come."""
    assignment = on_evening(date(2026, 3, 29))
    assert not Message.objects.filter(kind="reminder_briefing").exists()

    moved = change(assignment.post.opening.evening.edition, briefing=ReminderRule(4, time(12)))

    assert moved == 1
    assert due("reminder_briefing") == hours.instant(date(2026, 3, 25), time(12), make_edition().zone)


def test_what_is_too_late_by_the_new_rule_leaves_when_it_was_to():
    assignment = on_evening()
    before = due("reminder_briefing")

    moved = change(assignment.post.opening.evening.edition, briefing=ReminderRule(30, time(10)))

    assert moved == 0
    assert due("reminder_briefing") == before


def test_nobody_who_confirmed_gets_the_question_because_its_hour_changed():
    assignment = on_evening(confirmed_at=NOW, confirmed_how="link")

    change(assignment.post.opening.evening.edition, unconfirmed=ReminderRule(2, time(15)))

    assert not Message.objects.filter(kind="reminder_unconfirmed").exists()


def test_the_word_to_the_reserve_moves_too():
    evening = make_evening(date(2026, 4, 9), published_at=NOW)
    answer = make_available(make_volunteer(), evening, on_call_at=NOW)
    actions.plan_reserve_reminder(answer, by=SYSTEM, now=NOW)

    assert change(evening.edition, reserve=ReminderRule(0, time(9))) == 1
    assert due("reminder_reserve") == hours.instant(evening.date, time(9), evening.edition.zone)


@pytest.mark.parametrize("which", ["draft", "called off", "past"])
def test_evenings_that_are_drafts_called_off_or_past_are_left_alone(which):
    evening = make_evening(date(2026, 3, 19) if which == "past" else date(2026, 4, 9), published_at=NOW)
    make_assignment(make_post(make_opening(evening)))
    if which == "draft":
        type(evening).objects.update(published_at=None)
    if which == "called off":
        type(evening).objects.update(called_off_at=NOW)

    assert change(evening.edition, eve=ReminderRule(1, time(18))) == 0
    assert not Message.objects.exists()


def test_other_quiet_hours_move_the_reminders_that_they_hold():
    """The eve of Monday 30 March is a Sunday, which is quiet by default: the word leaves on Monday morning."""
    assignment = on_evening(date(2026, 3, 30))
    zone = make_edition().zone
    assert due("reminder_eve") == hours.instant(date(2026, 3, 30), time(9), zone)

    moved = change(assignment.post.opening.evening.edition, quiet_days=())

    assert moved >= 1
    assert due("reminder_eve") == hours.instant(date(2026, 3, 29), time(17), zone)


def test_a_reminder_keeps_its_hour_on_the_wall_over_the_clock_change():
    """28 March is winter time, 4 April is summer time: 17:00 on the wall both times."""
    moved = [on_evening(date(2026, 3, 29)), on_evening(date(2026, 4, 5))]

    change(moved[0].post.opening.evening.edition, eve=ReminderRule(1, time(18)), quiet_days=())

    assert [due_of(one).astimezone(UTC).hour for one in moved] == [17, 16]


def due_of(assignment):
    return Message.objects.about(assignment).get(kind="reminder_eve").due


def test_a_search_under_way_asks_earlier_where_the_new_pace_says_so():
    post = make_post(make_opening(make_evening(date(2026, 4, 9), published_at=NOW)), places=1)
    search = actions.withdraw(make_assignment(post), by=SYSTEM, now=NOW)
    before = search.next_wave_at
    first, *others = PACES

    change(post.opening.evening.edition, paces=(replace(first, first_wave=timedelta(minutes=10)), *others))

    search.refresh_from_db()
    assert search.next_wave_at == NOW + timedelta(minutes=10) < before


# The page.


@pytest.fixture(autouse=True)
def today(at):
    at(NOW)


def fields_of(response):
    """What the page's form would send as it stands."""
    form = response.context["form"]
    data = {"seen": form.seen}
    for field in form:
        value = field.value()
        if isinstance(value, bool):
            data |= {field.html_name: "on"} if value else {}
        else:
            data[field.html_name] = value
    for cell in form.table.cells():
        if not cell.is_tick:
            data[cell.name] = cell.text
        elif cell.ticked:
            data[cell.name] = "on"
    return data


@pytest.fixture
def edition():
    return make_edition()


@pytest.fixture
def address(edition):
    return page("rules", edition.slug)


def test_saving_the_page_as_it_stands_keeps_every_default(desk, edition, address):
    data = fields_of(desk.get(address))

    response = desk.post(address, data, follow=True)

    edition.refresh_from_db()
    assert "The rules are saved." in text_of(response)
    assert edition.rules_data == {}
    assert not Entry.objects.filter(verb="changed_rules").exists()


def test_what_is_typed_is_kept_and_marked_as_the_editions_own(desk, edition, address):
    data = fields_of(desk.get(address)) | {
        "quiet_from": "21h",
        "last_useful": "90",
        "budget_until": "1,5",
        "working_days": ["1", "2"],
        "self_service": "at_once",
        "briefing_days": "5",
        "pace-0-asked": "4",
        "shows_figures": "on",
    }

    text = text_of(desk.post(address, data, follow=True))

    edition = Edition.objects.get()
    assert edition.rules_data["quiet_from"] == "21:00"
    assert edition.rules.last_useful == timedelta(minutes=90)
    assert edition.rules.budget_until == timedelta(minutes=90)
    assert edition.rules.working_days == (1, 2)
    assert edition.rules.paces[0].asked == 4
    assert edition.rules.paces[1:] == PACES[1:]
    assert edition.shows_figures
    assert "changed · default: 20:30" in text
    assert "changed · default: No: coordinators assign" in text


def test_a_row_is_added_to_the_paces_or_taken_out(desk, address):
    data = fields_of(desk.get(address))
    data |= {name: "" for name in data if name.startswith("pace-1-")}
    data |= {"pace-4-over": "1", "pace-4-first_wave": "0", "pace-4-asked": "9", "pace-4-next_wave": "10"}

    desk.post(address, data)

    paces = Edition.objects.get().rules.paces
    assert [pace.over for pace in paces[:-1]] == [timedelta(hours=number) for number in (168, 12, 3, 1)]
    assert paces[3].asked == 9


def test_a_table_of_paces_that_was_not_sent_stays_as_it_was(desk, address):
    Edition.objects.update(rules_data=to_data(Rules(paces=PACES[1:])))
    data = {name: value for name, value in fields_of(desk.get(address)).items() if not name.startswith("pace-")}

    desk.post(address, data | {"asks_a_week": "3"})

    rules = Edition.objects.get().rules
    assert (rules.asks_a_week, rules.paces) == (3, PACES[1:])


@pytest.mark.parametrize("number", [11, 12, 13])
def test_a_long_table_of_paces_is_saved_as_it_stands(desk, address, number):
    above = [replace(PACES[0], over=timedelta(hours=200 - n)) for n in range(number - 1)]
    paces = (*above, PACES[-1])
    Edition.objects.update(rules_data=to_data(Rules(paces=paces)))

    desk.post(address, fields_of(desk.get(address)) | {"asks_a_week": "3"})

    rules = Edition.objects.get().rules
    assert (rules.asks_a_week, rules.paces) == (3, paces)


def test_it_says_how_many_reminders_wait_and_how_many_move(desk, address):
    on_evening()
    data = fields_of(desk.get(address))
    assert "3 reminders wait and move with their rule." in text_of(desk.get(address))

    text = text_of(desk.post(address, data | {"eve_at": "18:00"}, follow=True))

    assert "The rules are saved. 1 reminder leaves at another time now." in text


def test_a_wrong_number_of_the_pace_has_its_sentence_beside_it(desk, address):
    response = desk.post(address, fields_of(desk.get(address)) | {"pace-1-asked": "x"})

    html = response.content.decode()
    assert 'aria-describedby="pace-1-asked-wrong"' in html
    beside = html.split('id="pace-1-asked-wrong"')[1].split("</div>")[0]
    assert "Write a number from 0 to 500." in beside


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"quiet_from": "soon"}, "Quiet from · Write an hour as 17:30."),
        ({"quiet_from": "10:30"}, "Quiet until · This leaves less than two hours a day"),
        ({"quiet_days": list("0123456")}, "Leave at least one day of the week"),
        ({"quiet_days": ["8"]}, "Choose"),
        ({"working_days": []}, "Choose at least one day"),
        ({"last_useful": "-5"}, "in minutes · Choose a number from 0 to 600."),
        ({"undo": "0"}, "Choose a number from 1 to 60."),
        ({"undo": "9" * 30}, "Choose a number from 1 to 60."),
        ({"asks_a_week": "many"}, "Write a whole number from 1 to 20."),
        ({"self_service": "perhaps"}, "Choose one of the answers of the list."),
        ({"eve_at": "22:00"}, "At 22:00 nothing leaves: choose an hour from 09:00 to 20:30."),
        ({"unconfirmed_days": "9"}, "The question comes after the briefing"),
        ({"pace-1-over": "200"}, "Row 2, hours left, more than · Each row begins when less time is left"),
        ({"pace-1-over": ""}, "Row 2, hours left, more than · Write a number from 0"),
        ({"pace-1-asked": "x"}, "Row 2, people asked · Write a number from 0 to 500."),
        ({"pace-3-next_wave": "30"}, "Row 4, next wave after minutes · Everybody is asked at once here"),
        ({"weights_role": "101"}, "Chosen kind of work · Write a whole number from 0 to 100."),
        ({"ranking": "luck"}, "What counts most · Choose one of the answers of the list."),
        ({"reserve_until": "14:00"}, "Reachable by phone until · Choose an hour after 15:00."),
        ({"reserve_many": "1"}, "From so many places on at least as many people"),
        ({"to_phone_at": "22:00"}, "Whom to phone: at · At 22:00 nothing leaves"),
        ({"seen": "else"}, "Somebody else changed the rules meanwhile."),
    ],
)
def test_what_cannot_be_gets_its_sentence_is_kept_on_the_page_and_changes_nothing(desk, address, typed, says):
    data = fields_of(desk.get(address)) | {"asks_an_evening": "3"} | typed
    before = rows(), list(Edition.objects.values())

    response = desk.post(address, data)

    assert response.status_code == 200
    assert says in text_of(response)
    assert 'name="asks_an_evening" value="3"' in response.content.decode()
    assert (rows(), list(Edition.objects.values())) == before


def test_a_group_is_filled_with_its_defaults_and_holds_once_saved(desk, edition, address):
    Edition.objects.update(rules_data={"quiet_from": "22:00", "asks_a_week": 5}, sign_up_open=False)
    data = fields_of(desk.get(address)) | {"asks_a_week": "6"}

    response = desk.post(address, data | {"reset": "messages"})

    edition.refresh_from_db()
    assert "The defaults of “Messages and quiet hours” are filled in. They hold once you save." in text_of(response)
    assert edition.rules_data["quiet_from"] == "22:00"
    filled = fields_of(response)
    assert (filled["quiet_from"], filled["asks_a_week"]) == ("20:30", "6")
    desk.post(address, filled)
    edition = Edition.objects.get()
    assert edition.rules_data == {"asks_a_week": 6}
    assert not edition.sign_up_open


@pytest.mark.parametrize("group", ["reminders", "people", "desk", "paces", "nonsense"])
def test_every_group_can_be_reset(desk, address, group):
    Edition.objects.update(rules_data={"paces": [{"over": None, "first_wave": 0, "asked": 1, "next_wave": 5}]})
    data = fields_of(desk.get(address))

    response = desk.post(address, data | {"reset": group})
    desk.post(address, fields_of(response))

    kept = Edition.objects.get().rules
    assert (kept.paces == PACES) is (group == "paces")


def test_enter_in_a_field_saves_and_resets_nothing(desk, address):
    form = desk.get(address).content.decode().partition('class="stack rules"')[2].partition("</form>")[0]

    # A browser presses the first button that submits the form, in the order of the page.
    buttons = re.findall(r'<button[^>]*type="submit"[^>]*>', form)

    assert "name=" not in buttons[0]
    assert any('name="reset"' in button for button in buttons[1:])


# What would happen.


def told(response):
    """Each story as (day and hour, what)."""
    stories = response.context["what_if"].stories
    return [[(f"{timezone.localtime(step.at, ZONE):%d %H:%M}", what(step)) for step in story] for story in stories]


def what(step):
    if step.kind != "wave":
        return step.kind
    return "reserve" if step.reserve_only else step.people or "everybody"


ZONE = ZoneInfo("Europe/Brussels")


def test_it_tells_what_would_happen_on_the_tuesday_and_the_thursday_of_the_next_evening(desk, address):
    on_evening(date(2026, 3, 26))

    response = desk.get(address)

    calm, urgent = told(response)
    assert calm == [
        ("24 14:00", "gone"),
        ("24 14:30", 3),
        ("24 17:30", 5),
        ("24 19:00", 5),
        ("24 20:30", "quiet"),
        *((f"25 {hour}", 5) for hour in ("09:00", "10:30", "12:00", "13:30", "15:00", "16:30", "18:00", "19:30")),
        ("25 20:30", "quiet"),
        ("26 09:00", "reserve"),
        ("26 09:15", "everybody"),
        ("26 14:30", "everybody"),
        ("26 19:00", "over"),
    ]
    assert urgent == [("26 16:30", "gone"), ("26 16:30", "everybody"), ("26 19:00", "over")]
    assert "Nothing leaves before Wednesday 25 March, 09:00." in text_of(response)


def test_it_tells_what_would_happen_by_what_is_typed_and_keeps_nothing(desk, address):
    post = on_evening(date(2026, 3, 26)).post
    post.opening.languages.add(make_language("nl"))
    data = fields_of(desk.get(address)) | {"pace-1-first_wave": "10", "asks_need_consent": "on", "language_waves": "1"}
    asked = {"show": "1", "what_post": post.pk, "what_first": "2026-03-26T11:00", "what_second": "2026-03-23T18:00"}
    before = rows(), list(Edition.objects.values())

    response = desk.post(address, data | asked)

    late, early = response.context["what_if"].stories
    # Nobody is on call: the box is not ticked. Where everybody is asked no wave waits for a yes.
    assert [(what(step), step.consents) for step in late[1:3]] == [("everybody", False), ("everybody", False)]
    assert next(step for step in early if step.kind == "wave").consents
    assert timezone.localtime(early[1].at, ZONE).hour == 18
    assert [step.speakers for step in early if step.kind == "wave"][:2] == ["nl", ""]
    # In the last hours everybody is asked at once; with somebody on call, she and the speakers come first.
    assert [step.speakers for step in late if step.kind == "wave"] == ["", ""]
    response = desk.post(address, data | asked | {"what_reserve": "on"})
    first, *others = [step for step in response.context["what_if"].stories[0] if step.kind == "wave"]
    assert (first.reserve_only, first.speakers) == (True, "nl")
    assert [step.speakers for step in others] == ["", ""]
    assert "By the rules as they are typed" in text_of(response)
    assert (rows(), list(Edition.objects.values())) == before
    assert 'name="pace-1-first_wave" value="10"' in response.content.decode()


def test_htmx_asks_for_the_story_alone(desk, address):
    post = on_evening(date(2026, 3, 26)).post
    data = fields_of(desk.get(address)) | {"show": "1", "what_post": post.pk, "quiet_from": "soon"}

    page = desk.post(address, data, headers={"HX-Request": "true"}).content.decode().strip()

    assert page.startswith('<section class="sheet sheet--pad stack--s" id="what-if"')
    assert "something that is typed does not fit yet" in page


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"what_first": "soon"}, "Choose a day and an hour."),
        ({"what_first": ""}, "Choose a day and an hour."),
        ({"what_first": "0001-01-01T00:00"}, "Choose a moment in the 60 days before the post ends."),
        ({"what_second": "2026-03-26T22:00"}, "Choose a moment in the 60 days before the post ends."),
        ({"what_second": "2026-03-29T02:30"}, "On that day the clock jumps over 02:30"),
        ({"what_post": "999999"}, "Choose one of the answers of the list."),
    ],
)
def test_what_cannot_be_asked_gets_its_sentence(desk, address, asked, says):
    post = on_evening(date(2026, 3, 26)).post
    moments = {"what_first": "2026-03-24T14:00", "what_second": "2026-03-26T16:30"}

    response = desk.post(address, fields_of(desk.get(address)) | {"show": "1", "what_post": post.pk} | moments | asked)

    assert response.status_code == 200
    assert says in text_of(response)


def test_a_pace_that_never_ends_is_told_in_thirty_waves(desk, address):
    post = on_evening(date(2026, 3, 26)).post
    quick = {"pace-0-over": "1", "pace-0-first_wave": "0", "pace-0-asked": "1", "pace-0-next_wave": "5"}
    rest = {f"pace-{row}-{name}": "" for row in range(1, 5) for name in COLUMNS}
    asked = {"show": "1", "what_post": post.pk, "what_first": "2026-03-01T10:00", "what_second": "2026-03-26T16:30"}

    response = desk.post(address, fields_of(desk.get(address)) | quick | rest | asked)

    assert [step.kind for step in response.context["what_if"].stories[0]].count("wave") == 30
    assert "And so on, at the same pace." in text_of(response)


def test_without_a_post_to_come_there_is_nothing_to_tell(desk, address):
    assert "What would happen" not in text_of(desk.get(address))


# Who is asked first.


def test_a_set_of_numbers_is_chosen_and_some_are_the_editions_own(desk, address):
    data = fields_of(desk.get(address)) | {"ranking": "fair", "weights_museum": "80", "weights_role": "0"}

    desk.post(address, data)

    rules = Edition.objects.get().rules
    assert (rules.ranking, dict(rules.weights)) == ("fair", {"museum": 80, "role": 0})
    assert (rules.weight("museum"), rules.weight("role")) == (80, 0)
    assert rules.weight("evenings") == PRESETS["fair"]["evenings"]
    response = desk.get(address)
    assert '<details class="fold" open>' in response.content.decode()
    desk.post(address, fields_of(desk.post(address, fields_of(response) | {"reset": "ranking"})))
    assert Edition.objects.get().rules_data == {}


def test_every_rule_has_a_field_with_words_and_its_default(desk, address):
    form = desk.get(address).context["form"]

    shown = {field.html_name for _slug, _title, _text, fields in form.groups() for field, _default, _differs in fields}
    shown |= {field.html_name for field, _what, _numbers in form.weights()}
    assert shown == set(form.fields)
    assert all(field.label for field in form)
    rules = {rule.name for rule in dataclasses.fields(Rules)} - {"paces", "weights"}
    assert {name for name in rules if name not in shown and f"{name}_at" not in shown} == set()


def test_the_page_costs_as_much_with_thirty_reminders(desk, address):
    on_evening()
    few = queries_of(desk, address)
    for number in range(30):
        on_evening(date(2026, 5, 1) + timedelta(days=number))

    assert queries_of(desk, address) == few


def test_saving_costs_as_much_with_thirty_people_on_the_evening(desk, edition, django_assert_max_num_queries):
    evening = make_evening(date(2026, 4, 9), published_at=NOW)
    post = make_post(make_opening(evening), places=30)
    for _ in range(30):
        actions.plan_reminders(make_assignment(post), by=SYSTEM, now=NOW)

    with django_assert_max_num_queries(25):
        moved = change(edition, eve=ReminderRule(1, time(18)))

    assert moved == 30


def test_a_moment_is_not_moved_that_is_in_hand_already():
    """Due and not gone yet, because the mail server is down: it leaves as soon as it can."""
    assignment = on_evening()
    Message.objects.filter(kind="reminder_eve").update(due=datetime(2026, 3, 24, 8, 59, tzinfo=UTC))

    assert change(assignment.post.opening.evening.edition, eve=ReminderRule(1, time(18))) == 0
