"""`manage.py load_edition`: all or nothing, safe twice, and the past as the product would have written it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from messaging.models import Message
from museums.models import Contact, Museum
from nocturnes import clock, history, installation
from nocturnes.models import Edition, Entry, Evening, Installation, Role, User
from shifts.loading import BUNDLED
from shifts.models import Assignment, Post, Reserve, Search
from tests.shifts.edition_folders import change, make_small, read, write
from tests.volunteers.data import make_answers
from volunteers import actions as volunteers
from volunteers.models import Acknowledgement, Availability, Notice, Volunteer

START = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def rehearsal(settings):
    settings.REHEARSAL = True


@pytest.fixture
def small(tmp_path):
    return make_small(tmp_path)


def load(folder, capsys):
    """Run the command; returns the lines that it printed."""
    call_command("load_edition", str(folder))
    return capsys.readouterr().out.splitlines()


def everything():
    """Every row of our apps, to compare."""
    ours = [model for model in apps.get_models() if model._meta.app_label in OURS]
    return {model._meta.label: list(model.objects.order_by("pk").values()) for model in ours}


OURS = ["nocturnes", "messaging", "museums", "volunteers", "shifts"]


def assignment_of(first_name, day):
    return Assignment.objects.get(volunteer__first_name=first_name, post__opening__evening__date=day)


# The bundled edition.


def test_the_bundled_edition_loads_and_its_counts_are_printed(rehearsal, capsys):
    lines = load(BUNDLED, capsys)

    assert lines[:4] == [
        "Added 17 languages, 10 roles, 41 museums, 2 notices.",
        "nocturnes-2026: 7 evenings, 41 openings, 49 posts with 124 places.",
        "52 volunteers, 3 of them to welcome.",
        "99 places assigned (80 %), 66 of them confirmed.",
    ]
    assert lines[-1] == "The rehearsal's clock stands at 2026-03-24 10:00."
    assert sum(post.taken for post in Post.objects.all()) == 99
    assert not Message.objects.pending().filter(due__lte=START).exists()
    assert not Message.objects.exclude(failed_at=None).exists()


# Twice.


def test_a_second_run_changes_nothing_and_says_so(rehearsal, small, capsys):
    load(small, capsys)
    before = everything()

    lines = load(small, capsys)

    assert everything() == before
    assert lines[:2] == [
        "Added 0 languages, 0 roles, 0 museums, 0 notices.",
        "The edition nocturnes-2026 is already there: it was left as it is.",
    ]


def test_what_somebody_edited_is_not_overwritten_and_what_is_missing_is_added(rehearsal, small, capsys):
    load(small, capsys)
    Museum.objects.filter(slug="belvue").update(short_fr="BEL", link_version=4)
    Contact.objects.filter(museum__slug="belvue").delete()
    Role.objects.get(slug="flyers").delete()
    Evening.objects.filter(date="2026-03-26").update(note="Apportez un parapluie.")

    load(small, capsys)

    museum = Museum.objects.get(slug="belvue")
    assert (museum.short_fr, museum.link_version, museum.contacts.count()) == ("BEL", 4, 0)
    assert Role.objects.filter(slug="flyers").exists()
    assert Evening.objects.get(date="2026-03-26").note == "Apportez un parapluie."


def test_the_clock_that_was_moved_is_not_set_back(rehearsal, small, capsys):
    load(small, capsys)
    Installation.objects.update(rehearsal_now=START + timedelta(days=3))

    load(small, capsys)

    assert clock.now() == START + timedelta(days=3)


# All or nothing.


def test_with_a_wrong_row_nothing_is_loaded_and_every_one_is_told(rehearsal, small, capsys):
    change(small, "museums.csv", 7, postcode="")
    change(small, "posts.csv", 3, minimum_age="12")
    before = everything()

    with pytest.raises(CommandError) as caught:
        load(small, capsys)

    assert str(caught.value).splitlines() == [
        "Nothing was loaded. 2 wrong rows:",
        "museums.csv, line 7: postcode: this cell must not be empty",
        "posts.csv, line 3: minimum_age: “12” is not a whole number from 16 to 99",
    ]
    assert everything() == before


def test_an_assignment_that_the_product_refuses_is_told_with_its_line_and_nothing_is_loaded(rehearsal, small, capsys):
    rows = read(small, "assignments.csv")
    place = {**rows[-1], "confirmed": "", "how": ""}
    elsewhere = place | {"volunteer": "lien.declercq@example.org", "made": "2026-03-24 09:50"}
    against_her_will = place | {"volunteer": "elke.mertens@example.org", "made": "2026-03-24 09:51"}
    write(small, "assignments.csv", [*rows, elsewhere, against_her_will])
    line = len(rows) + 2
    before = everything()

    with pytest.raises(CommandError) as caught:
        load(small, capsys)

    assert str(caught.value).splitlines() == [
        "Nothing was loaded. 2 wrong rows:",
        f"assignments.csv, line {line}: Lien D. is already on another post at that time.",
        f"assignments.csv, line {line + 1}: Elke Mertens should not be on this post: said no for that evening",
    ]
    assert everything() == before


def test_a_rehearsal_that_stands_earlier_than_the_files_tell_refuses_them(rehearsal, small, capsys):
    installation.stamp(START - timedelta(days=9))

    with pytest.raises(CommandError, match="this rehearsal's clock stands before 2026-03-24 10:00"):
        load(small, capsys)

    assert not Edition.objects.exists()


# The real site.


def test_outside_a_rehearsal_no_made_up_person_is_loaded_and_nothing_is_published(small, capsys):
    lines = load(small, capsys)

    assert lines[-1] == "This is not a rehearsal: the made-up volunteers and their places were not loaded."
    assert Post.objects.count() == 3
    assert not User.objects.exists()
    assert not Volunteer.objects.exists()
    assert not Message.objects.exists()
    assert not Evening.objects.published().exists()
    assert Installation.objects.get().rehearsal is False


def test_an_evening_that_ends_after_midnight_is_loaded_with_its_late_hours_on_the_day_after(small, capsys):
    change(small, "openings.csv", 2, ends="01:00")
    change(small, "posts.csv", 2, report="00:15", starts="00:30", ends="01:00")

    load(small, capsys)

    post = Post.objects.order_by("pk").first()
    assert post.opening.ends_at == datetime(2026, 3, 13, 0, 0, tzinfo=UTC)
    assert (post.report_at, post.starts_at) == (
        datetime(2026, 3, 12, 23, 15, tzinfo=UTC),
        datetime(2026, 3, 12, 23, 30, tzinfo=UTC),
    )


def test_a_newer_notice_is_added_to_a_site_that_has_the_older_one_and_holds_from_then_on(small, capsys, monkeypatch):
    load(small, capsys)
    loaded = datetime(2026, 3, 1, 9, tzinfo=UTC)
    Notice.objects.filter(kind="privacy").update(version=1, text_fr="Avant.")
    monkeypatch.setattr("nocturnes.clock.now", lambda: loaded)

    lines = load(small, capsys)

    assert lines[0] == "Added 0 languages, 0 roles, 0 museums, 1 notices."
    old, new = Notice.objects.filter(kind="privacy").order_by("version")
    assert (old.text_fr, old.since.date().isoformat()) == ("Avant.", "2026-01-31")
    assert (new.version, new.since) == (2, loaded)
    assert Notice.objects.current(loaded)[0] == new


# The past.


def test_people_have_signed_up_read_the_notices_and_been_welcomed(rehearsal, small, capsys):
    load(small, capsys)

    lien = Volunteer.objects.get(first_name="Lien")
    assert lien.accepted_by.first_name == "Léa"
    assert lien.phone.as_e164 == "+32470000001"
    assert lien.user.language == "nl"
    assert list(lien.languages.values_list("code", flat=True)) == ["fr", "nl", "en"]
    assert set(Acknowledgement.objects.filter(volunteer=lien).values_list("notice__kind", "language")) == {
        ("privacy", "nl"),
        ("information", "nl"),
    }
    assert [one.first_name for one in Volunteer.objects.to_welcome()] == ["Zoë"]
    assert Volunteer.objects.get(first_name="Zoë").lacks_consent


def test_the_reserve_is_on_call(rehearsal, small, capsys):
    load(small, capsys)

    on_call = Availability.objects.exclude(on_call_at=None).filter(registration__volunteer__first_name="Nora")
    agreed = Reserve.objects.agreed().filter(volunteer__first_name="Nora").order_by("evening__date")
    assert [row.evening.date for row in on_call] == [date(2026, 3, 26)]
    assert [(row.evening.date, row.ended_because) for row in agreed] == [
        (date(2026, 3, 12), "freed"),
        (date(2026, 3, 26), ""),
    ]


def test_past_messages_are_recorded_as_sent_with_their_text_at_the_moment_they_were_due(rehearsal, small, capsys):
    load(small, capsys)

    lien = User.objects.get(first_name="Lien")
    sent = {message.kind: message for message in lien.messages.exclude(sent_at=None)}
    assert sent["published"].sent_at == sent["published"].due == datetime(2026, 3, 16, 9, 2, tzinfo=UTC)
    assert "BELvue" in sent["published"].text
    assert "BELvue" in sent["published"].html
    assert sent["published"].language == "nl"
    assert sent["reminder_briefing"].sent_at == datetime(2026, 3, 20, 9, 0, tzinfo=UTC)


def test_reminders_to_come_are_planned_and_wait(rehearsal, small, capsys):
    load(small, capsys)

    camille = User.objects.get(first_name="Camille")
    coming = {message.kind: message.due for message in camille.messages.pending()}
    assert coming["reminder_unconfirmed"] == datetime(2026, 3, 24, 11, 0, tzinfo=UTC)
    assert coming["reminder_eve"] == datetime(2026, 3, 25, 16, 0, tzinfo=UTC)
    assert min(message.due for message in Message.objects.pending()) > START


def test_who_has_just_withdrawn_left_a_search_whose_first_wave_is_ten_minutes_ahead(rehearsal, small, capsys):
    load(small, capsys)

    withdrawn = assignment_of("Inès", "2026-03-26")
    search = Search.objects.live().get()
    assert (withdrawn.cause, withdrawn.reason) == ("withdrew", "work")
    assert (search.post, search.withdrawn) == (withdrawn.post, withdrawn)
    assert search.next_wave_at == START + timedelta(minutes=10)
    assert not search.offers.exists()
    # Two days and some hours ahead, and no digest before it is near: it is told then, if nobody came meanwhile.
    assert Message.objects.get(kind="withdrawn", about_id=withdrawn.pk).due == START + timedelta(hours=7, minutes=30)


def test_who_was_replaced_by_phone_left_no_search_behind(rehearsal, small, capsys):
    load(small, capsys)

    post = assignment_of("Elke", "2026-03-12").post
    assert post.taken == post.places == 3
    assert not post.searches.live().exists()
    assert not post.searches.filter(waves__gt=0).exists()
    assert assignment_of("Inès", "2026-03-12").confirmed_how == Assignment.How.PHONE


def test_a_search_of_the_past_asked_in_its_waves_and_ended(rehearsal, small, capsys):
    kept = [row for row in read(small, "assignments.csv") if row["made"] != "2026-03-10 11:18"]
    write(small, "assignments.csv", kept)

    load(small, capsys)

    search = assignment_of("Elke", "2026-03-12").post.searches.get()
    offer = search.offers.get(volunteer__first_name="Nora")
    mail = Message.objects.get(kind="offer", user__first_name="Nora")
    assert offer.asked_at == mail.sent_at == datetime(2026, 3, 10, 10, 30, tzinfo=UTC)
    assert (search.ended_because, search.ended_at) == ("too_late", datetime(2026, 3, 12, 18, 0, tzinfo=UTC))


def test_no_worker_is_woken_for_what_is_past(rehearsal, small, capsys, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as woken:
        load(small, capsys)

    assert woken == []


def test_a_past_evening_is_ticked_by_the_museum_and_history_tells_it_at_its_moment(rehearsal, small, capsys):
    load(small, capsys)

    here = Assignment.objects.active().filter(post__opening__evening__date="2026-03-12")
    assert [one.arrived_at for one in here] == [datetime(2026, 3, 12, 16, 35, tzinfo=UTC)] * 3
    entry = Entry.objects.about(here[0]).get(verb="arrived")
    assert (entry.actor_kind, entry.at) == ("museum-link", here[0].arrived_at)


def test_who_is_on_the_late_one_of_two_posts_is_ticked_a_little_after_its_report_time(rehearsal, small, capsys):
    posts, rows = read(small, "posts.csv"), read(small, "assignments.csv")
    late = posts[0] | {"report": "00:15", "starts": "00:30", "ends": "01:00"}
    write(small, "posts.csv", [*posts, late])
    times = {posts[0]["evening"]: "00:15"}
    write(small, "assignments.csv", [row | {"report": times.get(row["evening"], "")} for row in rows])

    load(small, capsys)

    here = Assignment.objects.active().filter(post__opening__evening__date=posts[0]["evening"])
    assert {one.arrived_at for one in here} == {datetime(2026, 3, 12, 23, 20, tzinfo=UTC)}


def test_an_absence_is_ticked_too(rehearsal, small, capsys):
    line = next(
        n for n, row in enumerate(read(small, "assignments.csv"), start=2) if row["attendance"] and not row["withdrew"]
    )
    change(small, "assignments.csv", line, attendance="absent")

    load(small, capsys)

    assert Assignment.objects.exclude(absent_at=None).count() == 1


def test_a_draft_evening_sends_nothing(rehearsal, small, capsys):
    rows = [row | {"published": ""} for row in read(small, "evenings.csv")]
    write(small, "evenings.csv", rows)
    people = [row | {"confirmed": "", "how": "", "attendance": ""} for row in read(small, "assignments.csv")]
    write(small, "assignments.csv", [row for row in people if not row["withdrew"]])

    load(small, capsys)

    assert not Assignment.objects.published().exists()
    assert set(Message.objects.values_list("kind", flat=True)) == {"sign_up", "welcome", "parent_consent"}


def test_who_is_in_the_files_gets_a_mail_when_she_signs_up_again_right_after_the_load(rehearsal, small, capsys):
    load(small, capsys)
    edition, email = Edition.objects.get(), read(small, "volunteers.csv")[0]["email"]
    now = clock.now()

    volunteers.sign_up(edition, email=email, language="fr", answers=make_answers(), by=history.SYSTEM, now=now)

    assert Message.objects.filter(kind="already_registered", user__email=email).count() == 1
