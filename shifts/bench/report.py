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

HEAD = f"{'':22}{'queries':>8}{'bytes':>11}{'median ms':>11}{'p95 ms':>9}{'req/s at 8':>12}"


def as_json(found: dict[str, dict], thorough: str) -> dict:
    """`{"season": {"overview": {…}, …}, "big": {…}, "ranking_ms": {…}, "race": {"winners": […]}}`."""
    result = {size: figures["pages"] for size, figures in found.items()}
    rest = found[thorough]
    return result | {"ranking_ms": rest["ranking_ms"], "race": rest["race"]}


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
        f"mails that the counting server took: {mails}",
        f"on {os.cpu_count()} cores: the site, its worker, PostgreSQL and who asks share them",
        "",
        *(missed(result) or ["Every aim is reached."]),
    ]


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
    if result["ranking_ms"]["median"] > RANKING_MS:
        sentences.append(f"missed: ranking, {result['ranking_ms']['median']} ms instead of {RANKING_MS}")
    wrong = [count for count in result["race"]["winners"] if count != 1]
    if wrong:
        sentences.append(f"missed: {len(wrong)} rounds of the race without exactly one winner")
    return sentences


def _sizes(result):
    return [(size, pages) for size, pages in result.items() if "overview" in pages]


def _line(size, name, got):
    return (
        f"{size + ' ' + name:22}{got['queries']:>8}{got['bytes']:>11,}{got['median_ms']:>11}{got['p95_ms']:>9}"
        f"{got['rps_8']:>12}"
    )
