from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import OperationalError, connections, transaction

from messaging import actions, kinds, tasks, transport
from messaging.actions import delivery
from messaging.models import Message
from nocturnes import clock
from nocturnes.history import SYSTEM
from nocturnes.models import User
from tests.factories import NOW, make_coordinator, make_edition, make_evening
from tests.messaging.factories import make_code, make_message, make_person, together

# Tuesday 24 March 2026, 21:30 in Brussels, and the next morning's 09:00.
NIGHT = datetime(2026, 3, 24, 20, 30, tzinfo=UTC)
MORNING = datetime(2026, 3, 25, 8, 0, tzinfo=UTC)


@pytest.fixture
def kind(monkeypatch):
    """Gives the one kind that the outbox has other qualities: `kind(urgent=False, check=…)`; no secret any more."""

    def change(**fields):
        changed = replace(kinds.get("sign_in_code"), **{"secret": False, "too_late": lambda message: None, **fields})
        monkeypatch.setitem(kinds._kinds, "sign_in_code", changed)

    change()
    return change


@pytest.fixture
def machine(monkeypatch):
    """Sets the machine's time: `machine(moment)`."""

    def set_to(moment):
        monkeypatch.setattr(clock, "machine_now", lambda: moment)

    set_to(NOW)
    return set_to


def failing(error):
    """A kind's function that raises."""

    def function(*args, **keywords):
        raise error

    return function


@pytest.mark.django_db
@pytest.mark.usefixtures("kind")
def test_a_due_message_is_sent_once_and_kept():
    message = make_code(make_person("Alice", email="alice@example.org"), edition=make_edition().pk)

    outcomes = [actions.deliver(message.pk, now=NOW) for _ in range(2)]

    message.refresh_from_db()
    assert outcomes == ["sent", None]
    assert [letter.to for letter in mail.outbox] == [["alice@example.org"]]
    assert (message.sent_at, message.leased_until, message.attempts) == (NOW, None, 1)
    assert mail.outbox[0].subject == message.subject
    assert mail.outbox[0].body == message.text
    assert mail.outbox[0].alternatives[0].content == message.html
    assert mail.outbox[0].reply_to == ["nocturnes@example.org"]


@pytest.mark.django_db
@pytest.mark.usefixtures("kind")
def test_what_is_not_due_stays():
    message = make_code(due=NOW + timedelta(seconds=1))

    assert actions.deliver(message.pk, now=NOW) is None

    assert mail.outbox == []
    assert actions.due_ids(NOW) == []
    assert actions.due_ids(NOW + timedelta(seconds=1)) == [message.pk]


@pytest.mark.django_db
def test_who_has_no_address_gets_no_mail():
    message = make_code(make_person(email=None))

    assert actions.deliver(message.pk, now=NOW) is None

    message.refresh_from_db()
    assert message.is_pending
    assert message.attempts == 0
    assert actions.due_ids(NOW) == []
    assert not actions.overdue(NOW + timedelta(days=1)).exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_inside_a_transaction():
    message = make_code()

    with pytest.raises(RuntimeError), transaction.atomic():
        actions.deliver(message.pk, now=NOW)

    assert mail.outbox == []


@pytest.mark.django_db
def test_a_message_in_somebodys_hands_is_left_to_them(machine):
    message = make_code()
    Message.objects.update(leased_until=NOW + delivery.LEASE)

    assert actions.deliver(message.pk, now=NOW) is None
    assert actions.due_ids(NOW) == []

    machine(NOW + delivery.LEASE + timedelta(seconds=1))
    assert actions.due_ids(NOW) == [message.pk]
    assert actions.deliver(message.pk, now=NOW) == "sent"


@pytest.mark.django_db
def test_the_lease_is_renewed_before_the_mail_leaves(machine, monkeypatch):
    message, seen = make_code(), []

    def look(letter, accepted):
        seen.append(Message.objects.get().leased_until)
        accepted()

    def slow(*args):
        machine(NOW + timedelta(seconds=100))
        return []

    monkeypatch.setattr(transport, "hand_over", look)
    monkeypatch.setitem(kinds._kinds, "sign_in_code", replace(kinds.get("sign_in_code"), attachments=slow))

    actions.deliver(message.pk, now=NOW)

    assert seen == [NOW + timedelta(seconds=220)]


@pytest.mark.django_db
def test_who_lost_the_lease_does_not_send(machine, monkeypatch):
    message = make_code()

    def too_slow(*args):
        Message.objects.update(leased_until=NOW + timedelta(hours=1))
        return []

    monkeypatch.setitem(kinds._kinds, "sign_in_code", replace(kinds.get("sign_in_code"), attachments=too_slow))

    assert actions.deliver(message.pk, now=NOW) is None
    assert mail.outbox == []


@pytest.mark.django_db
def test_a_message_cancelled_while_it_is_written_does_not_leave(monkeypatch):
    message = make_code()

    def cancelled(*args):
        actions.skip(Message.objects.all(), reason="no", by=SYSTEM, now=NOW)
        return []

    monkeypatch.setitem(kinds._kinds, "sign_in_code", replace(kinds.get("sign_in_code"), attachments=cancelled))

    actions.deliver(message.pk, now=NOW)

    assert mail.outbox == []
    assert Message.objects.get().skipped_at == NOW


@pytest.mark.django_db
def test_a_message_cancelled_after_the_server_has_it_is_sent(monkeypatch):
    message = make_code()

    def cancelled_meanwhile(letter, accepted):
        actions.skip(Message.objects.all(), reason="no", by=SYSTEM, now=NOW)
        accepted()

    monkeypatch.setattr(transport, "hand_over", cancelled_meanwhile)

    assert actions.deliver(message.pk, now=NOW) == "sent"
    message.refresh_from_db()
    assert (message.sent_at, message.skipped_at, message.reason) == (NOW, None, "")


@pytest.mark.django_db
def test_what_is_no_longer_true_is_skipped_with_the_reason(kind):
    kind(check=lambda message, now: "It changed.")
    message = make_code()

    assert actions.deliver(message.pk, now=NOW) == "skipped"

    message.refresh_from_db()
    assert (message.skipped_at, message.reason, message.text) == (NOW, "It changed.", "")
    assert mail.outbox == []


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "outcome"), [(14, "sent"), (15, "skipped")])
def test_what_comes_too_late_is_skipped(minutes, outcome):
    message = make_code()

    assert actions.deliver(message.pk, now=NOW + timedelta(minutes=minutes)) == outcome


@pytest.mark.django_db
@pytest.mark.usefixtures("kind")
def test_an_account_that_is_closed_gets_no_mail():
    message = make_code(make_person(is_active=False))

    assert actions.deliver(message.pk, now=NOW) == "skipped"
    assert mail.outbox == []


@pytest.mark.django_db
def test_what_is_not_urgent_waits_for_the_end_of_the_quiet_hours(kind):
    kind(urgent=False)
    message = make_code(due=NIGHT, now=NIGHT, edition=make_edition().pk)

    assert actions.deliver(message.pk, now=NIGHT) == "quiet"

    message.refresh_from_db()
    assert message.is_pending
    assert (message.due, message.attempts, message.leased_until) == (MORNING, 0, None)
    assert mail.outbox == []
    assert actions.deliver(message.pk, now=MORNING) == "sent"


@pytest.mark.django_db
def test_what_is_urgent_leaves_at_night(kind):
    kind(urgent=True)
    message = make_code(due=NIGHT, now=NIGHT, edition=make_edition().pk)

    assert actions.deliver(message.pk, now=NIGHT) == "sent"


@pytest.mark.django_db
def test_what_is_urgent_by_its_facts_leaves_at_night(kind):
    kind(urgent=False)
    message = make_code(due=NIGHT, now=NIGHT, edition=make_edition().pk, urgent=True)

    assert actions.deliver(message.pk, now=NIGHT) == "sent"


@pytest.mark.django_db
@pytest.mark.usefixtures("kind")
def test_a_mail_is_in_the_language_that_its_reader_has_now():
    alice = make_person(language="fr")
    message = make_code(alice, edition=make_edition().pk)
    User.objects.filter(pk=alice.pk).update(language="nl")

    actions.deliver(message.pk, now=NOW)

    message.refresh_from_db()
    assert message.language == "nl"
    assert '<html lang="nl">' in message.html


@pytest.mark.django_db
@pytest.mark.usefixtures("kind")
def test_a_language_that_the_edition_does_not_speak_becomes_its_first():
    edition = make_edition(languages=["nl", "fr"])
    message = make_code(make_person(language="en"), edition=edition.pk)

    actions.deliver(message.pk, now=NOW)

    message.refresh_from_db()
    assert message.language == "nl"


@pytest.mark.django_db
@pytest.mark.usefixtures("kind")
def test_a_mail_is_signed_by_who_is_on_duty():
    evening = make_evening(lead=make_coordinator(first_name="Léa"))
    message = make_code(edition=evening.edition.pk, evening=evening.pk)

    text = actions.render(message, now=NOW).text

    assert "Léa\nBrussels Museums" in text


@pytest.mark.django_db
@pytest.mark.usefixtures("kind")
def test_a_mail_about_no_evening_is_signed_by_who_is_next():
    evening = make_evening(lead=make_coordinator(first_name="Léa"))
    message = make_code(edition=evening.edition.pk)

    signatures = [actions.render(message, now=moment).text for moment in (NOW, NOW + timedelta(days=9))]

    assert "Léa" in signatures[0]
    assert "Léa" not in signatures[1]


@pytest.mark.django_db
def test_a_secret_is_erased_once_it_is_sent():
    message = make_code(code="SECRET-1", edition=make_edition().pk)

    actions.deliver(message.pk, now=NOW)

    message.refresh_from_db()
    assert "SECRET-1" in mail.outbox[0].body
    assert (message.text, message.html, list(message.facts)) == ("", "", ["edition"])
    assert "SECRET-1" not in message.subject


@pytest.mark.django_db
def test_a_rehearsal_keeps_the_secret_for_its_mailbox(settings):
    settings.REHEARSAL = True
    message = make_code(code="SECRET-1")

    actions.deliver(message.pk, now=NOW)

    message.refresh_from_db()
    assert "SECRET-1" in message.text


@pytest.mark.django_db
@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(("attempts", "seconds"), [(0, 30), (1, 60), (5, 900), (50, 900)])
def test_a_server_that_is_down_is_tried_again_with_longer_waits(monkeypatch, attempts, seconds):
    message = make_message(attempts=attempts)
    monkeypatch.setattr(transport, "hand_over", failing(transport.Later("421 busy")))

    assert actions.deliver(message.pk, now=NOW) == "later"

    message.refresh_from_db()
    assert message.is_pending
    assert message.retry_at == NOW + timedelta(seconds=seconds)
    assert "421 busy" in message.reason
    assert actions.due_ids(NOW) == []
    assert actions.deliver(message.pk, now=NOW) is None


@pytest.mark.django_db
@pytest.mark.parametrize(("about_mail", "outcome"), [(True, "failed"), (False, "later")])
def test_only_an_address_that_is_put_off_for_a_day_is_given_up(monkeypatch, about_mail, outcome):
    message = make_message(attempts=delivery.GIVES_UP_AFTER)
    monkeypatch.setattr(transport, "hand_over", failing(transport.Later("452 full", about_mail)))

    assert actions.deliver(message.pk, now=NOW) == outcome


@pytest.mark.django_db
def test_a_refused_address_fails_and_says_so(monkeypatch):
    message = make_message()
    monkeypatch.setattr(transport, "hand_over", failing(transport.Never("It refuses.", "550 no such user")))

    assert actions.deliver(message.pk, now=NOW) == "failed"

    message.refresh_from_db()
    assert (message.failed_at, message.reason) == (NOW, "It refuses. · 550 no such user")
    assert actions.due_ids(NOW) == []


@pytest.mark.django_db
@pytest.mark.logs_errors
@pytest.mark.parametrize("part", ["check", "context", "attachments", "too_late"])
def test_a_message_that_cannot_be_written_fails_and_the_others_leave(kind, part):
    fine = kinds.get("sign_in_code")
    broken = make_code()

    def only_broken(message, *rest):
        if message.pk == broken.pk:
            raise ZeroDivisionError
        return getattr(fine, part)(message, *rest)

    kind(**{part: only_broken})
    make_code()

    assert actions.sweep(NOW) == 1

    broken.refresh_from_db()
    assert broken.failed_at == NOW
    assert "ZeroDivisionError" in broken.reason


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["context", "attachments"])
def test_a_message_whose_subject_ends_while_it_is_written_is_skipped_and_not_broken(kind, part):
    ended = []

    def end(message, now):
        ended.append(message)
        raise IndexError

    kind(check=lambda message, now: "Nothing is left of it." if ended else None, **{part: end})
    message = make_code()

    assert actions.deliver(message.pk, now=NOW) == "skipped"

    message.refresh_from_db()
    assert (message.failed_at, message.reason) == (None, "Nothing is left of it.")


@pytest.mark.django_db
@pytest.mark.logs_errors
def test_a_message_of_a_kind_that_is_gone_fails_and_the_others_leave():
    gone = make_message(kind="gossip")
    make_code()

    assert actions.sweep(NOW) == 1

    gone.refresh_from_db()
    assert gone.failed_at == NOW


@pytest.mark.django_db
def test_a_database_that_is_away_costs_a_message_nothing(kind):
    message = make_code()
    kind(check=failing(OperationalError()))

    with pytest.raises(OperationalError):
        actions.deliver(message.pk, now=NOW)

    message.refresh_from_db()
    assert message.is_pending
    assert message.leased_until is None


@pytest.mark.django_db
@pytest.mark.usefixtures("kind")
def test_a_sweep_sends_in_the_order_of_time():
    late, early = make_code(code="LATE"), make_code(code="EARLY", due=NOW - timedelta(hours=1))

    assert actions.sweep(NOW) == 2

    assert [letter.subject[-4:] for letter in mail.outbox] == ["ARLY", "LATE"]
    assert actions.sweep(NOW) == 0
    assert late.pk < early.pk


@pytest.mark.django_db
def test_a_message_is_overdue_after_two_minutes():
    make_code(due=NOW)

    assert not actions.overdue(NOW + timedelta(seconds=119)).exists()
    assert actions.overdue(NOW + timedelta(seconds=120)).exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("kind")
def test_the_past_is_recorded_without_any_mail():
    message = make_code(code="PAST-1")

    actions.record_as_sent(message, now=NOW)

    assert message.sent_at == NOW
    assert "PAST-1" in message.text
    assert mail.outbox == []


@pytest.mark.django_db
def test_the_past_that_was_not_true_is_recorded_as_skipped(kind):
    message = make_code()
    kind(check=lambda message, now: "It was not so.")

    actions.record_as_sent(message, now=NOW)

    assert (message.sent_at, message.skipped_at, message.reason) == (None, NOW, "It was not so.")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_workers_that_come_together_send_once():
    for _ in range(20):
        message = make_code()
        mail.outbox.clear()

        together([lambda pk=message.pk: in_thread(pk)] * 8)

        assert len(mail.outbox) == 1


def in_thread(message_id):
    try:
        actions.deliver(message_id, now=NOW)
    finally:
        connections.close_all()


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["sweep", "task"])
def test_a_call_that_is_of_no_use_any_more_is_not_to_make(kind, how, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    kind(check=lambda message, now: None if message.key == "news" else "In the end nothing changed.")
    late = make_code(make_person(email=None))
    news, later = make_code(make_person(email=None), key="news"), make_code(make_person(email=None), due=NIGHT)

    actions.sweep(NOW) if how == "sweep" else tasks.sweep_messages()

    late.refresh_from_db()
    assert (late.skipped_at, late.reason) == (NOW, "In the end nothing changed.")
    assert set(Message.objects.to_phone()) == {news, later}


@pytest.mark.django_db
@pytest.mark.logs_errors
def test_a_call_that_cannot_be_checked_stays_and_holds_up_no_other(kind):
    kind(check=lambda message, now: "Over." if message.key == "over" else 1 / 0)
    broken, over = make_code(make_person(email=None)), make_code(make_person(email=None), key="over")

    assert actions.drop_calls(NOW) == 1

    assert Message.objects.to_phone().get() == broken
    assert Message.objects.get(pk=over.pk).reason == "Over."
