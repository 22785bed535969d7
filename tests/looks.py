"""What a page has to be for everybody, asked of a browser that shows it; each function returns what it finds.

WCAG 2.2 AA: 1.4.10 (reflow), 2.4.7 and 2.4.11 (focus visible, not obscured), 2.5.8 (target size); 44 px on a phone is
our own rule, for a thumb at a tram stop.
"""

PHONE, DESK = (390, 844), (1280, 900)
# 1280 px at 400 %.
NARROWEST = 320

# What is folded up until somebody opens it; a menu lies over the page then.
FOLDS, MENUS = "details:not(.menu)", "details.menu"


def unfold(page, what=FOLDS):
    """Open what is folded up, as whoever reads all of the page does; returns whether there was any."""
    return page.evaluate(
        """what => [...document.querySelectorAll(what)].filter(one => one.checkVisibility())
        .map(one => { one.open = true; }).length > 0""",
        what,
    )


def sideways(page):
    """What is wider than the screen, the innermost first."""
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.querySelectorAll("body *")]
        .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.children.length)
        .slice(0, 5).map(one => one.outerHTML.slice(0, 160))"""
    )


def beside_the_column(page):
    """What to press on a page of one column that does not stand in it."""
    return page.evaluate(
        """() => {
        const column = document.querySelector("body.column .column__in")?.getBoundingClientRect();
        const is_beside = box => box.left < column.left - 1 || box.right > column.right + 1;
        return !column ? [] : [...document.querySelectorAll("main :is(button, .btn)")]
        .filter(one => one.checkVisibility() && is_beside(one.getBoundingClientRect()))
        .map(one => one.outerHTML.slice(0, 160)); }"""
    )


def height(page):
    """How high the whole page is."""
    return page.evaluate("document.documentElement.scrollHeight")


# What takes the keyboard, as it lies on the page; a field that is drawn by its label stands for that.
CONTROLS = """
const CONTROLS = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
const shown = one => one.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true}) && !one.disabled;
const controls = () => [...document.querySelectorAll(CONTROLS)].filter(one => shown(one) && one.tabIndex >= 0);
const drawn = one => {
    const box = one.getBoundingClientRect();
    const labelled = one.labels && one.labels.length && (box.width < 5 || getComputedStyle(one).opacity === "0");
    return labelled ? one.labels[0] : one;
};
const named = one => one.outerHTML.slice(0, 160);
"""

FOCUS = (
    "within => {"
    + CONTROLS
    + """
const style = one => {
    const s = getComputedStyle(one);
    const ring = s.outlineStyle === "none" || !parseFloat(s.outlineWidth) ? "" : s.outlineColor;
    return [ring, s.boxShadow, s.backgroundColor, s.borderColor].join();
};
const around = one => [one, drawn(one), one.nextElementSibling, one.parentElement].filter(Boolean);
const found = [];
// From here on the browser takes every focus for one by keyboard.
document.activeElement.blur();
for (const one of controls().filter(one => one.closest(within))) {
    const before = around(one).map(style);
    one.focus();
    if (document.activeElement !== one) continue;
    if (around(one).map(style).every((after, n) => after === before[n])) found.push("no focus to see: " + named(one));
    const seen = drawn(one), boxes = [...seen.getClientRects()], box = boxes[0];
    if (!box) continue;
    const spots = [[.5, .5], [.1, .2], [.9, .8]].map(([x, y]) => [box.left + box.width * x, box.top + box.height * y]);
    // Of a text of several lines the browser brings the line in hand into sight, not the whole box.
    const lines = one.tagName === "TEXTAREA" && box.top < innerHeight - 24;
    const hidden = spots.filter(([x, y]) => {
        if (x > innerWidth || (lines && y > innerHeight)) return false;
        const top = document.elementFromPoint(x, y);
        return !top || !(seen.contains(top) || top.contains(seen) || one.contains(top));
    });
    if (hidden.length) {
        const cover = document.elementFromPoint(...hidden[0]);
        found.push("hidden when focused: " + named(one) + " BY " + (cover ? named(cover).slice(0, 80) : "the edge"));
    }
    one.blur();
}
return found;
}"""
)


def focus_lost(page, within="body"):
    """Controls whose focus cannot be seen, or that something covers when they have it."""
    page.keyboard.press("Tab")
    return page.evaluate(FOCUS, within)


# A thumb needs more for what does something, for the ways around and for a number to call than for a name in a list.
DOES = "button, summary, input, select, textarea, .btn, nav a, header a, footer a, .back, [href^=tel]"
TARGETS = (
    "([least, leastToDo, within]) => {"
    + CONTROLS
    + """
const alone = one => one.matches("[type=checkbox], [type=radio]") && !(one.labels && one.labels.length);
const doing = one => one.matches("%s") && !one.matches("td *, .table *") && !alone(one);
const inText = one => getComputedStyle(one).display === "inline" && one.matches("a");
// A link that its whole line belongs to.
const spreads = one => getComputedStyle(one, "::after").position === "absolute" && one.matches(".item__all");
const there = controls().filter(one => one.closest(within));
return there.filter(one => !inText(one) && !spreads(one)).map(drawn).filter(one => {
    const box = one.getBoundingClientRect();
    const label = one.labels && one.labels[0] && one.labels[0].getBoundingClientRect();
    const height = Math.max(box.height, label && label.top < box.bottom && label.bottom > box.top ? label.height : 0);
    return box.width > 1 && height < (doing(one) ? leastToDo : least) - 0.5;
}).map(one => Math.round(one.getBoundingClientRect().height) + " px high: " + named(one));
}""".replace("%s", DOES)
)


def small_targets(page, within="body", *, phone):
    """Controls that stand alone and are lower than 24 px, or 44 on a phone; links within a sentence may be."""
    return page.evaluate(TARGETS, [24, 44 if phone else 24, within])
