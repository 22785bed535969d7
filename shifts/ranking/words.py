"""The reasons of a rank in words, in the reader's language: about somebody for the coordinator, to her for herself."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from museums.words import the
from nocturnes.dates import date_format
from nocturnes.models import Language
from shifts.models import Post

from .eligibility import WARNINGS

# Nobody wants to read more than two reasons why she was thought of.
MOST_REASONS = 2
SIGNED = {"lsfb", "vgt"}

# What each criterion of the ranking is called on the page of the rules, with a sentence that says what it does.
RANKING_WORDS = {
    "language": (
        gettext_lazy("A language that is missing"),
        gettext_lazy("Whoever speaks a language that nobody there would speak otherwise comes first."),
    ),
    "role": (
        gettext_lazy("Chosen kind of work"),
        gettext_lazy("Whoever chose this kind of work when signing up comes first."),
    ),
    "museum": (
        gettext_lazy("Knows the museum"),
        gettext_lazy("Whoever says they know the museum, or helped there this season, comes first."),
    ),
    "answer": (
        gettext_lazy("Said yes for the evening"),
        gettext_lazy("Yes comes before “if needed”, which comes before who has not answered."),
    ),
    "evenings": (
        gettext_lazy("Few evenings so far"),
        gettext_lazy("Whoever has the fewest evenings this season comes first."),
    ),
    "asked": (
        gettext_lazy("Not asked for long"),
        gettext_lazy("Whoever was never asked, or the longest ago, comes first."),
    ),
    "absences": (
        gettext_lazy("Never missing"),
        gettext_lazy("Whoever was missing without a word this season comes later."),
    ),
    "said_yes": (
        gettext_lazy("Often says yes"),
        gettext_lazy("Whoever said yes to most of what we asked this season comes first."),
    ),
}
# The same for the three sets of numbers: what it is called, and for whom it is.
PRESET_WORDS = {
    "fill_first": (
        gettext_lazy("Fill the place first"),
        gettext_lazy("Asks first who most likely comes: said yes for that evening, often says yes, knows the place."),
    ),
    "fair": (
        gettext_lazy("Share fairly"),
        gettext_lazy("Asks first who has had the fewest evenings, and has not been asked for long."),
    ),
    "wishes": (
        gettext_lazy("Follow the wishes"),
        gettext_lazy("Asks first whom it suits: the kind of work they chose, a museum they know."),
    ),
}


def for_the_coordinator(reasons: Iterable, post: Post, languages: Mapping[str, Language]) -> str:
    """As in "Speaks Dutch, knows BELvue, 2 evenings": every reason, in the order that ranking used.

    `languages` are the rows by code (`Language.objects.in_bulk(field_name="code")`), read once for a page.
    """
    said = (_ABOUT_HER[code](facts, post, languages) for code, facts in reasons)
    return capfirst(", ".join(text for text in said if text))


def for_the_volunteer(
    reasons: Iterable, post: Post, languages: Mapping[str, Language], *, dressed: Callable[[str], str] = str
) -> str:
    """As in "We thought of you because you know BELvue and you speak Dutch.": what is kind to say, and no more.

    `dressed` is what each reason becomes in the sentence, on a page for instance bold.
    """
    # What she told us about the evening is the least surprising of them.
    kind = sorted((reason for reason in reasons if reason[0] in _TO_HER), key=lambda reason: reason[0] == "answer")
    said = (_TO_HER[code](facts, post, languages) for code, facts in kind)
    clauses = [text for text in said if text][:MOST_REASONS] or [_("you said that we may ask you")]
    because = pgettext("between two reasons", " and ").join(map(dressed, clauses))
    return _("We thought of you because %(reasons)s.") % {"reasons": because}


def warning_words(codes: Iterable[str]) -> str:
    """The rules that stand against somebody, as in "said no for that evening, not welcomed yet"."""
    return ", ".join(str(WARNINGS[code]) for code in codes)


def _speaks(facts, post, languages):
    return ", ".join(_("speaks %(language)s") % {"language": name} for name in _names(facts, languages))


def _names(facts, languages):
    return [languages[code].short if code in SIGNED else languages[code].name for code in facts["languages"]]


def _answer(facts, post, languages):
    return {
        "yes": _("said yes for that evening"),
        "if_needed": _("would come if needed"),
        "no": _("said no for that evening"),
        "": _("has not answered for that evening"),
    }[facts["answer"]]


def _evenings(facts, post, languages):
    if not facts["count"]:
        return _("no evening yet")
    return ngettext("%(count)d evening", "%(count)d evenings", facts["count"]) % facts


def _asked(facts, post, languages):
    if not facts["last"]:
        return _("not asked before")
    day = date_format(date.fromisoformat(facts["last"]), "j F")
    return _("last asked on %(date)s") % {"date": day}


def _said_yes(facts, post, languages):
    if not facts["yes"]:
        # Some of the asks may be too young to be answered.
        return _("%(asked)d asks, no yes yet") % facts
    words = ngettext("said yes to %(yes)d of %(asked)d ask", "said yes to %(yes)d of %(asked)d asks", facts["asked"])
    return words % facts


def _absences(facts, post, languages):
    return ngettext("missing once without a word", "missing %(count)d times without a word", facts["count"]) % facts


_ABOUT_HER = {
    "stands_by": lambda facts, post, languages: _("had said yes, stands by"),
    "on_call": lambda facts, post, languages: _("on call"),
    "language": _speaks,
    "role": lambda facts, post, languages: _("likes the role “%(role)s”") % {"role": post.role.name},
    "museum": lambda facts, post, languages: _("knows %(museum)s") % {"museum": post.opening.museum.short},
    "answer": _answer,
    "evenings": _evenings,
    "asked": _asked,
    "said_yes": _said_yes,
    "absences": _absences,
    "by_hand": lambda facts, post, languages: _("added by hand"),
}


def _you_speak(facts, post, languages):
    return _("you speak %(language)s") % {"language": _names(facts, languages)[0]}


def _you_answered(facts, post, languages):
    return {
        "yes": _("you said yes for that evening"),
        "if_needed": _("you offered to help if needed"),
    }.get(facts["answer"], "")


_TO_HER = {
    "stands_by": lambda facts, post, languages: _("you had already said yes"),
    "on_call": lambda facts, post, languages: _("you are on call that evening"),
    "language": _you_speak,
    "role": lambda facts, post, languages: _("you like the role “%(role)s”") % {"role": post.role.name},
    "museum": lambda facts, post, languages: _("you know %(museum)s") % {"museum": the(post.opening.museum)},
    "answer": _you_answered,
}
