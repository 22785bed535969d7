"""What somebody typed shows in a mail as it was typed, and never runs: what test_scripts.py tries on every page."""

import pytest

from messaging import actions as messaging
from tests.factories import NOW
from tests.messaging.examples import examples
from tests.test_scripts import poison, runs, shown

pytestmark = [pytest.mark.django_db, pytest.mark.once]

MAILS = [make for _kind, makers in sorted(examples().items()) for make in makers]


@pytest.mark.parametrize("make", MAILS, ids=[make.__name__ for make in MAILS])
def test_no_mail_lets_a_script_through(make, at):
    at(NOW)
    message = make()
    poison()
    message.refresh_from_db()

    text = messaging.render(message, now=NOW)

    assert runs(text.html) == []
    assert shown(text.html)
