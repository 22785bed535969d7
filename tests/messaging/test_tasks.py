import pytest

from messaging import tasks
from messaging.models import Message
from nocturnes import clock
from nocturnes.models import Heartbeat
from tests.factories import NOW
from tests.messaging.factories import make_code, make_message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _times(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def test_a_sweep_queues_what_is_due_and_leaves_its_heartbeat(monkeypatch):
    due = [make_code().pk, make_code().pk]
    make_message(sent_at=NOW)
    queued = []
    monkeypatch.setattr(tasks.send_message, "apply_async", lambda args, **options: queued.append(args[0]))

    before = clock.machine_now()
    tasks.sweep_messages()

    assert queued == due
    assert Heartbeat.objects.get(name="messages").at >= before


def test_a_sweep_that_cannot_queue_leaves_no_heartbeat(monkeypatch):
    make_code()

    def down(*args, **options):
        raise OSError("down")

    monkeypatch.setattr(tasks.send_message, "apply_async", down)

    with pytest.raises(OSError, match="down"):
        tasks.sweep_messages()

    assert not Heartbeat.objects.exists()


def test_the_task_sends_its_message():
    message = make_code()

    tasks.send_message(message.pk)
    tasks.send_message(message.pk + 1)

    assert Message.objects.get().sent_at == NOW
