"""Somebody who has no mouse: every control is reached by Tab, seen when it has the focus, and used by its keys."""

from tests.stories.reader import Reader, settled

# Whoever has to press more often than this gives up.
MOST = 150

# Where the control lies from the focus: "here", "before", "after".
WHERE = """one => {
    const now = document.activeElement;
    if (one === now) return "here";
    return now.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING ? "before" : "after";
}"""

# A field that is drawn by its label stands for that; what lies over it, if anything does, comes back.
COVERED = """one => {
    if (!one.matches(":focus-visible")) return "no focus to see";
    let box = one.getBoundingClientRect();
    const seen = box.width < 5 || getComputedStyle(one).opacity === "0" ? one.labels[0] : one;
    box = [...seen.getClientRects()][0];
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    if (!top) return "off the screen";
    return seen.contains(top) || top.contains(seen) ? "" : top.outerHTML.slice(0, 120);
}"""


class Typist(Reader):
    """A reader who does by keyboard what others click."""

    def opens(self, address):
        super().opens(address)
        self.is_drawn()

    def clicks(self, control):
        with self.page.expect_navigation():
            self.uses(control)
        settled(self.page)
        self.is_drawn()

    def is_drawn(self):
        """A page gives the focus, or the place from which Tab goes on, when it is drawn: later than it is loaded."""
        self.page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")

    def uses(self, control, key="Enter"):
        self.reaches(control)
        self.page.keyboard.press(key)

    def reaches(self, control):
        """Tab, or back with Shift, until `control` has the focus."""
        for _ in range(MOST):
            where = control.evaluate(WHERE)
            if where == "here":
                assert control.evaluate(COVERED) == ""
                return
            self.page.keyboard.press("Tab" if where == "after" else "Shift+Tab")
        raise AssertionError(f"not reached by Tab: {control}")

    def types(self, field, text):
        self.reaches(field)
        self.page.keyboard.type(text)

    def chooses(self, group, value):
        """One of the rounds of a group: Tab leads to the group, arrows within it."""
        rounds = self.page.locator(f"input[name='{group}']")
        self.reaches(rounds.first)
        self.page.keyboard.press("Space")
        for _ in range(rounds.count()):
            if self.page.evaluate("document.activeElement.value") == value:
                break
            self.page.keyboard.press("ArrowDown")
        assert self.page.locator(f"input[name='{group}'][value='{value}']").is_checked()
