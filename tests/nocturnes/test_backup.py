import sqlite3
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from nocturnes import backups, installation
from nocturnes.models import User

ON_SQLITE = connection.vendor == "sqlite"


@pytest.fixture
def ana(transactional_db):
    installation.stamp()
    return User.objects.create_user("ana@example.org", first_name="Zoë l’Été")


@pytest.fixture(autouse=True)
def _own_data_folder(settings, tmp_path):
    settings.VAR = tmp_path / "var"
    settings.VAR.mkdir()


def run(*arguments, **options):
    out = StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


def test_what_was_there_at_the_backup_is_there_after_the_restore(ana, tmp_path):
    run("backup", str(tmp_path / "copy"))
    User.objects.filter(pk=ana.pk).update(first_name="changed")
    User.objects.create_user("bob@example.org")

    said = run("restore", str(tmp_path / "copy"), yes=True)

    assert list(User.objects.values_list("email", "first_name")) == [("ana@example.org", "Zoë l’Été")]
    assert "Messages that left after the copy was made are due again" in said
    # New rows still get numbers of their own.
    assert User.objects.create_user("charlie@example.org").pk != ana.pk


def test_a_restore_keeps_what_was_there_before_it(ana, tmp_path, settings):
    run("backup", str(tmp_path / "copy"))
    User.objects.create_user("bob@example.org")
    run("restore", str(tmp_path / "copy"), yes=True)
    (before,) = settings.VAR.glob("before-restore-*")

    run("restore", str(before), yes=True)

    assert set(User.objects.values_list("email", flat=True)) == {"ana@example.org", "bob@example.org"}


def test_a_backup_is_for_its_owner_only(ana, tmp_path):
    said = run("backup", str(tmp_path / "copy"))

    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600
    assert "kB" in said
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["copy"]


def test_a_backup_overwrites_nothing(ana, tmp_path):
    (tmp_path / "copy").write_text("precious")

    with pytest.raises(CommandError, match="exists already"):
        run("backup", str(tmp_path / "copy"))

    assert (tmp_path / "copy").read_text() == "precious"


def test_a_backup_into_no_folder_gets_a_sentence(ana, tmp_path):
    with pytest.raises(CommandError, match="There is no folder"):
        run("backup", str(tmp_path / "no" / "copy"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"hello", "is no copy of a database"),
        (
            b"PGDMP" if ON_SQLITE else b"SQLite format 3\x00",
            "is a copy of a (PostgreSQL|SQLite) database, and this one",
        ),
        ((b"SQLite format 3\x00" if ON_SQLITE else b"PGDMP") + b"\x00" * 5000, "cannot be used|pg_restore failed"),
    ],
)
def test_a_file_that_is_no_backup_replaces_nothing(ana, tmp_path, content, says):
    (tmp_path / "copy").write_bytes(content)

    with pytest.raises(CommandError, match=says):
        run("restore", str(tmp_path / "copy"), yes=True)

    assert User.objects.get().email == "ana@example.org"


def test_a_missing_file_gets_a_sentence(ana, tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run("restore", str(tmp_path / "copy"), yes=True)


def test_a_restore_asks_first(ana, tmp_path, monkeypatch):
    run("backup", str(tmp_path / "copy"))
    User.objects.create_user("bob@example.org")
    monkeypatch.setattr("builtins.input", lambda question: "no")

    with pytest.raises(CommandError, match="Nothing was changed"):
        run("restore", str(tmp_path / "copy"))

    assert User.objects.count() == 2


def test_a_restore_waits_for_nobody_who_still_serves(ana, tmp_path, monkeypatch, settings):
    from nocturnes.serve import preparation

    run("backup", str(tmp_path / "copy"))
    monkeypatch.setattr(preparation.lock, "__defaults__", (0,))

    with preparation.lock(settings.VAR), pytest.raises(CommandError, match="already runs"):
        run("restore", str(tmp_path / "copy"), yes=True)


def test_a_missing_program_gets_the_name_of_what_to_install(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(backups, "find_spec", lambda name: None)
    monkeypatch.setattr(backups, "SYSTEM", backups.Path("/nowhere"))

    with pytest.raises(backups.BackupFailed, match="apt-get install postgresql-client"):
        backups.program("pg_dump")


def test_the_copy_of_another_program_is_refused(ana, tmp_path):
    with sqlite3.connect(tmp_path / "copy") as other:
        other.execute("CREATE TABLE t (x)")

    with pytest.raises(CommandError, match="no such table: nocturnes_installation" if ON_SQLITE else "SQLite database"):
        run("restore", str(tmp_path / "copy"), yes=True)

    assert User.objects.count() == 1
