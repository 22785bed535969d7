import pytest
from django.urls import reverse

from tests.factories import make_available, make_coordinator, make_evening, make_volunteer
from volunteers.models import Acknowledgement, Availability, Notice, Registration, SignUp, Volunteer

from .data import NOW, make_answers, make_notice, make_season

pytestmark = pytest.mark.django_db


def admin(name, *args):
    return reverse(f"admin:volunteers_{name}", args=args)


def as_form(notice, **changes):
    texts = {name: getattr(notice, name) for name in ("text_fr", "text_nl", "text_en")}
    return {
        "kind": notice.kind,
        "version": notice.version,
        **texts,
        "since_0": "2026-01-01",
        "since_1": "00:00",
        **changes,
    }


def test_a_coordinator_edits_a_notice_that_nobody_read_yet(client):
    client.force_login(make_coordinator())
    notice = make_notice()

    response = client.post(admin("notice_change", notice.pk), as_form(notice, text_fr="## Autrement", version=7))

    notice.refresh_from_db()
    assert response.status_code == 302
    assert (notice.text_fr, notice.version) == ("## Autrement", 1)


def test_a_notice_that_somebody_acknowledged_stays_as_she_read_it(client):
    client.force_login(make_coordinator())
    notice = make_notice()
    Acknowledgement.objects.create(volunteer=make_volunteer(), notice=notice, language="fr", at=NOW)

    response = client.post(admin("notice_change", notice.pk), as_form(notice, text_fr="## Autrement"))

    notice.refresh_from_db()
    assert response.status_code == 403
    assert notice.text_fr == "## Ce que nous gardons"


def test_a_new_version_can_be_added(client):
    client.force_login(make_coordinator())
    notice = make_notice()

    client.post(admin("notice_add"), as_form(notice, version=2))

    assert Notice.objects.count() == 2


def test_people_and_their_answers_can_only_be_looked_at(client):
    client.force_login(make_coordinator())
    edition, _evenings = make_season()
    alice = make_volunteer()
    availability = make_available(alice, make_evening(NOW.date(), edition=edition))
    sign_up = SignUp.objects.create(
        edition=edition, email="a@example.org", language="fr", data=make_answers(), created_at=NOW
    )
    rows = [alice, availability.registration, availability, sign_up]

    for row in rows:
        name = row._meta.model_name
        assert client.get(admin(f"{name}_changelist")).status_code == 200
        assert client.get(admin(f"{name}_change", row.pk)).status_code == 200
        assert (
            client.post(admin(f"{name}_change", row.pk), {"first_name": "Mallory", "answer": "no"}).status_code == 403
        )
        assert client.post(admin(f"{name}_delete", row.pk), {"post": "yes"}).status_code == 403
        assert client.get(admin(f"{name}_add")).status_code == 403

    counts = [model.objects.count() for model in (Volunteer, Registration, Availability, SignUp)]
    assert counts == [1, 1, 1, 1]
    assert (Volunteer.objects.get().first_name, Availability.objects.get().answer) == ("Alice", "yes")
