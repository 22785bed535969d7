"""Every page that somebody can open, from the table of doors: who sees it best, and its address in a language."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import translation

from nocturnes import links
from tests.every_state import STATES
from tests.test_doors import ABSENT, DONE, DOORS, OK, address

# Who sees most of a page, first.
WHO = ("lea", "museum_link", "link", "alice")
LANGUAGES = ("fr", "nl", "en")
# A page and its fragments that follow by themselves, files, and what answers a program: nobody reads them as a page.
NO_PAGES = {
    "healthz",
    "open_places_feed",
    "calendar",
    "mine_data",
    "invitation_qr",
    "mailbox_file",
    "search_live",
    "disruption_live",
    "manifest",
    "service_worker",
}
# By GET the question, by POST the deed.
QUESTIONS = {
    "assignment_record_withdrawal",
    "assignment_remove",
    "assignment_withdraw",
    "consent",
    "evening_call_off",
    "evenings_withdraw",
    "message_skip",
    "mine_withdraw",
    "opening_call_off",
    "person_block",
    "person_pause",
    "post_places",
    "sign_up_confirm",
}


@dataclass(frozen=True)
class Page:
    """`who` is "lea", "alice", "link", "museum_link" or "anonymous"; only the first two are signed in."""

    name: str
    who: str
    url: str


def names(*, rehearsal=False):
    """The doors that show a page by GET to somebody; those of a rehearsal only where that is asked for.

    The states of pages, which are many and like each other, are looked at where a rehearsal is.
    """
    found = [name for name, door in DOORS.items() if _shows(name, door, rehearsal)] + list(MORE)
    return list(dict.fromkeys(found + list(STATES))) if rehearsal else found


def _shows(name, door, rehearsal):
    if door.posts or name in NO_PAGES:
        return name in QUESTIONS
    return OK in door.expected.values() or (rehearsal and set(door.expected.values()) <= {ABSENT, None})


def page(name, world, language):
    """The page `name` of `world` in `language`."""
    with translation.override(language):
        if name in MORE or name in STATES:
            who, make = (MORE | STATES)[name]
            return Page(name, who, make(world))
        door = DOORS[name]
        who = viewer(door)
        return Page(name, who, address(world, name, door, who))


def viewer(door):
    """Who may see it; what everybody may see is seen by whom it is for, who has not signed in."""
    if door.expected.get("anonymous") in (OK, None, ABSENT) and "anonymous" in door.expected:
        return "anonymous"
    return next(who for who in WHO if door.expected.get(who) in (OK, DONE))


# What has no door of its own: empty lists, refusals, the pages of an evening that is a draft or over.
MORE = {
    "no_such_page": ("anonymous", lambda w: reverse("edition", args=["no-such-edition"])),
    "link_refused": ("anonymous", lambda w: reverse("assignment", args=["altered"])),
    "link_is_over": ("anonymous", lambda w: reverse("assignment", args=[_renewed(w)])),
    "forbidden": ("alice", lambda w: reverse("people", args=[w.edition.slug])),
    "evening_draft": ("lea", lambda w: reverse("evening", args=[w.edition.slug, w.draft.date])),
    "nobody_found": ("lea", lambda w: reverse("people", args=[w.edition.slug]) + "?q=zzzzz"),
    "no_message_found": ("lea", lambda w: reverse("message_list", args=[w.edition.slug]) + "?person=zzzzz"),
    "to_phone": ("lea", lambda w: reverse("message_list", args=[w.edition.slug]) + "?state=to-phone"),
    "passkeys": ("lea", lambda w: reverse("mfa_index")),
}

# What they answer, where it is not 200.
STATUS = {"no_such_page": 404, "link_refused": 404, "link_is_over": 410, "forbidden": 403}


def _renewed(w):
    """A link whose version is over."""
    older = type(w.hers)(pk=w.hers.pk, link_version=w.hers.link_version + 1)
    return links.token("assignment", older)
