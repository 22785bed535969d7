"""The look as template tags: signs, states, windows, people, dates, and the parts built of them.

Tags take plain values (words, numbers, dates, lists of them) and never touch the database. What each draws, and how
to call it, is shown on the page of parts.

A list draws the same few signs hundreds of times, so what is drawn is kept, by all that it depends on: the reader's
language too.
"""

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from nocturnes.dates import date_format
from nocturnes.sheets import sheets, text

register = template.Library()

MOST_WINDOWS = 8

STATES = {
    "full": lambda n, what: pgettext("state", "full"),
    "short": lambda n, what: ngettext("%(n)s short", "%(n)s short", n) % {"n": n},
    "empty": lambda n, what: pgettext("state", "empty"),
    "unconfirmed": lambda n, what: (
        ngettext("%(n)s to confirm", "%(n)s to confirm", n) % {"n": n} if n else pgettext("state", "to confirm")
    ),
    "confirmed": lambda n, what: pgettext("state", "confirmed"),
    "searching": lambda n, what: ngettext("looking for %(n)s", "looking for %(n)s", n) % {"n": n},
    "called_off": lambda n, what: pgettext("state", "called off"),
    "no_language": lambda n, what: _("no %(language)s") % {"language": what},
    "draft": lambda n, what: pgettext("state", "draft"),
    "reserve": lambda n, what: pgettext("state", "on call"),
    "to_welcome": lambda n, what: ngettext("%(n)s to welcome", "%(n)s to welcome", n) % {"n": n},
    "warned": lambda n, what: pgettext("state", "take care"),
    "past": lambda n, what: pgettext("state", "past"),
    "todo": lambda n, what: pgettext("state", "to do"),
    "now": lambda n, what: pgettext("state", "under way"),
    "refused": lambda n, what: pgettext("state", "not that evening"),
    "waiting": lambda n, what: pgettext("state", "to come"),
    "sent": lambda n, what: pgettext("state", "sent"),
    "skipped": lambda n, what: pgettext("state", "not sent"),
    "failed": lambda n, what: pgettext("state", "failed"),
    "arrived": lambda n, what: pgettext("state", "here"),
    "absent": lambda n, what: pgettext("state", "not here"),
}

# States that are drawn with the sign, and in the colour, of another.
DRAWN_AS = {
    "confirmed": ("full", "full"),
    "past": ("full", "full"),
    "sent": ("sent", "full"),
    "arrived": ("full", "full"),
    "now": ("short", "now"),
    "refused": ("called-off", "plain"),
    "absent": ("called-off", "plain"),
    "failed": ("warned", "warned"),
}

WINDOWS = {"confirmed", "unconfirmed", "open", "searched", "wanted", "draft", "called_off"}
PEOPLE = {"confirmed", "unconfirmed", "open", "you", "dim"}
CELLS = {"full", "short", "empty", "unconfirmed", "searching", "draft", "called_off"}


def dashed(name):
    return name.replace("_", "-")


@lru_cache(maxsize=256)
def drawn(symbol, css):
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>', css, static("img/icons.svg"), symbol
    )


@register.simple_tag
def icon(name):
    """An icon in the colour of the text, as in `{% icon "phone" %}`; a word always stands beside it."""
    return drawn(f"i-{name}", "i")


@register.simple_tag
def stylesheets(which="all"):
    """The links to the stylesheets: "all", or those of the "face" that volunteers, museums and the public see."""
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(name),) for name in sheets(which)))


@register.simple_tag(takes_context=True)
def face(context, which="face"):
    """The look of a page for everybody but coordinators, within it where static files are collected.

    `which` is "face" or "public". The content security policy knows this one element by its nonce.
    """
    css = text(which)
    if not css:
        return stylesheets(which)
    return format_html('<style nonce="{}">{}</style>', context["request"].csp_nonce, mark_safe(css))  # noqa: S308  (it is ours)


@register.simple_tag
def mark():
    """The museum front with its open door."""
    return drawn("mark", "mark")


@register.simple_tag
def state(kind, n=0, word="", language="", tag=False):
    """A state, shape and word: `{% state "short" 1 %}`; `word` replaces the usual word, `tag` gives it a ground."""
    # Escaped before it is compared: a text that is safe and one that is not may read the same.
    return _state(kind, n, conditional_escape(word), str(language), bool(tag), get_language())


@lru_cache(maxsize=1024)
def _state(kind, n, word, language, tag, _spoken):
    text = word or STATES[kind](n, language)
    sign, colour = DRAWN_AS.get(kind, (dashed(kind), dashed(kind)))
    css = f"state state--{colour} state--tag" if tag else f"state state--{colour}"
    return format_html('<span class="{}">{}<span>{}</span></span>', css, drawn(f"s-{sign}", "sign"), text)


@register.simple_tag
@lru_cache(maxsize=64)
def window(kind, size=""):
    """One place as a window; `size` is empty, "m" or "l". Decoration: the state beside it says the same in words."""
    if kind not in WINDOWS:
        raise template.TemplateSyntaxError(f"There is no window {kind!r}.")
    return drawn(f"w-{dashed(kind)}", f"win win--{size}" if size else "win")


@register.simple_tag
def windows(kinds, size="", most=MOST_WINDOWS):
    """The places of a post or an opening: `most` windows, then "+4"."""
    return _windows(tuple(kinds), size, most)


@lru_cache(maxsize=1024)
def _windows(kinds, size, most):
    shown = format_html_join("", "{}", ((window(kind, size),) for kind in kinds[:most]))
    rest = len(kinds) - most
    more = format_html('<span class="wins__more">+{}</span>', rest) if rest > 0 else ""
    return format_html('<span class="wins" aria-hidden="true">{}{}</span>', shown, more)


@register.simple_tag
def person(name="", kind="confirmed", note=""):
    """Somebody standing in a window, with her initial: `{% person "Lien D." %}`, `{% person kind="open" note=… %}`."""
    return format_html('<span class="face">{}<span>{}</span></span>', arch(name, kind), note or name)


@register.simple_tag
def arch(name="", kind="confirmed"):
    """Only the window of `person`, without the name."""
    if kind not in PEOPLE:
        raise template.TemplateSyntaxError(f"There is nobody {kind!r}.")
    return _arch(str(name)[:1], kind)


@lru_cache(maxsize=512)
def _arch(initial, kind):
    return format_html('<span class="arch arch--{}" aria-hidden="true">{}</span>', kind, initial)


@register.simple_tag
def tongues(languages):
    """Spoken languages in letters. Each is a code, or a thing with `short` and a name as its text."""
    return _tongues(tuple((getattr(one, "short", str(one).upper()), str(one)) for one in languages))


@lru_cache(maxsize=256)
def _tongues(pairs):
    marks = format_html_join("", '<abbr class="tongue" title="{1}">{0}</abbr>', pairs)
    return format_html('<span class="tongues">{}</span>', marks)


@register.simple_tag
def day(date, time="", lit=False):
    """A date as it is read, day and month on one line: "jeudi <b>26</b> mars", and ", 18:00" where `time` is given.

    `date` is a date of the edition's zone, `time` a time or a text. With `lit` the day's number takes the lamp. Its
    spaces do not break: where a style forbade it, browsers would leave the word before a date alone on its line.
    """
    number = format_html('<b class="lit">{}</b>' if lit else "<b>{}</b>", date_format(date, "j"))
    text = format_html("{}\xa0{}\xa0{}", date_format(date, "l"), number, date_format(date, "F"))
    if not time:
        return text
    hour = time if isinstance(time, str) else time.strftime("%H:%M")
    return format_html('{}, <span class="lit">{}</span>', text, hour)


@register.filter
def month(date):
    """The month under an arch: in full where it is short, else abbreviated."""
    return _month(date.replace(day=1), get_language())


@lru_cache(maxsize=128)
def _month(date, _spoken):
    full = date_format(date, "F")
    return full if len(full) <= len("avril") else date_format(date, "N")


@register.filter
def brand(name):
    """The name of an edition, its year light."""
    words, _space, last = name.rpartition(" ")
    return format_html("{} <i>{}</i>", words, last) if words and last.isdigit() else name


@register.simple_tag(takes_context=True)
def nav_link(context, url_name, label, *args, count=0, also=""):
    """A link of the navigation, nothing where there is no such page. `also`: other URL names it stands for."""
    try:
        url = reverse(url_name, args=args)
    except NoReverseMatch:
        return ""
    match = context["request"].resolver_match
    here = match is not None and match.url_name in [url_name, *also.split()]
    current = format_html(' aria-current="{}"', "page") if here else ""
    badge = format_html(' <span class="count">{}</span>', count) if count else ""
    return format_html('<a href="{}"{}>{}{}</a>', url, current, label, badge)


@register.inclusion_tag("parts/_answer.html")
def answer(name, date, chosen="", errors=()):
    """An evening's line of the sign-up: three radios named `name`, of which `chosen` (yes, if_needed, no) is on."""
    return {"name": name, "date": date, "chosen": chosen or "", "errors": list(errors)}


@register.inclusion_tag("parts/_undo.html")
def undo_bar(text, seconds_left, seconds_whole, undo_url, send_now_url="", still=False, calls=0, calls_url=""):
    """The undo bar. `seconds_left` of `seconds_whole`, product time; `still` when that stands still (a rehearsal).

    Without `send_now_url` no message leaves, and the bar says so; `calls` of them wait for the coordinator's call.
    """
    seconds = max(0, int(seconds_left))
    return {
        "text": text,
        "seconds": seconds,
        "time_left": f"{seconds // 60}:{seconds % 60:02}",
        "total": seconds_whole,
        "gone": 100 - 100 * min(seconds, seconds_whole) // (seconds_whole or 1),
        "undo_url": undo_url,
        "send_now_url": send_now_url or "",
        "calls": calls,
        "calls_url": calls_url,
        "still": bool(still),
    }


@register.inclusion_tag("parts/_empty.html")
def empty(title, text="", url="", button=""):
    """Nothing here yet: what it means and, with `url` and `button`, what to do."""
    return {"title": title, "text": text, "url": url, "button": button}


@register.inclusion_tag("parts/_note.html")
def note(kind, text, title="", url="", link=""):
    """A banner: `kind` is info, success, warning or error; `title` stands first in bold, `link` leads to `url`."""
    signs = {"info": "info", "success": "check", "warning": "warn", "error": "warn"}
    return {"kind": kind, "sign": signs[kind], "text": text, "title": title, "url": url, "link": link}


@register.inclusion_tag("parts/_progress.html")
def progress(done, total, label, note="", steps=20):
    """A long work in windows: lit for what is done, half lit for what is in hand."""
    lit = steps * done // total if total else steps
    kinds = ["confirmed"] * lit + ["unconfirmed"] * (lit < steps) + ["wanted"] * (steps - lit - 1)
    return {"done": done, "total": total, "label": label, "note": note, "windows": kinds}
