"""Messages and people for the tests of the outbox. The sign-in code is the one kind that the outbox itself has."""

import threading
from itertools import count

from messaging import actions
from messaging.models import Message
from nocturnes.history import SYSTEM
from nocturnes.models import User
from tests.factories import NOW

_numbers = count(1)


def make_person(first_name="Alice", email="", **fields):
    """A user who can be written to; `email=None` makes one who has to be called."""
    if email is not None:
        email = email or f"person{next(_numbers)}@example.org"
    return User.objects.create_user(email, first_name=first_name, **fields)


def make_code(to=None, *, key="", code="ABC-123", due=NOW, now=NOW, **facts):
    """A sign-in code to `to`, planned for `due`."""
    to = to or make_person()
    return actions.plan(
        "sign_in_code",
        key or f"code:{next(_numbers)}",
        about=to,
        to=to,
        language=to.language,
        facts={"code": code, **facts},
        due=due,
        by=SYSTEM,
        now=now,
    )


def make_message(to=None, *, about=None, kind="sign_in_code", facts=None, **fields):
    """A row as it lies in the table, whatever state `fields` give it."""
    to = to or make_person()
    about = about or to
    return Message.objects.create(
        key=f"row:{next(_numbers)}",
        kind=kind,
        about_type=about._meta.label_lower,
        about_id=about.pk,
        user=to,
        language=to.language,
        facts={"code": "ABC-123"} if facts is None else facts,
        **{"due": NOW, "created_at": NOW, **fields},
    )


def together(functions):
    """Runs the functions in threads that start at the same moment."""
    gate = threading.Barrier(len(functions))

    def run(function):
        gate.wait()
        function()

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
