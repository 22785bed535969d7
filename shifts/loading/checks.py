"""What no single cell can tell: rows that stand twice, rows that name what is not there, hours out of order.

Whether a volunteer may be on a post is not asked here but by the product's own actions, when her assignment is played.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta

from nocturnes.hours import evening_instant
from nocturnes.refusals import Refusal

from .problems import Problem
from .rows import on_the_wall


def check(season, problems: list) -> None:
    """Append what is wrong with `season`. A file that has problems already is not used to find fault with others."""
    broken = {problem.file for problem in problems}
    for rule in (_twice, _openings, _posts, _volunteers, _assignments, _moments):
        problems += rule(season)
    problems += _references(season, broken)


def _problem(row, reason):
    return Problem(row.FILE, row.line, reason)


def _twice(season):
    keys = [
        (season.languages, lambda row: row.code),
        (season.roles, lambda row: row.slug),
        (season.museums, lambda row: row.slug),
        (season.evenings, lambda row: row.date),
        (season.openings, lambda row: (row.evening, row.museum)),
        (season.posts, lambda row: (row.key, row.report)),
        (season.volunteers, lambda row: row.email),
        ([row for row in season.assignments if not row.withdrew], lambda row: (row.post, row.report, row.volunteer)),
    ]
    for rows, key in keys:
        first = {}
        for row in rows:
            if (before := first.setdefault(key(row), row)) is not row:
                yield _problem(row, f"the same as line {before.line}")


def _references(season, broken):
    languages = {row.code for row in season.languages}
    roles = {row.slug for row in season.roles}
    museums = {row.slug for row in season.museums}
    evenings = {row.date for row in season.evenings}
    openings = {(row.evening, row.museum) for row in season.openings}
    posts = {row.key for row in season.posts}
    people = {row.email for row in season.volunteers}
    links = [
        (season.contacts, lambda row: [row.museum], museums, "museums.csv", "museum"),
        (season.openings, lambda row: [row.evening], evenings, "evenings.csv", "evening"),
        (season.openings, lambda row: [row.museum], museums, "museums.csv", "museum"),
        (season.openings, lambda row: row.languages, languages, "languages.csv", "language"),
        (season.posts, lambda row: [row.opening], openings, "openings.csv", "opening"),
        (season.posts, lambda row: [row.role], roles, "roles.csv", "role"),
        (season.posts, lambda row: row.languages, languages, "languages.csv", "language"),
        (season.volunteers, lambda row: row.spoken, languages, "languages.csv", "language"),
        (season.volunteers, lambda row: row.roles, roles, "roles.csv", "role"),
        (season.volunteers, lambda row: row.museums, museums, "museums.csv", "museum"),
        (season.volunteers, lambda row: row.reserve, evenings, "evenings.csv", "evening"),
        (season.assignments, lambda row: [row.post], posts, "posts.csv", "post"),
        (season.assignments, lambda row: [row.volunteer], people, "volunteers.csv", "volunteer"),
    ]
    for rows, named, there, file, what in links:
        for row in rows if file not in broken else []:
            for name in named(row):
                if name not in there:
                    yield _problem(row, f"no {what} “{_spelt(name)}” in {file}")


def _spelt(name):
    return ", ".join(str(part) for part in name) if isinstance(name, tuple) else str(name)


def _openings(season):
    for row in season.openings:
        if on_the_wall(row.evening, row.starts) >= on_the_wall(row.evening, row.ends):
            yield _problem(row, f"it ends at {row.ends:%H:%M}, before it starts at {row.starts:%H:%M}")
        yield from _hours(season, row, row.starts, row.ends)


def _posts(season):
    for row in season.posts:
        report, starts, ends = (on_the_wall(row.evening, hour) for hour in (row.report, row.starts, row.ends))
        if not report <= starts < ends:
            yield _problem(row, "the hours must follow each other: report, then start, then end")
        if row.needed > row.places:
            yield _problem(row, f"{row.needed} people are needed on {row.places} places: want as many places as needed")
        yield from _hours(season, row, row.report, row.starts, row.ends)


def _hours(season, row, *hours):
    """An hour that the clock change skips, or shows twice, is nobody's hour."""
    for hour in hours if season.header else ():
        try:
            evening_instant(row.evening, hour, season.header.zone)
        except Refusal as refusal:
            yield _problem(row, str(refusal))


def _volunteers(season):
    for row in season.volunteers:
        if row.age == "16-17" and not (row.parent_name and row.parent_email):
            yield _problem(row, "somebody of 16 or 17 needs a parent's name and address")
        for then in (row.parent_consented, row.accepted):
            if then and then < row.registered:
                yield _problem(row, f"{then:%Y-%m-%d %H:%M} lies before she signed up")
        for day, answer in row.extra.items():
            if answer and date.fromisoformat(day) < row.registered.date():
                yield _problem(row, f"an answer for {day}, which was over when she signed up")
        for day in row.reserve:
            if row.extra.get(day.isoformat()) == "no":
                yield _problem(row, f"in reserve on {day}, but her answer for that evening is no")
        if row.reserve and not row.accepted:
            yield _problem(row, "in reserve, but not accepted yet")


def _assignments(season):
    reports = defaultdict(set)
    for post in season.posts:
        reports[post.key].add(post.report)
    for row in season.assignments:
        there = reports[row.post]
        if row.report and there and row.report not in there:
            yield _problem(row, f"no post “{_spelt(row.post)}” at {row.report:%H:%M} in posts.csv")
        if not row.report and len(there) > 1:
            yield _problem(row, f"several posts “{_spelt(row.post)}” in posts.csv: say in a column “report” which one")
        if bool(row.confirmed) != bool(row.how):
            yield _problem(row, "“confirmed” and “how” go together: fill in both or neither")
        if row.reason and not row.withdrew:
            yield _problem(row, "a reason, but not when she withdrew")
        if row.withdrew and row.attendance:
            yield _problem(row, "she withdrew: leave her attendance empty")
        for then in (row.confirmed, row.withdrew):
            if then and then < row.made:
                yield _problem(row, f"{then:%Y-%m-%d %H:%M} lies before the assignment was made")


def _moments(season):
    """The past ends where the rehearsal starts: what the files tell has happened by then."""
    if not season.header:
        return
    starts = season.header.starts
    told = [(row, row.published) for row in season.evenings]
    told += [(row, then) for row in season.volunteers for then in (row.registered, row.parent_consented, row.accepted)]
    told += [(row, then) for row in season.assignments for then in (row.made, row.confirmed, row.withdrew)]
    for row, then in told:
        if then and then >= starts:
            yield _problem(row, f"{then:%Y-%m-%d %H:%M} is not before the rehearsal starts, {starts:%Y-%m-%d %H:%M}")
    for row in season.assignments:
        if row.attendance and datetime.combine(row.evening, datetime.min.time()) + timedelta(days=1) > starts:
            yield _problem(row, "attendance of an evening that is not past when the rehearsal starts")
