"""What the tests of nothing changing see."""

import pytest
from django.db import transaction

from nocturnes.models import Edition
from tests.factories import make_coordinator, make_edition
from tests.unchanged import nothing_changes

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def edition():
    return make_edition()


def test_a_row_that_is_another_one_is_seen(edition):
    with pytest.raises(AssertionError), nothing_changes():
        Edition.objects.update(mailbox="other@example.org")


def test_a_new_row_is_seen():
    with pytest.raises(AssertionError), nothing_changes():
        make_coordinator()


def test_what_is_taken_back_written_as_it_was_or_a_visit_is_nothing(edition, client):
    with nothing_changes():
        Edition.objects.update(mailbox=edition.mailbox)
        with transaction.atomic():
            make_edition("autumn")
            transaction.set_rollback(True)
        client.session["seen"] = "1"
