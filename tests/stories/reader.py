"""Somebody before a screen, in the stories of the browser; and what every page that is shown to them has to be."""

from urllib.parse import urlsplit

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import expect

from tests.barriers import barriers

# The machine may be slow and busy; whatever is waited for comes long before.
PATIENCE = 30_000


def settled(page):
    """Waits until nothing is on its way and what came has its place, its buttons work and the focus is where it goes.

    htmx marks what is not so far yet, a moment longer than it is to be seen.
    """
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0, timeout=PATIENCE)


class Reader:
    """Somebody before a screen, who reads one language and does what the page's words say."""

    def __init__(self, page, address, language):
        self.page, self.address, self.language = page, address, language
        page.set_default_timeout(PATIENCE)

    def word(self, text, context=None):
        """A text of the product in the reader's language; one that is not translated fails the story."""
        with translation.override(self.language):
            word = pgettext(context, text) if context else gettext(text)
        assert word != text
        return word

    def goes_to(self, name, *args):
        with translation.override(self.language):
            self.opens(self.address + reverse(name, args=args))

    def opens(self, address):
        self.page.goto(address)

    def presses(self, text, context=None, within=None):
        """Press the button or follow the link that says `text`, and wait for the page that comes."""
        word = self.word(text, context)
        place = within or self.page
        control = place.get_by_role("button", name=word, exact=True).or_(
            place.get_by_role("link", name=word, exact=True)
        )
        self.clicks(control)

    def clicks(self, control):
        """What leads to another page, or brings this one's news."""
        with self.page.expect_navigation():
            control.click()
        settled(self.page)

    def reads(self, text):
        self.page.get_by_text(text).first.wait_for()

    def sees(self, text):
        """Whether the page has `text` at this moment, anywhere."""
        return text in self.page.locator("body").inner_text()

    def fits_the_screen(self):
        return self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


class Watcher(Reader):
    """A reader for whom every page that comes has to fit the screen and to be free of barriers."""

    def opens(self, address):
        super().opens(address)
        self.looks_over()

    def clicks(self, control):
        super().clicks(control)
        self.looks_over()

    def looks_over(self):
        self.page.wait_for_load_state()
        where = urlsplit(self.page.url).path
        assert self.fits_the_screen(), f"{where} is wider than the screen: {self.what_sticks_out()}"
        # A link that is half behind the strip of the undo bar is not small: one scrolls.
        self.page.evaluate("document.querySelector('.undo-dock')?.style.setProperty('position', 'static')")
        assert barriers(self.page) == [], where
        self.page.evaluate("document.querySelector('.undo-dock')?.style.removeProperty('position')")

    def what_sticks_out(self):
        """The innermost of what is wider than the screen, to find it."""
        return self.page.evaluate(
            """[...document.querySelectorAll("body *")]
            .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.children.length)
            .slice(0, 5).map(one => one.outerHTML.slice(0, 120))"""
        )
