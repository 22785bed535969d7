from datetime import timedelta

import pytest

from nocturnes import links
from shifts.models import Assignment
from tests.factories import NOW, make_assignment

pytestmark = pytest.mark.django_db


def test_a_link_leads_back_to_its_row():
    assignment = make_assignment()

    found = links.read("assignment", links.token("assignment", assignment), Assignment.objects.all(), now=NOW)

    assert found == assignment


def test_a_link_asked_for_later_is_the_same(monkeypatch):
    assignment = make_assignment()
    first = links.token("assignment", assignment, until=NOW)

    monkeypatch.setattr("time.time", lambda: NOW.timestamp() + 3600)

    assert links.token("assignment", assignment, until=NOW) == first


def test_a_link_for_one_purpose_is_not_a_link_for_another():
    token = links.token("assignment", make_assignment())

    with pytest.raises(links.LinkIsNotOurs):
        links.read("offer", token, Assignment.objects.all(), now=NOW)


def test_an_altered_link_is_not_ours():
    token = links.token("assignment", make_assignment())

    with pytest.raises(links.LinkIsNotOurs):
        links.read("assignment", token[:-2] + "xx", Assignment.objects.all(), now=NOW)


def test_a_link_is_good_before_its_end_and_over_from_then_on():
    assignment = make_assignment()
    token = links.token("assignment", assignment, until=NOW)

    assert links.read("assignment", token, Assignment.objects.all(), now=NOW - timedelta(seconds=1)) == assignment
    with pytest.raises(links.LinkIsOver):
        links.read("assignment", token, Assignment.objects.all(), now=NOW)


def test_raising_the_version_ends_the_links_sent_before():
    assignment = make_assignment()
    token = links.token("assignment", assignment)

    assignment.link_version += 1
    assignment.save()

    with pytest.raises(links.LinkIsOver):
        links.read("assignment", token, Assignment.objects.all(), now=NOW)


def test_a_link_to_a_row_outside_the_set_is_over():
    token = links.token("assignment", make_assignment())

    with pytest.raises(links.LinkIsOver):
        links.read("assignment", token, Assignment.objects.none(), now=NOW)
