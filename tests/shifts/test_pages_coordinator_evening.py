"""An evening's page, publishing it, and calling an opening off."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from messaging.models import Message
from nocturnes import clock
from nocturnes.history import SYSTEM
from nocturnes.models import User
from shifts import actions
from shifts.models import Assignment
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

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _now_in_french(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with translation.override("fr"):
        yield


def page(desk, evening, language="fr"):
    url = reverse("evening", args=[evening.edition.slug, evening.date])
    return desk.get(url.replace("/fr/", f"/{language}/"))


def post_at(evening, museum="Musée BELvue", **fields):
    return make_post(make_opening(evening, make_museum(museum)), **fields)


def test_the_date_is_written_in_full_in_the_readers_language(desk):
    evening = make_evening(published_at=NOW)

    assert "jeudi\u00a0<b>26</b>\u00a0mars" in page(desk, evening).content.decode()
    assert "donderdag\u00a0<b>26</b>\u00a0maart" in page(desk, evening, "nl").content.decode()


def test_hours_are_those_of_the_zone_before_and_after_the_clock_change(desk):
    edition = make_edition()
    for day in (date(2026, 3, 26), date(2026, 4, 2)):
        evening = make_evening(day, edition=edition, published_at=NOW)
        post_at(evening)

        assert "18:00" in page(desk, evening).content.decode()
        assert "17:30" in page(desk, evening).content.decode()


def test_the_weakest_museum_stands_first(desk):
    evening = make_evening(published_at=NOW)
    full, empty = post_at(evening, "Ancien", places=1), post_at(evening, "Zoo", places=1)
    make_assignment(full, confirmed_at=NOW, confirmed_how="link")

    teams = page(desk, evening).context["page"].teams

    assert [team.opening for team in teams] == [empty.opening, full.opening]


def test_people_show_with_initial_languages_and_state_and_never_with_their_whole_name(desk):
    evening = make_evening(published_at=NOW)
    lien = make_volunteer("Lien", "Declercq", languages=[make_language("nl")])
    make_assignment(post_at(evening), lien)

    text = page(desk, evening).content.decode()

    assert "Lien D." in text
    assert "Declercq" not in text
    assert '<abbr class="tongue" title="nl">NL</abbr>' in text
    assert "state--unconfirmed" in text


def test_an_open_place_leads_to_the_list_and_a_searched_one_to_its_search(desk):
    evening = make_evening(published_at=NOW)
    short, searched = post_at(evening, "Court"), post_at(evening, "Cherché")
    actions.withdraw(make_assignment(searched, make_volunteer("Inès", "Delvaux")), by=SYSTEM, now=NOW)

    text = page(desk, evening).content.decode()

    slug = evening.edition.slug
    assert reverse("post_panel", args=[slug, short.pk]) in text
    assert reverse("search_open", args=[slug, short.pk]) in text
    assert reverse("search", args=[slug, searched.pk]) in text
    assert reverse("search_open", args=[slug, searched.pk]) not in text
    assert "<b>Inès D.</b>" in text


def test_everybody_who_is_being_replaced_is_named_and_nobody_who_came_back(desk):
    evening = make_evening(published_at=NOW)
    post = post_at(evening, "Cherché", places=3)
    for name in ("Inès", "Camille", "Lotte"):
        gone = make_assignment(post, make_volunteer(name, "Durand"))
        actions.withdraw(gone, by=SYSTEM, now=NOW)
    actions.come_back(gone, by=SYSTEM, now=NOW)

    text = page(desk, evening).content.decode()

    assert "<b>Inès D., Camille D.</b> ne peuvent pas venir." in text


def test_a_draft_offers_no_search_and_no_confirmation_and_says_that_nothing_leaves(desk):
    evening = make_evening()
    post = post_at(evening)
    assignment = make_assignment(post, published_at=None)

    text = page(desk, evening).content.decode()

    slug = evening.edition.slug
    assert reverse("evening_publish", args=[slug, evening.date]) in text
    assert reverse("post_panel", args=[slug, post.pk]) in text
    assert reverse("search_open", args=[slug, post.pk]) not in text
    assert reverse("assignment_confirm_by_phone", args=[slug, assignment.pk]) not in text


def test_a_draft_that_is_called_off_is_not_offered_to_be_published(desk):
    evening = make_evening(called_off_at=NOW)

    publish = reverse("evening_publish", args=[evening.edition.slug, evening.date])

    assert desk.get(publish).status_code == 302
    assert publish not in page(desk, evening).content.decode()


def test_nothing_can_be_done_any_more_on_an_evening_that_is_over(desk):
    evening = make_evening(date(2026, 3, 19), published_at=NOW)
    post = post_at(evening)
    assignment = make_assignment(post, arrived_at=NOW)

    response = page(desk, evening)

    slug, text = evening.edition.slug, response.content.decode()
    assert response.context["page"].came == 1
    assert "state--full" in text
    for name, row in [("post_panel", post), ("post_places", post), ("assignment_remove", assignment)]:
        assert reverse(name, args=[slug, row.pk]) not in text


def test_a_place_that_stayed_empty_is_not_called_open_once_the_evening_is_over(desk):
    texts = []
    for day in (date(2026, 3, 19), date(2026, 3, 26)):
        evening = make_evening(day, published_at=NOW)
        make_assignment(post_at(evening, f"Musée {day}", places=2, needed=2), published_at=NOW)
        texts.append(page(desk, evening, "en").content.decode())
    over, coming = texts

    assert "1 place stayed empty" in over
    assert "1 was missing" in over
    assert "who--open" not in over
    assert "stayed empty" not in coming
    assert "who--open" in coming


def test_the_reserve_is_who_is_on_call_and_still_free(desk):
    evening = make_evening(published_at=NOW)
    free, busy = make_volunteer("Nora"), make_volunteer("Lotte")
    make_available(free, evening, on_call_at=NOW)
    make_available(busy, evening, on_call_at=NOW)
    make_assignment(post_at(evening), busy)

    assert page(desk, evening).context["page"].reserve == [free]


def test_what_is_typed_is_shown_as_text(desk):
    evening = make_evening(published_at=NOW, note="<script>alert(1)</script>")
    make_assignment(post_at(evening, "<b>Musée</b>"), make_volunteer("<i>Ève</i>"))

    text = page(desk, evening).content.decode()

    assert "<script>alert" not in text
    assert "<b>Musée</b>" not in text
    assert "<i>Ève" not in text


def test_an_evening_with_thirty_people_takes_as_many_queries_as_one_with_one(desk):
    edition = make_edition()

    def filled(day, number):
        evening = make_evening(day, edition=edition, published_at=NOW)
        for n in range(number):
            post = post_at(evening, f"Musée {day}{n}", places=3, role=make_role(f"role-{n}"))
            volunteer = make_volunteer(languages=[make_language("nl")])
            make_available(make_volunteer(), evening, on_call_at=NOW)
            make_assignment(post, volunteer)
            actions.withdraw(make_assignment(post), by=SYSTEM, now=NOW)
        return evening

    small, large = filled(date(2026, 4, 2), 1), filled(date(2026, 4, 9), 30)
    page(desk, small)
    with CaptureQueriesContext(connection) as few:
        page(desk, small)
    with CaptureQueriesContext(connection) as many:
        page(desk, large)

    assert len(many) == len(few)


@pytest.mark.parametrize("day", ["2026-03-27", "2026-13-40", "2026-02-30"])
def test_a_day_without_an_evening_is_not_there(desk, day):
    edition = make_evening().edition

    assert desk.get(f"/fr/{edition.slug}/evenings/{day}/").status_code == 404


def test_before_publishing_it_says_who_is_told_what_is_open_and_which_language_is_missing(desk):
    evening = make_evening()
    post = post_at(evening, places=3)
    post.opening.languages.add(make_language("nl"))
    make_assignment(post, make_volunteer("Alice"), published_at=None)
    by_phone = make_volunteer("Bob", user=User.objects.create_user(None, first_name="Bob"))
    make_assignment(post, by_phone, published_at=None)

    response = desk.get(reverse("evening_publish", args=[evening.edition.slug, evening.date]))

    before = response.context["before"]
    assert (before.told.by_mail, before.told.by_phone) == (["Alice D."], ["Bob D."])
    assert before.open_places == 1
    assert [language.code for _, languages in before.lacking for language in languages] == ["nl"]
    evening.refresh_from_db()
    assert not evening.is_published


def test_before_publishing_open_places_come_to_mind_for_who_would_read_that_there_is_none(desk):
    evening = make_evening()
    post = post_at(evening, places=1)
    make_available(make_volunteer("Omar"), evening)
    hint = "Places stay open"

    def shown():
        return desk.get(f"/en/{evening.edition.slug}/evenings/{evening.date}/publish/").content.decode()

    assert hint in shown()
    make_assignment(post, make_volunteer("Alice"), published_at=None)
    assert hint not in shown()


def test_publishing_tells_and_a_second_click_says_that_it_is_done_already(desk):
    evening = make_evening()
    draft = make_assignment(post_at(evening), published_at=None)
    url = reverse("evening_publish", args=[evening.edition.slug, evening.date])

    first = desk.post(url)
    second = desk.post(url, follow=True)

    draft.refresh_from_db()
    assert first.status_code == 302
    assert draft.published_at == NOW
    assert Message.objects.filter(kind="published").count() == 1
    assert [message.level_tag for message in second.context["messages"]] == ["error"]
    assert desk.get(url).status_code == 302


def test_before_calling_off_it_says_who_is_told(desk):
    evening = make_evening(published_at=NOW)
    post = post_at(evening, places=3)
    make_assignment(post, make_volunteer("Alice"))
    make_assignment(post, make_volunteer("Bob"), published_at=None)

    response = desk.get(reverse("opening_call_off", args=[evening.edition.slug, post.opening_id]))

    before = response.context["before"]
    assert (before.told.by_mail, before.drafts) == (["Alice D."], 1)
    post.opening.refresh_from_db()
    assert not post.opening.is_called_off


def test_calling_off_frees_everybody_once(desk):
    evening = make_evening(published_at=NOW)
    assignment = make_assignment(post_at(evening))
    url = reverse("opening_call_off", args=[evening.edition.slug, assignment.post.opening_id])

    desk.post(url)
    again = desk.post(url)

    assignment.refresh_from_db()
    assert assignment.cause == Assignment.Cause.CALLED_OFF
    assert again.status_code == 302
    assert Message.objects.filter(kind="called_off").count() == 1
    assert "cell" not in page(desk, evening).content.decode()
    assert desk.get(url).status_code == 200
