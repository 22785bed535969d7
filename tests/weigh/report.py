"""The table, and what misses its aim."""

AIMS = "aims: first visit under 120 kB, under 20 kB after, no other host, largest part under 1.5 s, nothing jumps"
HEAD = f"{'':<12}{'first kB':>9}{'after kB':>9}{'hosts':>7}{'LCP ms':>8}{'after':>7}{'CLS':>8}"


def lines(weights):
    """As text, the misses last."""
    missed = [text for weight in weights for text in misses(weight)]
    return [AIMS, "", HEAD, *map(_line, weights), "", *(missed or ["every aim is reached"])]


def misses(weight):
    """A sentence for each aim that this page misses."""
    first, again = weight.first, weight.again
    hosts = first.hosts | again.hosts
    found = {
        f"{first.size / 1000:.1f} kB on a first visit": first.size >= 120_000,
        f"{again.size / 1000:.1f} kB after": again.size >= 20_000,
        f"asks {', '.join(sorted(hosts))}": bool(hosts),
        f"its largest part is seen after {first.lcp:.0f} ms": not 0 < first.lcp < 1500,
        f"its largest part is seen again after {again.lcp:.0f} ms": not 0 < again.lcp < 1500,
        f"jumps by {max(first.cls, again.cls):.4f}": max(first.cls, again.cls) > 0,
    }
    return [f"MISSED: {weight.name}, {text}" for text, is_missed in found.items() if is_missed]


def _line(weight):
    first, again = weight.first, weight.again
    hosts, cls = len(first.hosts | again.hosts), max(first.cls, again.cls)
    sizes = f"{first.size / 1000:>9.1f}{again.size / 1000:>9.1f}"
    return f"{weight.name:<12}{sizes}{hosts:>7}{first.lcp:>8.0f}{again.lcp:>7.0f}{cls:>8.4f}"
