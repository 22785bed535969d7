"""Why a message was not sent, or not yet: kept in the row in English, shown in the reader's language."""

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop

INACTIVE = gettext_noop("This person's account is closed.")
TOO_LATE = gettext_noop("It was too late to be of use.")
CANCELLED = gettext_noop("Cancelled by hand.")
REPLACED = gettext_noop("A newer message replaced it.")
CANNOT_WRITE = gettext_noop("The text could not be written; tell whoever looks after the site.")
REFUSED = gettext_noop("The mail server refuses this address.")
REFUSED_MAIL = gettext_noop("The mail server refuses this mail.")
TRYING_AGAIN = gettext_noop("The mail server did not take it yet; we keep trying.")
GAVE_UP = gettext_noop("The mail server did not take it for a whole day.")

# What follows this in a stored reason is the mail server's or the program's own words, which nobody translates.
DETAIL = " · "
LONGEST = 200


def stored(reason: str | Promise, detail: str = "") -> str:
    """The form in which `reason`, a sentence that is translated where it is shown, goes into the row."""
    with translation.override("en"):
        text = str(reason)
    return f"{text}{DETAIL}{' '.join(detail.split())}"[:LONGEST] if detail else text[:LONGEST]


def worded(text: str) -> str:
    """The stored reason `text` for a reader, in the language that is active."""
    sentence, separator, detail = text.partition(DETAIL)
    return (gettext(sentence) if sentence else "") + separator + detail
