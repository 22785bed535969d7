from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext_lazy

from messaging import actions
from messaging.actions import planning
from messaging.models import Message
from nocturnes.history import SYSTEM
from nocturnes.models import Entry, User
from tests.factories import NOW, make_edition
from tests.messaging.factories import make_code, make_message, make_person, together

LATER = NOW + timedelta(hours=1)


def merge(to, item, *, about, due=LATER, now=NOW):
    return actions.merge(
        "sign_in_code", about=about, to=to, language=to.language, item=item, due=due, by=SYSTEM, now=now
    )


@pytest.mark.django_db
def test_a_message_is_planned_once_for_a_key():
    alice = make_person()

    first = make_code(alice, key="code:1", due=LATER)
    second = make_code(alice, key="code:1", due=LATER)

    assert first == second
    assert Message.objects.count() == 1
    assert [entry.verb for entry in Entry.objects.about(first)] == ["planned"]


@pytest.mark.django_db
def test_planning_again_moves_a_message_that_waits():
    alice = make_person()
    make_code(alice, key="code:1", code="OLD", due=LATER)

    message = make_code(alice, key="code:1", code="NEW", due=LATER + timedelta(hours=1))

    message.refresh_from_db()
    assert message.due == LATER + timedelta(hours=1)
    assert message.facts == {"code": "NEW"}


@pytest.mark.django_db
@pytest.mark.parametrize("done", ["sent_at", "skipped_at", "failed_at", "phoned_at"])
def test_planning_again_leaves_alone_what_is_done(done):
    message = make_message(facts={"code": "OLD"}, **{done: NOW})

    make_code(message.user, key=message.key, code="NEW", due=LATER)

    message.refresh_from_db()
    assert message.facts == {"code": "OLD"}
    assert message.due == NOW


def code_plans(to, *names, due=LATER):
    return [
        actions.Plan("sign_in_code", f"code:{name}", about=to, to=to, language="fr", facts={"code": name}, due=due)
        for name in names
    ]


@pytest.mark.django_db
def test_many_are_planned_in_as_many_queries_as_one(django_assert_num_queries):
    alice = make_person()
    with CaptureQueriesContext(connection) as queries:
        actions.plan_all(code_plans(alice, "A"), by=SYSTEM, now=NOW)

    with django_assert_num_queries(len(queries)):
        messages = actions.plan_all(code_plans(alice, "B", "C", "D"), by=SYSTEM, now=NOW)

    assert [message.facts for message in messages] == [{"code": "B"}, {"code": "C"}, {"code": "D"}]
    assert all(Entry.objects.about(message).get().verb == "planned" for message in messages)


@pytest.mark.django_db
def test_of_many_those_that_wait_move_and_those_that_are_done_stay():
    alice = make_person()
    done, waits = actions.plan_all(code_plans(alice, "A", "B"), by=SYSTEM, now=NOW)
    Message.objects.filter(pk=done.pk).update(sent_at=NOW)

    actions.plan_all(code_plans(alice, "A", "B", "C", due=LATER + timedelta(days=1)), by=SYSTEM, now=NOW)

    due = dict(Message.objects.values_list("key", "due"))
    assert due == {"code:A": LATER, "code:B": LATER + timedelta(days=1), "code:C": LATER + timedelta(days=1)}
    assert [Entry.objects.about(message).count() for message in (done, waits)] == [1, 2]


@pytest.mark.django_db
def test_what_somebody_else_planned_since_we_looked_is_taken_over(monkeypatch):
    alice = make_person()
    make_code(alice, key="code:A", code="OLD", due=NOW)
    looked = iter([{}, None])
    look = planning._by_key
    monkeypatch.setattr(planning, "_by_key", lambda plans: {} if next(looked) == {} else look(plans))

    actions.plan_all(code_plans(alice, "A", "B"), by=SYSTEM, now=NOW)

    assert dict(Message.objects.values_list("key", "facts__code")) == {"code:A": "A", "code:B": "B"}


@pytest.mark.django_db
def test_a_kind_that_nobody_registered_is_not_planned():
    alice = make_person()

    with pytest.raises(KeyError):
        actions.plan("gossip", "gossip:1", about=alice, to=alice, language="fr", due=NOW, by=SYSTEM, now=NOW)

    assert not Message.objects.exists()


@pytest.mark.django_db
def test_what_is_due_is_handed_to_a_worker_after_the_commit(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as due_now:
        make_code(due=NOW)
    with django_capture_on_commit_callbacks() as due_later:
        make_code(due=LATER)
    with django_capture_on_commit_callbacks() as to_phone:
        make_code(make_person(email=None), due=NOW)

    assert [len(due_now), len(due_later), len(to_phone)] == [1, 0, 0]


@pytest.mark.django_db
@pytest.mark.usefixtures("broker_down")
def test_a_broker_that_is_down_does_not_fail_the_request(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        message = make_code(due=NOW)

    assert Message.objects.pending().get() == message


@pytest.mark.django_db
def test_items_merge_into_one_message_a_person():
    edition, alice = make_edition(), make_person()

    merge(alice, ["assigned", 1], about=edition, due=LATER)
    merge(alice, ["removed", 2], about=edition, due=LATER + timedelta(minutes=5))
    message = merge(alice, ["assigned", 1], about=edition, due=LATER)

    assert Message.objects.get() == message
    assert message.facts["items"] == [["assigned", 1], ["removed", 2]]
    assert message.due == LATER + timedelta(minutes=5)


@pytest.mark.django_db
def test_items_of_two_people_stay_apart():
    edition = make_edition()

    merge(make_person("Alice"), 1, about=edition)
    merge(make_person("Bob"), 1, about=edition)

    assert Message.objects.count() == 2


@pytest.mark.django_db
def test_items_do_not_merge_into_what_has_left_or_is_in_hand():
    edition, alice = make_edition(), make_person()
    merge(alice, 1, about=edition)
    Message.objects.update(sent_at=NOW)

    in_hand = merge(alice, 2, about=edition)
    Message.objects.filter(pk=in_hand.pk).update(leased_until=LATER + timedelta(days=3650))
    last = merge(alice, 3, about=edition)

    assert [message.facts["items"] for message in Message.objects.order_by("pk")] == [[1], [2], [3]]
    assert last != in_hand


@pytest.mark.django_db
def test_a_waiting_message_is_cancelled_with_its_reason():
    waiting, sent = make_message(due=LATER), make_message(sent_at=NOW)

    count = actions.skip(Message.objects.all(), reason=gettext_lazy("Cancelled by hand."), by=SYSTEM, now=NOW)

    waiting.refresh_from_db()
    sent.refresh_from_db()
    assert count == 1
    assert (waiting.skipped_at, waiting.reason) == (NOW, "Cancelled by hand.")
    assert sent.skipped_at is None
    assert [entry.verb for entry in Entry.objects.about(waiting)] == ["skipped"]


@pytest.mark.django_db
def test_the_secret_of_a_cancelled_message_is_forgotten():
    message = make_code(due=LATER, edition=make_edition().pk)

    actions.skip(Message.objects.all(), reason="no", by=SYSTEM, now=NOW)

    message.refresh_from_db()
    assert list(message.facts) == ["edition"]


@pytest.mark.django_db
def test_a_message_that_waits_or_failed_is_sent_at_once_by_hand():
    for message in (make_message(due=LATER), make_message(failed_at=NOW, reason="no", attempts=3, retry_at=LATER)):
        actions.send_now(message, by=SYSTEM, now=NOW)

        message.refresh_from_db()
        assert message.is_pending
        assert (message.due, message.reason, message.attempts, message.retry_at) == (NOW, "", 0, None)


@pytest.mark.django_db
@pytest.mark.parametrize("done", ["sent_at", "skipped_at", "phoned_at"])
def test_what_is_done_is_not_sent_again_by_hand(done):
    message = make_message(**{done: NOW})

    with pytest.raises(actions.AlreadyGone):
        actions.send_now(message, by=SYSTEM, now=NOW)

    assert not Message.objects.pending().exists()


@pytest.mark.django_db
def test_a_call_is_kept_with_its_text():
    message = make_code(make_person("Mireille", email=None), code="XYZ-789")

    actions.phoned(message, by=SYSTEM, now=NOW)

    message.refresh_from_db()
    assert message.phoned_at == NOW
    assert "XYZ-789" in message.text
    with pytest.raises(actions.AlreadyGone):
        actions.phoned(message, by=SYSTEM, now=NOW)


@pytest.mark.django_db
def test_who_has_an_address_is_not_phoned():
    message = make_code()

    with pytest.raises(actions.AlreadyGone):
        actions.phoned(message, by=SYSTEM, now=NOW)

    assert Message.objects.pending().get() == message


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_changes_that_come_together_end_in_one_message_a_person():
    edition, alice = make_edition(), make_person()

    def change(number):
        try:
            merge(User.objects.get(pk=alice.pk), number, about=edition)
        finally:
            connections.close_all()

    for round_number in range(20):
        Message.objects.all().delete()
        together([lambda n=n: change(n) for n in range(4)])

        message = Message.objects.get()
        assert sorted(message.facts["items"]) == [0, 1, 2, 3], round_number
