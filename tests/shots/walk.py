"""The way through every page: opened once a language, then looked at in each width and scheme."""

import io
import re
from itertools import product

from django.conf import settings
from PIL import Image
from playwright.sync_api import Error

from messaging.models import Message
from shifts.bench import site
from tests import every_page, looks
from tests.barriers import barriers
from tests.services.chromium import chromium
from tests.shots import gallery, scene

SCREENS = {390: 844, 1280: 900}
SCHEMES = ("light", "dark")
# Looked at once more when the doors of the evening are about to open.
THAT_EVENING = ("season", "evening", "search", "mine", "evenings", "museum", "tonight", "at_risk", "edition", "offer")
THAT_EVENING += ("offer_several", "offer_long", "offer_declined", "offer_other")

# What the README shows, each on the screen that it is made for.
README = {"offer": 390, "mine": 390, "sign_up": 390, "season": 1280, "evening": 1280, "search": 1280}
COLOURS = 128


class Walk:
    """One browser over one site. `findings` are lines to print, `pictures` those that were taken, by page."""

    def __init__(self, browser, address, options):
        self.browser, self.address, self.options = browser, address, options
        self.contexts, self.findings, self.pictures, self.complaints = {}, [], {}, []

    def page_of(self, who, user):
        """The browser page of somebody, who stays signed in."""
        if who not in self.contexts:
            context = self.browser.new_context(locale="fr-BE", reduced_motion="reduce")
            if user:
                session = site.sign_in(user)[settings.SESSION_COOKIE_NAME]
                context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.address}])
            page = context.new_page()
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
            page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
            page.on("request", self.stays_here)
            self.contexts[who] = page
        return self.contexts[who]

    def stays_here(self, request):
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(f"asks another host: {request.url}")

    def looks_at(self, name, language, page, url):
        """Open it once, then take what was asked for in each width and scheme."""
        self.complaints.clear()
        try:
            status = page.goto(self.address + url).status
        except Error as error:
            self.notes(f"{name} {language}: {error.message.splitlines()[0]}")
            return
        expected = every_page.STATUS.get(name, 200)
        complaints = [text for text in self.complaints if not re.search(rf"status of {expected}\b", text)]
        if status != expected:
            complaints.append(f"answers {status}")
        if status == 500:
            complaints.append(site.last_words().strip().splitlines()[-1])
        for text in complaints:
            self.notes(f"{name} {language}: {text}")
        self.in_each_way(self.takes, name, language, page)
        if self.options.axe:
            looks.unfold(page)
            self.in_each_way(self.examines, name, language, page)

    def in_each_way(self, look, name, language, page):
        for (width, height), scheme in product(SCREENS.items(), SCHEMES):
            page.set_viewport_size({"width": width, "height": height})
            # What stays at the foot of the screen covers nothing on a screen as high as the page.
            page.set_viewport_size({"width": width, "height": max(height, looks.height(page))})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            look(name, language, page, width, scheme)

    def examines(self, name, language, page, width, scheme):
        for rule, elements in barriers(page):
            self.notes(f"{name} {language} {width} {scheme}: {rule}: {elements[0]}")

    def takes(self, name, language, page, width, scheme):
        where = f"{name} {language} {width} {scheme}"
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.notes(f"{where}: wider than the screen")
        if self.options.pictures:
            path = f"{name}-{language}-{width}-{scheme}.png"
            page.screenshot(path=self.options.folder / path, full_page=True)
            self.pictures.setdefault(name, []).append(path)

    def notes(self, finding):
        self.findings.append(finding)


def over_everything(options):
    """Takes everything of a rehearsal that has just been loaded. Returns what was found, a line each."""
    world = scene.make_scene()
    with site.web(workers=2, threads=2) as address, chromium() as browser:
        walk = Walk(browser, address, options)
        if options.readme:
            for_the_readme(walk, world)
            return walk.findings
        over_pages(walk, world, every_page.names(rehearsal=True), "")
        over_mails(walk)
        scene.go_to_the_evening(world)
        over_pages(walk, world, THAT_EVENING, "-that-evening")
    if options.pictures:
        gallery.write(options.folder, walk.pictures, walk.findings)
    return walk.findings


def for_the_readme(walk, world):
    """The first screen of each of README, in English and by day."""
    for name, width in README.items():
        page = every_page.page(name, world, "en")
        user = {"lea": world.coordinator, "alice": world.alice.user}.get(page.who)
        seen = walk.page_of(page.who, user)
        seen.set_viewport_size({"width": width, "height": SCREENS[width]})
        seen.emulate_media(color_scheme="light", reduced_motion="reduce")
        seen.goto(walk.address + page.url)
        picture = Image.open(io.BytesIO(seen.screenshot()))
        # Half the weight, and nobody sees it.
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(
            walk.options.folder / f"{name.replace('_', '-')}.png", optimize=True
        )


def over_pages(walk, world, names, suffix):
    for name in names:
        if walk.options.only and name + suffix not in walk.options.only:
            continue
        for language in walk.options.languages:
            page = every_page.page(name, world, language)
            user = {"lea": world.coordinator, "alice": world.alice.user}.get(page.who)
            walk.looks_at(name + suffix, language, walk.page_of(page.who, user), page.url)


def over_mails(walk):
    """The newest mail of each kind and language that has left."""
    sent = Message.objects.exclude(sent_at=None).exclude(html="").order_by("sent_at", "pk")
    for kind, language, pk in {(row.kind, row.language): (row.kind, row.language, row.pk) for row in sent}.values():
        name = f"mail-{kind}"
        if language in walk.options.languages and (not walk.options.only or name in walk.options.only):
            walk.looks_at(name, language, walk.page_of("anonymous", None), f"/{language}/mailbox/{pk}/html/")
