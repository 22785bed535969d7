"""Lending somebody to another museum of the evening: who could, the one click, who hears what, and taking it back."""

from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from messaging import actions as messaging
from messaging import kinds
from messaging.models import Message
from museums.models import Contact
from nocturnes.history import SYSTEM, Actor
from nocturnes.refusals import Refusal
from shifts import actions
from shifts.actions.places import NeedsTick
from shifts.models import Assignment, Search
from shifts.pages import history
from shifts.pages.lending import lending_page, walking_minutes
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_evening,
    make_language,
    make_museum,
    make_opening,
    make_post,
    make_role,
    make_volunteer,
)
from tests.shifts.swaps import on

pytestmark = pytest.mark.django_db

# Grand-Place, BELvue about 700 m away as the crow flies, the Atomium far off.
CENTRE = {"latitude": Decimal("50.846700"), "longitude": Decimal("4.352500")}
BELVUE = {"latitude": Decimal("50.842700"), "longitude": Decimal("4.361500")}
FAR = {"latitude": Decimal("50.894900"), "longitude": Decimal("4.341500")}


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def lea():
    return Actor.user(make_coordinator())


@pytest.fixture
def evening():
    return make_evening(published_at=NOW)


@pytest.fixture
def hole(evening):
    return at(evening, "Musée Horta", places=1, **CENTRE)


def at(evening, museum, *, role=None, places=1, needed=None, post=None, **where):
    fields = {"role": role} if role else {}
    opening = make_opening(evening, make_museum(museum, **where))
    return make_post(opening, places=places, needed=places if needed is None else needed, **fields, **(post or {}))


def someone_on(post, name="Alice", **fields):
    volunteer = make_volunteer(name, languages=fields.pop("languages", []))
    make_available(volunteer, post.opening.evening)
    return make_assignment(post, volunteer, **fields)


def lend(assignment, post, by=SYSTEM, **words):
    return actions.lend(assignment, post, by=by, now=words.pop("now", NOW), **words)


def names(page):
    return [one.volunteer.first_name for one in page.lenders]


def test_she_moves_as_she_was_and_her_place_stays_open(evening, hole, lea):
    alices = someone_on(at(evening, "BELvue"), confirmed_at=NOW, confirmed_how="link")

    new = lend(alices, hole, lea)

    alices.refresh_from_db()
    assert (on(hole), on(alices.post)) == (["Alice"], [])
    assert (alices.cause, new.confirmed_how, new.published_at) == (Assignment.Cause.MOVED, "link", NOW)
    assert not Search.objects.exists()
    assert [line.what for line in history.of_post(hole)] == ["lent Alice D. to this museum"]
    assert [line.what for line in history.of_post(alices.post)] == ["lent Alice D. to another museum"]


def test_one_message_to_her_says_both_with_files_and_waits_two_minutes(evening, hole):
    alices = someone_on(at(evening, "BELvue"))

    lend(alices, hole)

    message = Message.objects.get(user=alices.volunteer.user, kind="changed")
    files = kinds.get("changed").attachments(message, NOW)
    assert message.due == NOW + timedelta(minutes=2)
    assert sorted(content.count("METHOD:CANCEL") for _name, content, _type in files) == [0, 1]
    text = messaging.render(message, now=NOW).text
    assert "Musée Horta" in text
    assert "BELvue" in text


def mail_to(assignment, *, now):
    message = Message.objects.get(user=assignment.volunteer.user, kind="changed")
    message.user.language = message.language = "en"
    message.user.save()
    return messaging.render(message, now=now)


def test_lent_after_the_hour_she_reads_to_go_now_how_far_it_is_and_no_hour_that_is_past(evening, hole):
    alices = someone_on(at(evening, "BELvue", **BELVUE))
    late = hole.report_at + timedelta(minutes=20)

    lend(alices, hole, now=late)

    mail = mail_to(alices, now=late + timedelta(minutes=2))
    assert mail.subject == "Please go to Musée Horta now"
    assert mail.text.split("\n")[0].startswith("Please go to Musée Horta as soon as you can: you are needed there now.")
    assert "about 15 minutes on foot from BELvue" in mail.text
    assert "No longer needed" not in mail.text
    for form in (mail.text, mail.html):
        assert "Report at" not in form
        assert "your evenings have changed" not in form


def test_lent_within_three_hours_of_it_she_reads_the_hour_first_and_earlier_the_usual_mail(evening, hole):
    alices = someone_on(at(evening, "BELvue"))
    near, early = hole.report_at - timedelta(hours=3), hole.report_at - timedelta(hours=3, minutes=1)

    lend(alices, hole, now=early)

    assert mail_to(alices, now=near).subject == "Tonight at 17:30: please go to Musée Horta"
    assert "This is instead of BELvue." in mail_to(alices, now=near).text
    assert mail_to(alices, now=early).subject == "Your evenings have changed"


def test_lent_within_her_museum_she_reads_from_where_to_where_she_moves(hole):
    alices = someone_on(make_post(hole.opening, role=make_role("cloakroom", name_en="Cloakroom"), places=1))

    lend(alices, hole, now=hole.report_at)

    text = mail_to(alices, now=hole.report_at).text
    assert "You stay at this museum and move from “cloakroom” to “welcome desk”." in text


def test_a_new_place_of_tonight_that_is_no_loan_is_told_as_ever(hole):
    alice = make_volunteer()
    make_available(alice, hole.opening.evening)
    now = hole.report_at - timedelta(hours=1)

    new = actions.assign(hole, alice, by=SYSTEM, now=now)

    assert mail_to(new, now=now).subject == "A new place for you: Thursday 26\u00a0March, Musée Horta"


def test_after_the_hour_the_museum_reads_that_we_send_her_and_not_that_she_is_on_the_way(evening, hole):
    alices = someone_on(at(evening, "BELvue"))
    Contact.objects.create(museum=hole.opening.museum, name="Anne", email="anne@example.org", language="en")

    lend(alices, hole, now=hole.report_at)

    mail = messaging.render(Message.objects.get(kind="lent"), now=hole.report_at)
    assert mail.subject == "We are sending Alice D.: Musée Horta"
    assert "We are sending Alice D. to you (welcome desk)." in mail.text


def test_both_museums_hear_of_it_in_their_language_without_numbers_or_reasons(evening, hole):
    post = at(evening, "BELvue", places=2)
    alices, _bobs = someone_on(post), someone_on(post, "Bob")
    for museum, language in ((post.opening.museum, "nl"), (hole.opening.museum, "fr")):
        Contact.objects.create(museum=museum, name="Anne", email=f"{language}@example.org", language=language)
        Contact.objects.create(museum=museum, name="Jan", phone="+32 2 000 00 00", language=language)

    lend(alices, hole)

    sent = {m.address: messaging.render(m, now=NOW) for m in Message.objects.filter(kind="lent")}
    assert sent.keys() == {"nl@example.org", "fr@example.org"}
    assert {m.due for m in Message.objects.filter(kind="lent")} == {NOW + timedelta(minutes=2)}
    for one, other in (("nl", "Horta"), ("fr", "BELvue")):
        text = "".join(sent[f"{one}@example.org"])
        assert "Alice D." in text
        assert other not in text
        assert "Dupont" not in text
        assert str(alices.volunteer.phone)[-6:] not in text.replace(" ", "")
    assert "Bob D." in sent["nl@example.org"].text
    assert "Bob D" not in sent["fr@example.org"].text


def test_who_was_ticked_as_not_here_is_not_expected_in_the_word_to_the_museum(evening, hole):
    post = at(evening, "BELvue", places=3)
    alices, _bobs = someone_on(post), someone_on(post, "Bob")
    someone_on(post, "Carol", absent_at=NOW)
    Contact.objects.create(museum=post.opening.museum, name="Anne", email="anne@example.org", language="en")

    lend(alices, hole)

    assert "Expected with you: Bob D." in messaging.render(Message.objects.get(kind="lent"), now=NOW).text


def test_within_one_museum_the_museum_is_not_written_to(evening, hole):
    cloakroom = make_post(hole.opening, role=make_role("cloakroom"), places=1)
    Contact.objects.create(museum=hole.opening.museum, name="Anne", email="anne@example.org")

    lend(someone_on(cloakroom), hole)

    assert not Message.objects.filter(kind="lent").exists()


def test_her_place_is_searched_for_where_the_coordinator_wants_it(evening, hole):
    alices = someone_on(at(evening, "BELvue"))

    lend(alices, hole, then="search")

    assert Search.objects.live().get().post == alices.post


def test_the_search_for_the_hole_ends_and_goes_on_again_once_it_is_taken_back(evening, hole, lea):
    alices = someone_on(at(evening, "BELvue"), confirmed_at=NOW, confirmed_how="link")
    search = actions.open_search(hole, by=SYSTEM, now=NOW)

    lend(alices, hole, lea, then="search")
    ended = Search.objects.get(pk=search.pk).ended_because
    entry = actions.latest_undoable(lea, edition=evening.edition, now=NOW)
    actions.undo(entry, by=lea, now=NOW)

    assert (ended, entry.verb) == ("filled", "lent")
    assert (on(hole), on(alices.post)) == ([], ["Alice"])
    assert Search.objects.live().get() == search
    assert Assignment.objects.active().get().confirmed_how == "link"
    message = Message.objects.get(kind="changed", user=alices.volunteer.user)
    assert kinds.get("changed").check(message, NOW)


def test_undone_the_museums_hear_nothing_and_told_it_is_too_late(evening, hole, lea):
    post = at(evening, "BELvue")
    alices = someone_on(post)
    Contact.objects.create(museum=hole.opening.museum, name="Anne", email="anne@example.org")
    lend(alices, hole, lea)
    actions.undo(actions.latest_undoable(lea, edition=evening.edition, now=NOW), by=lea, now=NOW)
    waiting = Message.objects.pending().filter(kind="lent")

    lend(Assignment.objects.active().get(), hole, lea)
    entry = actions.latest_undoable(lea, edition=evening.edition, now=NOW)
    messaging.record_as_sent(Message.objects.pending().filter(kind="lent").latest("pk"), now=NOW)

    assert not waiting.exists()
    with pytest.raises(Refusal):
        actions.undo(entry, by=lea, now=NOW)
    assert on(hole) == ["Alice"]


def test_a_second_click_changes_nothing(evening, hole):
    alices = someone_on(at(evening, "BELvue"))

    assert lend(alices, hole) == lend(alices, hole)
    assert Message.objects.filter(kind="changed").count() == 1


def test_only_who_helps_that_evening_and_is_still_there_can_be_lent(evening, hole):
    later = make_evening(evening.date + timedelta(days=7), published_at=NOW)
    elsewhere, gone = someone_on(at(later, "BELvue")), someone_on(at(evening, "MIM"))
    draft = someone_on(at(evening, "Bozar"), published_at=None)
    absent = someone_on(at(evening, "Wiels"), absent_at=NOW)
    actions.withdraw(gone, by=SYSTEM, now=NOW)

    for one, refusal in (
        (elsewhere, actions.NotThisEvening),
        *((one, actions.NotThereAnyMore) for one in (gone, draft, absent)),
    ):
        with pytest.raises(refusal):
            lend(one, hole)
    assert on(hole) == []


def test_a_full_place_and_two_places_at_once_are_refused(evening, hole):
    early = someone_on(at(evening, "BELvue", post={"report": time(14), "starts": time(14), "ends": time(16)}))
    make_assignment(make_post(make_opening(evening)), early.volunteer)
    bobs = someone_on(at(evening, "MIM"), "Bob")

    with pytest.raises(Refusal, match="already on another post"):
        lend(early, hole)
    lend(bobs, hole)
    with pytest.raises(Refusal, match="taken"):
        lend(someone_on(at(evening, "Bozar"), "Carol"), hole)


def test_what_the_place_asks_for_wants_a_tick(evening, hole):
    hole.languages.add(make_language("nl"))
    alices = someone_on(at(evening, "BELvue"))

    with pytest.raises(NeedsTick):
        lend(alices, hole)
    lend(alices, hole, accept=["languages"])

    assert on(hole) == ["Alice"]


def test_floaters_come_first_then_who_is_more_than_needed_then_the_nearest(evening, hole):
    make_role("floater", floats=True, name_fr="Volant")
    near, far = at(evening, "BELvue", **BELVUE), at(evening, "Atomium", **FAR)
    spare = at(evening, "Bozar", places=2, needed=1, **FAR)
    someone_on(far, "Faraway"), someone_on(near, "Near")
    someone_on(spare, "Spare"), someone_on(spare, "Sparrow")
    someone_on(at(evening, "MIM", role=make_role("floater"), **FAR), "Floater")
    someone_on(at(evening, "Wiels"), "Unknown")

    page = lending_page(hole, now=NOW)

    assert names(page) == ["Floater", "Spare", "Sparrow", "Near", "Faraway", "Unknown"]
    assert [one.leaves_hole for one in page.lenders] == [True, False, False, True, True, True]


def test_those_at_the_same_price_stand_together_and_who_is_far_away_is_folded(evening, hole):
    near, far = at(evening, "BELvue", places=8, **BELVUE), at(evening, "Atomium", **FAR)
    someone_on(far, "Faraway"), someone_on(at(evening, "Bozar", places=2, needed=0), "Spare")
    for n in range(8):
        someone_on(near, f"Near{n}")

    groups = lending_page(hole, now=NOW).groups

    assert [(one.kind, len(one.lenders), len(one.more)) for one in groups] == [
        ("free", 1, 0),
        ("hole", 6, 2),
        ("far", 0, 1),
    ]


def test_who_is_far_away_is_shown_where_nobody_is_nearer(evening, hole):
    someone_on(at(evening, "Atomium", **FAR), "Faraway")

    [group] = lending_page(hole, now=NOW).groups

    assert (group.kind, len(group.lenders)) == ("far", 1)


def test_it_says_which_language_comes_and_which_one_goes(evening, hole):
    nl = make_language("nl")
    post = at(evening, "BELvue")
    for one in (hole, post):
        one.opening.languages.add(nl)
    someone_on(post, languages=[nl])

    (alice,) = lending_page(hole, now=NOW).lenders

    assert ([one.code for one in alice.brings], [one.code for one in alice.takes]) == (["nl"], ["nl"])


def test_who_cannot_come_is_not_on_the_list(evening, hole):
    early = at(evening, "BELvue", post={"report": time(14), "starts": time(14), "ends": time(16)})
    twice = someone_on(early, "Twice")
    make_assignment(make_post(make_opening(evening)), twice.volunteer)
    someone_on(at(evening, "MIM"), "Absent", absent_at=NOW)
    someone_on(at(evening, "Bozar"), "Draft", published_at=None)
    someone_on(at(evening, "Wiels"), "Fine")

    assert set(names(lending_page(hole, now=NOW))) == {"Twice", "Fine"}
    assert names(lending_page(hole, now=hole.ends_at)) == []


def test_minutes_on_foot_are_rounded_up_and_unknown_without_a_position():
    centre, belvue = make_museum(**CENTRE), make_museum(**BELVUE)

    assert walking_minutes(centre, belvue) == 15
    assert walking_minutes(centre, centre) == 0
    assert walking_minutes(centre, make_museum()) is None


@pytest.fixture
def desk(client, lea, at):
    at(NOW)
    client.force_login(make_coordinator("max@example.org"))
    return client


def test_the_page_lists_who_could_move_and_one_click_moves_her(desk, evening, hole):
    alices = someone_on(make_post(make_opening(evening, make_museum("BELvue"))))
    Contact.objects.create(museum=hole.opening.museum, name="Anne", phone="+32 2 545 00 00")
    url = reverse("post_lend", args=[evening.edition.slug, hole.pk])

    page = desk.get(url).content.decode()
    answer = desk.post(url, {"assignment": alices.pk, "then": "leave_open"}, follow=True)

    assert "Alice D." in page
    assert on(hole) == ["Alice"]
    assert "call Anne: +32 2 545 00 00" in answer.content.decode()
    assert "Alice D. moves to Musée Horta" in answer.content.decode()


def test_a_tick_is_asked_for_on_the_same_page(desk, evening, hole):
    hole.languages.add(make_language("nl"))
    alices = someone_on(make_post(make_opening(evening, make_museum("BELvue"))))
    url = reverse("post_lend", args=[evening.edition.slug, hole.pk])

    answer = desk.post(url, {"assignment": alices.pk}, follow=True)
    desk.post(url, {"assignment": alices.pk, "accept": "languages"})

    assert "I know: does not speak every language of this post" in answer.content.decode()
    assert on(hole) == ["Alice"]


def test_her_number_is_on_the_page_and_after_the_click_of_tonight_and_not_days_before(desk, at, evening, hole):
    alices = someone_on(make_post(make_opening(evening, make_museum("BELvue"))))
    bobs = someone_on(make_post(make_opening(evening, make_museum("MIM"))), "Bob")
    url = reverse("post_lend", args=[evening.edition.slug, hole.pk])
    other = reverse("post_lend", args=[evening.edition.slug, alices.post.pk])
    links = [f'href="tel:{one.volunteer.phone.as_e164}"' for one in (alices, bobs)]

    page = desk.get(url).content.decode()
    before = desk.post(url, {"assignment": alices.pk}, follow=True).content.decode()
    at(hole.report_at)
    after = desk.post(other, {"assignment": bobs.pk}, follow=True).content.decode()

    assert all(link in page for link in links)
    assert "Call Alice D." not in before
    assert "Call Bob D.: " in after
    assert links[1] in after
