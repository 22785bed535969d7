"""A coordinator writes to everybody of an evening: once each, in her language, and it can be taken back."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from messaging import actions as messaging
from messaging.models import Message
from museums.models import Opening
from nocturnes.history import Actor
from nocturnes.hours import instant
from nocturnes.models import Entry, User
from shifts import actions
from shifts.actions import letters
from shifts.actions.undo import MessageHasLeft
from shifts.models import Assignment
from shifts.pages import letters as pages
from shifts.pages.waiting import waiting
from tests.factories import (
    NOW,
    make_assignment,
    make_available,
    make_coordinator,
    make_evening,
    make_museum,
    make_opening,
    make_post,
    make_reserve,
    make_volunteer,
)

pytestmark = pytest.mark.django_db

TEXTS = {"fr": "L’entrée est derrière.", "nl": "De ingang is achteraan."}
SOON, LATER = NOW + timedelta(minutes=1), NOW + timedelta(hours=1)
BEL = "Musée BELvue"


@pytest.fixture
def user():
    return make_coordinator(language="en")


@pytest.fixture
def lea(user):
    return Actor.user(user)


@pytest.fixture
def evening():
    return make_evening(published_at=NOW - timedelta(days=8))


def on(evening, name="Alice", *, museum=BEL, person=None, **fields):
    volunteer = make_volunteer(name, **(person or {}))
    make_available(volunteer, evening)
    return make_assignment(make_post(make_opening(evening, make_museum(museum)), places=2), volunteer, **fields)


def write(evening, lea, *, texts=TEXTS, now=NOW, **words):
    return actions.write_to_all(evening, texts=texts, by=lea, now=now, **words)


def written():
    return Message.objects.filter(kind="letter").order_by("user__first_name")


def names(messages):
    return [message.user.first_name for message in messages]


def test_everybody_with_a_published_place_reads_it_once_in_her_language(evening, lea):
    _alice, bob = on(evening), on(evening, "Bob", person={"language": "nl"})
    on(evening, "Draft", published_at=None)
    on(evening, "Gone", cancelled_at=NOW, cause="removed")
    on(evening, "Absent", absent_at=NOW)
    Opening.objects.filter(posts__assignments=on(evening, "Early")).update(called_off_at=NOW)
    on(evening, "Blocked", person={"blocked_at": NOW})
    User.objects.filter(volunteer=on(evening, "Closed").volunteer).update(is_active=False)

    assert write(evening, lea) == 2

    assert names(written()) == ["Alice", "Bob"]
    assert {message.due for message in written()} == {NOW + timedelta(minutes=2)}
    french, dutch = (messaging.render(message, now=NOW) for message in written())
    assert "L’entrée est derrière." in french.text
    assert BEL in french.text
    assert "De ingang is achteraan." in dutch.html
    assert "entrée" not in dutch.text
    assert bob.volunteer.short_name not in french.subject


def test_who_is_on_call_reads_it_where_that_is_ticked_and_others_of_another_museum_do_not(evening, lea):
    alice, _bob = on(evening), on(evening, "Bob", museum="Musée Horta")
    moon = make_volunteer("Moon")
    make_available(moon, evening)
    make_reserve(moon, evening)

    assert write(evening, lea, museum=alice.post.opening.museum) == 1
    assert names(written()) == ["Alice"]
    assert write(evening, lea, texts={"fr": "Merci."}, with_reserve=True) == 3
    hers = written().get(user=moon.user)
    assert messaging.reason_to_skip(hers, NOW) is None
    assert "Merci." in messaging.render(hers, now=NOW).text


def test_a_second_click_and_the_browsers_way_back_write_to_nobody_twice(evening, lea):
    on(evening)

    write(evening, lea)
    for again in (NOW, LATER - timedelta(minutes=1)):
        with translation.override("en"), pytest.raises(letters.AlreadyWritten, match="From 11:00 on"):
            write(evening, lea, now=again)
    on(evening, "Bob", museum="Musée Horta")

    assert write(evening, lea, now=SOON) == 1
    assert [len(message.facts["items"]) for message in written()] == [1, 1]
    assert write(evening, lea, now=LATER + timedelta(minutes=2)) == 2


def test_what_is_written_twice_before_it_leaves_is_one_message(evening, lea):
    on(evening)

    write(evening, lea)
    write(evening, lea, texts={"fr": "Et il pleut."}, now=SOON)

    text = messaging.render(written().get(), now=SOON).text
    assert text.index("L’entrée est derrière.") < text.index("Et il pleut.")
    assert text.count(BEL) == 1


def test_nothing_leaves_while_somebody_could_not_read_it(evening, lea):
    with pytest.raises(letters.NobodyToWriteTo):
        write(evening, lea)
    on(evening)
    on(evening, "Bob", person={"language": "nl"})

    with translation.override("en"), pytest.raises(letters.TextMissing, match="Nederlands"):
        write(evening, lea, texts={"fr": "Bonjour", "nl": " "})

    assert not written().exists()
    assert not Entry.objects.filter(verb="wrote_to_all").exists()


def test_who_changed_her_language_reads_what_there_is_and_thanks_name_no_place_that_is_over(evening, lea):
    alice = on(evening)
    write(evening, lea, texts={"fr": "Merci."})
    User.objects.filter(pk=alice.volunteer.user_id).update(language="en")

    here, over = (messaging.render(written().get(), now=now).text for now in (NOW, alice.ends_at))

    assert "Merci." in here
    assert (BEL in here, BEL in over) == (True, False)


def test_undo_leaves_out_its_own_words_and_nothing_else(evening, lea):
    on(evening)
    write(evening, lea)
    write(evening, lea, texts={"fr": "Et il pleut."}, now=SOON)
    first, second = Entry.objects.filter(verb="wrote_to_all").order_by("pk")

    actions.undo(second, by=lea, now=SOON)
    assert "pleut" not in messaging.render(written().get(), now=SOON).text
    actions.undo(first, by=lea, now=SOON)
    assert written().get().skipped_at == SOON

    # What was taken back was not written: it may be, again.
    assert write(evening, lea, now=SOON) == 1


def test_what_has_left_is_not_taken_back(evening, lea):
    on(evening)
    write(evening, lea)
    messaging.record_as_sent(written().get(), now=SOON)

    with pytest.raises(MessageHasLeft):
        actions.undo(Entry.objects.get(verb="wrote_to_all"), by=lea, now=SOON)


def test_who_gave_the_place_back_meanwhile_reads_nothing(evening, lea):
    alice = on(evening)
    write(evening, lea)
    actions.remove(alice, by=lea, now=SOON)

    assert messaging.reason_to_skip(written().get(), NOW + timedelta(minutes=2))


@pytest.mark.parametrize(("hour", "waits"), [(20, False), (21, True)])
def test_at_night_it_waits_for_the_morning_unless_she_is_still_there(evening, lea, hour, waits):
    on(evening)
    night = datetime(2026, 3, 26, hour, 55, tzinfo=UTC)

    write(evening, lea, now=night)

    assert bool(written().get().facts.get("urgent")) is not waits
    # What could have helped that evening is of no use the day after; a word of thanks is.
    assert bool(messaging.reason_to_skip(written().get(), night + timedelta(hours=12))) is not waits


def test_who_goes_on_to_a_second_post_that_evening_reads_it_there(evening, lea):
    zone, early = evening.edition.zone, on(evening)
    make_assignment(make_post(make_opening(evening), report=time(20, 30), starts=time(21)), early.volunteer)
    Assignment.objects.filter(pk=early.pk).update(ends_at=instant(evening.date, time(20), zone))

    write(evening, lea, now=instant(evening.date, time(20, 45), zone))

    assert [message.facts.get("urgent") for message in written()] == [True]


@pytest.mark.parametrize(("ends", "minute"), [(20, "20:45"), (22, "21:59")])
def test_who_is_promised_it_for_the_morning_reads_it_though_the_evening_was_not_over(evening, lea, ends, minute):
    alice, bob = on(evening), on(evening, "Bob", museum="Musée Horta")
    zone = evening.edition.zone
    Assignment.objects.filter(pk=alice.pk).update(ends_at=instant(evening.date, time(ends), zone))
    evening_on = instant(evening.date, time.fromisoformat(minute), zone)

    write(evening, lea, now=evening_on)

    morning = pages.before_writing(evening, None, TEXTS, with_reserve=False, now=evening_on).leaves_late
    hers, his = (written().get(user=row.volunteer.user) for row in (alice, bob))
    assert messaging.reason_to_skip(hers, morning) is None
    assert bool(messaging.reason_to_skip(his, morning)) is bool(his.facts.get("urgent")) is (minute == "20:45")


def test_it_stands_among_what_waits_and_who_has_no_mail_is_called(evening, lea):
    alice = on(evening)
    type(alice.volunteer.user).objects.filter(pk=alice.volunteer.user_id).update(email=None)
    write(evening, lea)

    (line,) = waiting(evening.edition, evening=evening, now=SOON).lines

    assert (line.message.user, line.by_phone) == (alice.volunteer.user, True)


def test_it_is_read_through_before_it_leaves(evening, user, client, at):
    at(NOW)
    there, off = on(evening).post.opening, make_opening(evening, called_off_at=NOW)
    client.force_login(user)
    page = reverse("evening_write", args=[evening.edition.slug, evening.date])

    first = client.post(page, {"museum": "", "text_fr": "Bonjour <b>"})
    assert "Bonjour &lt;b&gt;" in first.content.decode()
    assert not written().exists()
    seen = first.context["form"].seen

    # To others than those that were shown, neither; and an opening that is called off is no choice.
    for whom in ({"museum": there.museum_id}, {"museum": "", "reserve": "on"}):
        assert client.post(page, {**whom, "text_fr": "Bonjour <b>", "seen": seen}).status_code == 200
    assert client.post(page, {"museum": off.museum_id, "text_fr": "Bonjour <b>", "seen": seen}).status_code == 422
    assert not written().exists()

    # Other words than those that were shown are shown first.
    other = client.post(page, {"museum": "", "text_fr": "Bonsoir", "seen": seen})
    assert not written().exists()
    sent = client.post(page, {"museum": "", "text_fr": "Bonsoir", "seen": other.context["form"].seen})

    assert sent["Location"] == reverse("evening", args=[evening.edition.slug, evening.date])
    assert written().get().facts["items"][0]["texts"] == {"fr": "Bonsoir"}
    assert "Tu écris à toute l’équipe du jeudi 26" in client.get(sent["Location"]).content.decode()
