"""Rows that are written without a model instance each read as if they had been."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from nocturnes import bulk
from nocturnes.models import Entry, Heartbeat
from tests.factories import NOW

pytestmark = pytest.mark.django_db

ENTRY = ("at", "actor_kind", "actor_id", "verb", "about_type", "about_id", "data")


def test_values_come_back_as_they_were_written():
    odd = {"said": 'a "quoted", word', "lines": "one\ntwo\t\\three", "nothing": None, "é": [1, True]}
    rows = [(NOW, "user", 7, "asked", "shifts.search", 3, json.dumps(odd)), (NOW, "", 1, "", "", 4, "[]")]

    bulk.insert(Entry, ENTRY, rows)

    found = Entry.objects.order_by("about_id").values_list(*ENTRY)
    assert list(found) == [(*rows[0][:-1], odd), (*rows[1][:-1], [])]


def test_a_column_that_is_left_out_is_empty():
    bulk.insert(Entry, ("at", "actor_kind", "verb", "about_type", "about_id", "data"), [(NOW, "", "", "", 1, "{}")])

    assert Entry.objects.get().actor_id is None


def test_what_the_database_refuses_is_refused_whole():
    earlier = NOW - timedelta(days=1)
    Heartbeat.objects.create(name="messages", at=earlier)

    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(Heartbeat, ("name", "at"), [("searches", NOW), ("messages", NOW)])

    assert list(Heartbeat.objects.values_list("name", "at")) == [("messages", earlier)]
