"""One page as a phone loads it: what comes over the network, when its largest part is seen, what jumps."""

from dataclasses import dataclass
from statistics import median

# As the browser's own tools throttle "Slow 4G": 150 ms there and back, which a request and its answer pay several
# times over; 1.6 Mbit/s down and 750 kbit/s up, of which nine tenths arrive. A cheap phone is four times slower.
SLOW_4G = {
    "offline": False,
    "latency": 150 * 3.75,
    "downloadThroughput": 1.6 * 1024 * 1024 / 8 * 0.9,
    "uploadThroughput": 750 * 1024 / 8 * 0.9,
}
CPU = 4
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 3, "is_mobile": True, "has_touch": True}
# Nothing moves on the wire for this long, then everything that a visit causes is here, the service worker's too.
QUIET_MS = 1500
TIMES = 3

WATCH = """
window.seen = {lcp: 0, cls: 0};
new PerformanceObserver((list) => list.getEntries().forEach((one) => { seen.lcp = one.startTime; }))
  .observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver((list) => list.getEntries().forEach((one) => { seen.cls += one.value; }))
  .observe({type: "layout-shift", buffered: true});
"""


@dataclass(frozen=True)
class Visit:
    """`size` in bytes that came down, `lcp` in ms, `cls` without a unit, `hosts` other than the site's."""

    size: int
    lcp: float
    cls: float
    hosts: frozenset[str]


@dataclass(frozen=True)
class Weight:
    """A first visit and the one after; times are the median of several, everything else the worst."""

    name: str
    first: Visit
    again: Visit


def weigh(name, url, browser, wire, cookies=()):
    visits = [_two_visits(url, browser, wire, cookies) for _ in range(TIMES)]
    first, again = zip(*visits, strict=True)
    return Weight(name, _together(first), _together(again))


def _together(visits):
    return Visit(
        size=max(visit.size for visit in visits),
        lcp=median(visit.lcp for visit in visits),
        cls=max(visit.cls for visit in visits),
        hosts=frozenset().union(*(visit.hosts for visit in visits)),
    )


def _two_visits(url, browser, wire, cookies):
    """With a browser that knows nothing, and once more with what it kept."""
    context = browser.new_context(**PHONE, locale="fr-BE")
    context.add_init_script(WATCH)
    context.add_cookies([{**cookie, "url": wire.address} for cookie in cookies])
    hosts = set()
    context.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    try:
        return [_visit(context, wire, url, hosts) for _ in range(2)]
    finally:
        context.close()


def _visit(context, wire, url, hosts):
    page = context.new_page()
    throttle = context.new_cdp_session(page)
    throttle.send("Network.enable")
    throttle.send("Network.emulateNetworkConditions", SLOW_4G)
    throttle.send("Emulation.setCPUThrottlingRate", {"rate": CPU})
    before = wire.down
    page.goto(wire.address + url, wait_until="load")
    # A browser that may install the site reads the manifest and an icon.
    throttle.send("Page.getInstallabilityErrors")
    _wait_for_quiet(page, wire)
    seen = page.evaluate("seen")
    page.close()
    others = frozenset(host for host in hosts if host != wire.address.split("/")[2])
    return Visit(wire.down - before, seen["lcp"], seen["cls"], others)


def _wait_for_quiet(page, wire):
    before = -1
    while wire.down != before:
        before = wire.down
        page.wait_for_timeout(QUIET_MS)
