"""Queries that are written once give what the queryset itself gives, whatever they are called with."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Count, F, Q, Value
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from nocturnes.localized import column
from nocturnes.models import Evening, Role
from nocturnes.prepared import Among, Many, Prepared
from tests.factories import NOW, make_coordinator, make_edition, make_evening, make_role

pytestmark = pytest.mark.django_db

DAYS = [date(2026, 3, 26) + timedelta(weeks=week) for week in range(4)]


def published_until(evenings, moment):
    rows = Evening.objects.filter(pk__in=evenings, published_at__lte=moment)
    return rows.order_by("date").values_list("date", "published_at")


def test_it_gives_what_the_queryset_gives_with_the_values_of_each_call():
    prepared = Prepared(published_until)
    evenings = [make_evening(day, published_at=NOW + timedelta(days=n)) for n, day in enumerate(DAYS)]
    pks = [evening.pk for evening in evenings]

    for several, moment in [(pks, NOW + timedelta(days=1)), (pks, NOW), (pks[2:], NOW + timedelta(days=9))]:
        assert prepared(evenings=several, moment=moment) == list(published_until(several, moment))


def test_it_is_written_once_for_each_length_of_a_list():
    calls = []

    def build(evenings):
        calls.append(evenings)
        return Evening.objects.filter(pk__in=evenings).values_list("pk")

    prepared = Prepared(build)
    pks = [make_evening(day).pk for day in DAYS]

    for several in (pks[:2], pks[2:], pks):
        assert {pk for (pk,) in prepared(evenings=several)} == set(several)

    assert [len(evenings) for evenings in calls] == [2, 4]


def test_each_call_is_one_query_and_one_with_an_empty_list_none():
    prepared = Prepared(published_until)
    pk = make_evening(published_at=NOW).pk

    with CaptureQueriesContext(connection) as queries:
        assert len(prepared(evenings=[pk], moment=NOW)) == 1
        assert prepared(evenings=[], moment=NOW) == []

    assert len(queries) == 1


def test_the_language_that_is_active_is_a_part_of_it():
    role = make_role(name_fr="Vestiaire", name_nl="Vestiaire NL", name_en="Cloakroom")
    prepared = Prepared(lambda role: Role.objects.filter(pk=role).values_list(column("name")))

    found = []
    for language in ("fr", "nl", "en", "fr"):
        with translation.override(language):
            found += prepared(role=role.pk)

    assert found == [("Vestiaire",), ("Vestiaire NL",), ("Cloakroom",), ("Vestiaire",)]


def test_a_text_that_is_missing_in_the_reader_s_language_is_shown_in_the_next():
    role = make_role(name_fr="Vestiaire", name_nl="", name_en="Cloakroom")

    with translation.override("nl"):
        assert list(Role.objects.values_list(column("name"))) == [("Vestiaire",)] == [(role.name,)]


def test_a_union_is_filled_in_everywhere():
    first, second = make_evening(DAYS[0]), make_evening(DAYS[1], published_at=NOW)

    def build(evenings):
        rows = Evening.objects.filter(pk__in=evenings).order_by()
        published = rows.filter(~Q(published_at=None)).values_list("pk", Value("published"))
        return rows.values_list("pk", Value("any")).union(published)

    found = Prepared(build)(evenings=[first.pk, second.pk])

    assert sorted(found) == [(first.pk, "any"), (second.pk, "any"), (second.pk, "published")]


def test_an_argument_that_the_database_never_sees_is_refused():
    prepared = Prepared(lambda edition, moment: Evening.objects.filter(edition=edition).values_list(Count("pk")))

    with pytest.raises(ValueError, match="arguments"):
        prepared(edition=make_edition().pk, moment=NOW)


def test_many_ids_are_one_query_however_many_they_are():
    calls = []

    def build(evenings, moment):
        calls.append(evenings)
        rows = Evening.objects.filter(Among(F("pk"), evenings), published_at__lte=moment)
        return rows.order_by("date").values_list("pk")

    prepared = Prepared(build)
    pks = [make_evening(day, published_at=NOW + timedelta(days=n)).pk for n, day in enumerate(DAYS)]

    found = [prepared(evenings=Many(several), moment=NOW + timedelta(days=2)) for several in (pks, pks[1:], [])]

    assert found == [[(pk,) for pk in pks[:3]], [(pk,) for pk in pks[1:3]], []]
    assert len(calls) == 1


def test_an_argument_that_is_left_out_makes_another_query():
    def build(edition, evenings=None):
        rows = Evening.objects.filter(edition=edition).order_by("date").values_list("pk")
        return rows if evenings is None else rows.filter(Among(F("pk"), evenings))

    prepared = Prepared(build)
    evenings = [make_evening(day) for day in DAYS]
    edition, first = evenings[0].edition_id, Many([evenings[0].pk])

    assert prepared(edition=edition, evenings=first) == [(evenings[0].pk,)]
    assert len(prepared(edition=edition)) == len(DAYS)


def test_whole_rows_come_with_what_is_read_of_others_and_what_is_worked_out():
    role, led = make_role(), make_evening(DAYS[0], lead=make_coordinator())
    unled = make_evening(DAYS[1])

    def build(evenings):
        rows = Evening.objects.filter(Among(F("pk"), evenings)).select_related("edition", "lead").order_by("date")
        return rows.annotate(roles=Value(role.pk))

    found = Prepared(build)(evenings=Many([led.pk, unled.pk]))

    with CaptureQueriesContext(connection) as queries:
        assert [(one, one.lead, one.edition, one.edition.languages) for one in found] == [
            (one, one.lead, one.edition, one.edition.languages) for one in build([led.pk, unled.pk])
        ]
    assert len(queries) == 1
    assert [one.roles for one in found] == [role.pk, role.pk]
    assert found[0].edition.languages == led.edition.languages
    assert (found[0].lead, found[1].lead) == (led.lead, None)


def test_whole_rows_can_be_changed_and_saved():
    evening = make_evening()
    (found,) = Prepared(lambda pk: Evening.objects.filter(pk=pk))(pk=evening.pk)

    found.note = "Bring a torch"
    found.save()

    evening.refresh_from_db()
    assert evening.note == "Bring a torch"


def test_a_number_that_no_row_can_have_finds_nothing():
    make_evening()
    prepared = Prepared(lambda pk: Evening.objects.filter(pk=pk))

    assert [prepared(pk=pk) for pk in (2**63, 10**40)] == [[], []]


@pytest.mark.django_db(transaction=True)
def test_what_locks_rows_is_refused_outside_of_a_transaction_however_often_it_was_asked():
    prepared = Prepared(lambda pk: Evening.objects.select_for_update().filter(pk=pk))
    evening = make_evening()
    with transaction.atomic():
        assert prepared(pk=evening.pk) == [evening]

    with pytest.raises(transaction.TransactionManagementError):
        prepared(pk=evening.pk)
