"""What is wrong with a file is said by file, line and reason, and all of it at once."""

from datetime import date, datetime, time

import pytest

from shifts.loading import WrongRows
from shifts.loading.season import read_season
from tests.shifts.edition_folders import change, copy_bundled, read, write


@pytest.fixture
def folder(tmp_path):
    return copy_bundled(tmp_path)


def problems(folder):
    """What is wrong, as the sentences that the command prints."""
    with pytest.raises(WrongRows) as caught:
        read_season(folder, people=True)
    return [str(problem) for problem in caught.value.problems]


def test_every_wrong_row_of_every_file_is_reported_not_only_the_first(folder):
    change(folder, "museums.csv", 3, latitude="fifty")
    change(folder, "openings.csv", 2, starts="noon")
    change(folder, "posts.csv", 5, places="many", needed="-1")
    change(folder, "posts.csv", 9, role="juggler")

    assert problems(folder) == [
        "museums.csv, line 3: latitude: “fifty” is not a latitude or longitude like 50.842700",
        "openings.csv, line 2: starts: “noon” is not an hour like 17:30",
        "posts.csv, line 5: needed: “-1” is not a whole number from 0 to 200",
        "posts.csv, line 5: places: “many” is not a whole number from 1 to 200",
        "posts.csv, line 9: no role “juggler” in roles.csv",
    ]


def test_a_row_that_cannot_be_read_does_not_make_the_rows_that_name_it_wrong(folder):
    change(folder, "museums.csv", 2, short_fr="A short name that is much too long")

    assert problems(folder) == [
        "museums.csv, line 2: short_fr: “A short name that is…” has 34 characters, at most 24 fit"
    ]


@pytest.mark.parametrize(
    ("file", "values", "reason"),
    [
        ("evenings.csv", {"date": "26 March"}, "date: “26 March” is not a date like 2026-03-26"),
        ("evenings.csv", {"published": "soon"}, "published: “soon” is not a date and an hour like 2026-03-26 17:30"),
        ("openings.csv", {"museum": "louvre"}, "no museum “louvre” in museums.csv"),
        ("openings.csv", {"evening": "2026-03-13"}, "no evening “2026-03-13” in evenings.csv"),
        ("openings.csv", {"languages": "fr nl tlh"}, "no language “tlh” in languages.csv"),
        ("openings.csv", {"ends": "17:00"}, "it ends at 17:00, before it starts at 18:00"),
        ("posts.csv", {"report": "18:30"}, "the hours must follow each other: report, then start, then end"),
        ("posts.csv", {"needed": "9"}, "9 people are needed on 3 places: want as many places as needed"),
        ("posts.csv", {"museum": "horta"}, "no opening “2026-03-12, horta” in openings.csv"),
        ("contacts.csv", {"email": "claire@"}, "email: “claire@” is not an e-mail address"),
        ("contacts.csv", {"phone": "call me"}, "phone: “call me” is not a phone number"),
        ("museums.csv", {"website": "belvue"}, "website: “belvue” is not an address like https://www.belvue.be"),
        ("languages.csv", {"code": "Français"},
         "code: “Français” is not a short name: small letters, digits and hyphens only, at most 8"),
        ("roles.csv", {"replace_if_empty": "maybe"}, "replace_if_empty: “maybe” is not one of: yes, no"),
        ("volunteers.csv", {"first_name": ""}, "first_name: this cell must not be empty"),
        ("volunteers.csv", {"2026-03-12": "perhaps"}, "2026-03-12: “perhaps” is not one of: yes, if_needed, no"),
        ("volunteers.csv", {"reserve": "2026-03-19"},
         "in reserve on 2026-03-19, but her answer for that evening is no"),
        ("volunteers.csv", {"age": "16-17"}, "somebody of 16 or 17 needs a parent's name and address"),
        ("volunteers.csv", {"spoken": "nl klingon"}, "no language “klingon” in languages.csv"),
        ("assignments.csv", {"volunteer": "nobody@example.org"},
         "no volunteer “nobody@example.org” in volunteers.csv"),
        ("assignments.csv", {"role": "cloakroom"}, "no post “2026-03-12, maison-du-roi, cloakroom” in posts.csv"),
        ("assignments.csv", {"how": ""}, "“confirmed” and “how” go together: fill in both or neither"),
        ("assignments.csv", {"reason": "transport"}, "a reason, but not when she withdrew"),
        ("assignments.csv", {"confirmed": "2026-01-01 10:00"},
         "2026-01-01 10:00 lies before the assignment was made"),
        ("assignments.csv", {"confirmed": "2026-03-24 10:00"},
         "2026-03-24 10:00 is not before the rehearsal starts, 2026-03-24 10:00"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_told_with_what_to_write(folder, file, values, reason):
    change(folder, file, 2, **values)

    assert f"{file}, line 2: {reason}" in problems(folder)


def test_a_row_that_stands_twice_is_told_with_the_line_of_the_first(folder):
    for file in ("roles.csv", "museums.csv", "openings.csv", "posts.csv", "volunteers.csv"):
        rows = read(folder, file)
        write(folder, file, [*rows, rows[0]])

    assert [line.split(": ")[1] for line in problems(folder)] == ["the same as line 2"] * 5


def test_attendance_of_an_evening_to_come_is_refused(folder):
    rows = read(folder, "assignments.csv")
    line = next(n for n, row in enumerate(rows, start=2) if row["evening"] == "2026-03-26")
    change(folder, "assignments.csv", line, attendance="arrived")

    assert problems(folder) == [
        f"assignments.csv, line {line}: attendance of an evening that is not past when the rehearsal starts"
    ]


def test_an_hour_that_the_clock_change_skips_is_refused(folder):
    """In the night that follows Saturday 28 March: the hours of an evening before 05:00 are those of the day after."""
    change(folder, "evenings.csv", 8, date="2026-03-28")
    rows = [row | {"evening": row["evening"].replace("2026-04-23", "2026-03-28")} for row in read(folder, "posts.csv")]
    write(folder, "posts.csv", rows)
    line = next(n for n, row in enumerate(rows, start=2) if row["evening"] == "2026-03-28")
    change(folder, "posts.csv", line, report="02:30")

    assert [one for one in problems(folder) if one.startswith(f"posts.csv, line {line}") and "02:30" in one]


def test_a_file_that_is_not_there_and_a_column_that_is_missing_are_told(folder):
    (folder / "roles.csv").unlink()
    write(folder, "languages.csv", [{"code": "fr", "tag": "FR", "name_fr": "f", "name_nl": "F", "name_en": "F"}])

    assert "roles.csv: this file is missing" in problems(folder)
    assert "languages.csv, line 1: missing columns: short; unknown columns: tag" in problems(folder)


def test_a_column_that_came_later_may_be_missing(folder):
    """Roles float only where the file says so; an older folder says nothing about it."""
    now = read_season(folder, people=True).roles
    rows = [line.rpartition(",")[0] for line in (folder / "roles.csv").read_text(encoding="utf-8").splitlines()]
    (folder / "roles.csv").write_text("\n".join(rows), encoding="utf-8")

    before = read_season(folder, people=True).roles

    assert [role.slug for role in now if role.floats] == ["floater"]
    assert [role.slug for role in before if role.floats] == []
    assert len(before) == len(now)


def test_a_row_with_a_comma_too_many_is_told(folder):
    with (folder / "roles.csv").open("a", encoding="utf-8") as lines:
        lines.write("bar,bar,bar,bar,yes,no,no\n")

    reason = "this line has more or fewer cells than the header (a cell with a comma in it stands between quotes)"
    assert problems(folder) == [f"roles.csv, line 12: {reason}"]


def test_a_file_that_a_spreadsheet_saved_as_latin_1_is_told_with_its_line(folder):
    text = (folder / "museums.csv").read_text(encoding="utf-8").replace("’", "'")
    (folder / "museums.csv").write_bytes(text.encode("latin-1"))

    assert problems(folder)[0] == (
        "museums.csv, line 2: save the file as UTF-8: this line has a letter of another encoding"
    )


def test_the_line_is_right_after_a_cell_with_line_breaks(folder):
    rows = read(folder, "evenings.csv")
    rows[0]["note"] = "one\ntwo\nthree"
    rows[1]["published"] = "soon"
    write(folder, "evenings.csv", rows)

    assert [one.split(":")[0] for one in problems(folder)] == ["evenings.csv, line 5"]


def test_a_belgian_spreadsheet_s_semicolons_dates_and_byte_order_mark_are_read(folder):
    rows = read(folder, "evenings.csv")
    for row in rows:
        row["date"] = "/".join(reversed(row["date"].split("-")))
    text = "\n".join(";".join(cells) for cells in [rows[0], *(row.values() for row in rows)])
    (folder / "evenings.csv").write_text(text, encoding="utf-8-sig")

    season = read_season(folder, people=True)

    assert season.evenings[0].date == date(2026, 3, 12)
    assert season.evenings[0].published == datetime(2026, 3, 2, 10)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('zone = "Europe/Brussels"', 'zone = "Europe/Brussel"', "zone: “Europe/Brussel” is not a zone like Europe/B"),
        ('["fr", "nl", "en"]', '["fr", "de"]', "languages: one to three of fr, nl, en, each once; the first is the de"),
        ('opens = "18:00"', "", "opens: this value is missing"),
        ('mailbox = "benevoles@example.org"', 'mailbox = "benevoles"', "mailbox: “benevoles” is not an e-mail address"),
        ("[rules]", "[rules]\nquiet_form = 3", "rules: not a rule of an edition, or not its kind of value"),
        ("privacy = 2", "privacy = 0", "notices: a version is a whole number from 1"),
        ('email = "lea@example.org"', 'email = "lea"', "coordinator: “lea” is not an e-mail address"),
        ("[name]", "[name", "Expected ']' at the end of a table declaration"),
    ],
)
def test_a_wrong_value_of_the_edition_is_told(folder, old, new, reason):
    path = folder / "edition.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    assert any(one.startswith("edition.toml") and reason in one for one in problems(folder))


def test_a_notice_is_there_in_every_language_of_the_edition(folder):
    (folder / "notices" / "privacy.nl.md").unlink()

    assert problems(folder) == ["notices/privacy.nl.md: Privacy notice without text in “nl”"]


def test_without_people_their_files_are_not_even_looked_for(folder):
    (folder / "volunteers.csv").unlink()
    (folder / "assignments.csv").unlink()

    season = read_season(folder, people=False)

    assert (season.volunteers, season.assignments) == ([], [])
    assert season.posts[0].report == time(17, 30)


def test_hours_after_midnight_belong_to_the_evening_before_it(folder):
    change(folder, "openings.csv", 2, ends="01:00")
    change(folder, "posts.csv", 2, report="23:15", starts="23:30", ends="01:00")

    read_season(folder, people=True)


def test_an_end_after_midnight_that_lies_before_its_start_is_told(folder):
    change(folder, "posts.csv", 2, report="00:30", starts="00:45", ends="23:00")

    assert problems(folder) == ["posts.csv, line 2: the hours must follow each other: report, then start, then end"]


def test_who_is_on_one_of_two_posts_of_a_role_says_which_by_its_report_time(folder):
    posts, rows = read(folder, "posts.csv"), read(folder, "assignments.csv")
    write(folder, "posts.csv", [*posts, posts[0] | {"report": "20:00", "starts": "20:00"}])
    reports = ["", "17:30", "20:00", "19:00"]
    same = [row for row in rows if (row["evening"], row["museum"]) == (posts[0]["evening"], posts[0]["museum"])]
    people = [row["volunteer"] for row in rows[:4]]
    named = [{"report": report, "volunteer": who} for report, who in zip(reports, people, strict=True)]
    write(folder, "assignments.csv", [same[0] | one for one in named])

    assert problems(folder) == [
        "assignments.csv, line 2: several posts “2026-03-12, maison-du-roi, welcome” in posts.csv: "
        "say in a column “report” which one",
        "assignments.csv, line 5: no post “2026-03-12, maison-du-roi, welcome” at 19:00 in posts.csv",
    ]


def test_an_edition_in_one_language_needs_no_texts_in_another(folder):
    only_dutch(folder)

    season = read_season(folder, people=True)

    assert season.header.names == {"fr": "", "nl": "Nocturnes 2026", "en": ""}
    assert (season.museums[0].name_fr, season.museums[0].street_nl) == ("", "Paleizenplein 7")


def test_a_text_in_a_language_of_the_edition_is_needed_in_every_row(folder):
    only_dutch(folder)
    change(folder, "roles.csv", 2, name_nl="")

    assert problems(folder) == ["roles.csv, line 2: name_nl: this cell must not be empty"]


def test_an_edition_in_english_takes_the_streets_that_its_files_have(folder):
    edition = folder / "edition.toml"
    edition.write_text(edition.read_text(encoding="utf-8").replace('["fr", "nl", "en"]', '["en"]'), encoding="utf-8")
    change(folder, "museums.csv", 2, street_fr="", street_nl="")

    assert problems(folder) == ["museums.csv, line 2: street_fr: this cell must not be empty"]


def test_an_edition_has_a_name_in_each_of_its_languages(folder):
    edition = folder / "edition.toml"
    edition.write_text(edition.read_text(encoding="utf-8").replace('nl = "Nocturnes 2026"\n', ""), encoding="utf-8")

    assert problems(folder) == ["edition.toml, line 11: name.nl: this value is missing"]


def only_dutch(folder):
    """The same folder, as an organisation writes it that never used another language."""
    edition = folder / "edition.toml"
    text = edition.read_text(encoding="utf-8").replace('["fr", "nl", "en"]', '["nl"]')
    for line in ('fr = "Nocturnes 2026"\n', 'en = "Nocturnes 2026"\n'):
        text = text.replace(line, "")
    edition.write_text(text, encoding="utf-8")
    for file in ("languages.csv", "roles.csv", "museums.csv", "openings.csv", "posts.csv"):
        rows = [{name: row[name] for name in row if not name.endswith(("_fr", "_en"))} for row in read(folder, file)]
        write(folder, file, rows)
    for notice in (folder / "notices").iterdir():
        if ".nl." not in notice.name:
            notice.unlink()
