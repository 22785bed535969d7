"""What came out, as a table for people and as JSON for whoever compares."""

import os

SECTIONS = ("overview", "evening", "museum", "mine", "take_place")
# What the issue aims at: median milliseconds by roster and page, the most queries of an overview, of a ranking.
AIMS_MS = {
    ("season", "overview"): 29,
    ("big", "overview"): 100,
    ("big", "evening"): 34,
    ("season", "take_place"): 12,
    ("big", "take_place"): 12,
}
OVERVIEW_QUERIES = 12
RANKING_MS = 20
SWEEP_MS = 2000
TO_MAIL_MS = 1000
# What a thorough measuring adds to the pages.
THOROUGH = ("ranking_ms", "race", "sweep_100", "rush", "withdrawal_to_mail_ms")

HEAD = f"{'':22}{'queries':>8}{'bytes':>11}{'median ms':>11}{'p95 ms':>9}{'req/s at 8':>12}"


def as_json(found: dict[str, dict], thorough: str) -> dict:
    """`{"season": {"overview": {…}, …}, "big": {…}, "ranking_ms": {…}, "race": {"winners": […]}, …}`."""
    result = {size: figures["pages"] for size, figures in found.items()}
    return result | {name: found[thorough][name] for name in THOROUGH}


def lines(result: dict, mails: int) -> list[str]:
    """The same in words, and what was missed."""
    table = [HEAD]
    for size, pages in _sizes(result):
        table += [_line(size, name, pages[name]) for name in SECTIONS]
    ranking, winners = result["ranking_ms"], result["race"]["winners"]
    return [
        *table,
        "",
        f"ranking for one place, with reasons: median {ranking['median']} ms, p95 {ranking['p95']} ms",
        f"thirty POSTs for one last place, winners of {len(winners)} rounds: {winners}",
        *_searching(result),
        f"mails that the counting server took: {mails}",
        f"on {os.cpu_count()} cores: the site, its worker, PostgreSQL and who asks share them",
        "",
        *(missed(result) or ["Every aim is reached."]),
    ]


def _searching(result):
    mail, rush = result["withdrawal_to_mail_ms"], result["rush"]
    asked = rush["won"] + rush["taken"]
    return [
        *(
            f"{one['searches']} searches in one sweep, {where}: {one['ms']:,.0f} ms, {one['queries']} queries, "
            f"{one['asked']} people asked, {one['offers']:,} offers"
            for where, one in _sweeps(result)
        ),
        f"from a withdrawal's commit to a mail server that has the first offer: median {mail['median']} ms, "
        f"p95 {mail['p95']} ms",
        f"{asked} say yes to {rush['won']} places within a second while {rush['signed_up']} sign up: "
        f"{rush['won']} came, {rush['taken']} read that it is taken, {rush['wrong']} wrong; "
        f"p95 {rush['yes']['p95_ms']:,.0f} ms and {rush['sign_up']['p95_ms']:,.0f} ms, all in {rush['seconds']} s",
    ]


def _sweeps(result):
    return [(name.replace("_", " "), figures) for name, figures in result["sweep_100"].items()]


def missed(result: dict) -> list[str]:
    """The aims that were not reached, one sentence each."""
    sentences = []
    for size, pages in _sizes(result):
        for name in SECTIONS:
            got, aim = pages[name]["median_ms"], AIMS_MS.get((size, name))
            if aim is not None and got > aim:
                sentences.append(f"missed: {size} {name}, {got} ms instead of {aim}")
        queries = pages["overview"]["queries"]
        if queries > OVERVIEW_QUERIES:
            sentences.append(f"missed: {size} overview, {queries} queries instead of {OVERVIEW_QUERIES}")
    return sentences + _missed_beside_pages(result)


def _missed_beside_pages(result):
    ranking, mail = result["ranking_ms"]["median"], result["withdrawal_to_mail_ms"]["median"]
    wrong = [count for count in result["race"]["winners"] if count != 1]
    said = [
        (ranking > RANKING_MS, f"ranking, {ranking} ms instead of {RANKING_MS}"),
        (wrong, f"{len(wrong)} rounds of the race without exactly one winner"),
        *(
            (one["ms"] > SWEEP_MS, f"a sweep over {where}, {one['ms']:,.0f} ms instead of {SWEEP_MS:,}")
            for where, one in _sweeps(result)
        ),
        (mail > TO_MAIL_MS, f"from a withdrawal to the mail, {mail} ms instead of {TO_MAIL_MS:,}"),
        (result["rush"]["wrong"], f"{result['rush']['wrong']} wrong answers when everybody came at once"),
    ]
    return [f"missed: {sentence}" for is_missed, sentence in said if is_missed]


def _sizes(result):
    return [(size, pages) for size, pages in result.items() if "overview" in pages]


def _line(size, name, got):
    return (
        f"{size + ' ' + name:22}{got['queries']:>8}{got['bytes']:>11,}{got['median_ms']:>11}{got['p95_ms']:>9}"
        f"{got['rps_8']:>12}"
    )
