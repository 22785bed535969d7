import pytest

from tests.factories import make_coordinator


@pytest.fixture
def desk(client):
    """A client signed in as the coordinator."""
    client.force_login(make_coordinator())
    return client
