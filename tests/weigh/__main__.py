"""`make weigh`: what a phone pays for the pages of the public, of volunteers and of a museum, measured in the browser.

Each page of the bundled edition is opened by a browser that knows nothing, on a phone's screen, throttled as its own
tools throttle "Slow 4G" with a processor four times slower; then once more with what it kept. The site is gunicorn
with two workers as in production, on a rehearsal, whose banner real pages do not carry. Bytes are counted on the wire,
heads and what the service worker asks for included. What the worker asks for is not throttled, so a page that it keeps
is seen sooner after. Ends with 1 where an aim is missed.

    python -m tests.weigh [edition sign_up offer mine evenings tonight]
"""

import os
import sys
from urllib.request import urlopen

from tests.rehearsed import rehearsal

PAGES = {"public": "edition", "sign-up": "sign_up", "offer": "offer", "my evenings": "mine", "by link": "evenings"}
THAT_EVENING = {"tonight": "tonight"}
LANGUAGE = "fr"


def main():
    with rehearsal("weigh"):
        weights = list(_weights(sys.argv[1:]))
    from tests.weigh import report

    print("\n".join(report.lines(weights)))  # noqa: T201
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[1]:.1f}: what else runs makes times longer")  # noqa: T201
    return 1 if any(map(report.misses, weights)) else 0


def _weights(only):
    from shifts.bench import site
    from tests.services.chromium import chromium
    from tests.shots import scene
    from tests.weigh.wire import wire

    world = scene.make_scene()
    with site.web(workers=2, threads=4) as address, wire(address) as line, chromium() as browser:
        yield from _measured(_chosen(PAGES, only), world, browser, line)
        scene.go_to_the_evening(world)
        yield from _measured(_chosen(THAT_EVENING, only), world, browser, line)


def _chosen(pages, only):
    return {label: name for label, name in pages.items() if not only or name in only}


def _measured(pages, world, browser, line):
    from django.conf import settings

    from shifts.bench import site
    from tests import every_page
    from tests.weigh.measuring import weigh

    for label, name in pages.items():
        page = every_page.page(name, world, LANGUAGE)
        cookies = []
        if page.who == "alice":
            session = site.sign_in(world.alice.user)[settings.SESSION_COOKIE_NAME]
            cookies = [{"name": settings.SESSION_COOKIE_NAME, "value": session}]
        # Both workers have their templates read: what is measured is not the start of the site.
        for _ in range(6):
            urlopen(line.address + page.url).read()
        yield weigh(label, page.url, browser, line, cookies)


if __name__ == "__main__":
    sys.exit(main())
