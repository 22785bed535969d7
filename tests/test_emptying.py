"""What a test really wrote is gone after it, whatever refers to what; what Django wrote is there."""

import pytest
from django.contrib.contenttypes.models import ContentType

from tests.emptying import empty
from tests.factories import make_assignment
from tests.unchanged import rows


@pytest.mark.django_db(transaction=True)
def test_no_row_is_left_but_those_of_django():
    make_assignment()

    empty("default")

    left = {label for label, lines in rows().items() if lines}
    assert left == {"contenttypes.ContentType", "auth.Permission"}
    assert ContentType.objects.filter(app_label="shifts").exists()
