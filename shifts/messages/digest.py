"""The kind of message that a coordinator gets on her working days: what happened, and what waits for her."""

from datetime import date, datetime, time, timedelta

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from messaging.kinds import Kind, register
from messaging.models import Message
from nocturnes import hours, links
from nocturnes.models import Edition
from shifts.actions import digest as planning
from shifts.pages import digest as pages

# Why a digest is not sent: kept in its row, shown on the coordinator's pages.
NO_COORDINATOR = _("This person does not coordinate any more.")
NO_WORKING_DAY = _("That is not a working day any more.")
NOTHING = _("Nothing happened, and nothing waits.")


def _edition(message) -> Edition:
    return Edition.objects.get(pk=message.about_id)


def _day(message) -> date:
    return date.fromisoformat(message.facts["day"])


def _read(message, now):
    edition = _edition(message)
    return pages.digest(edition, since=since(message, edition), now=now)


def since(message: Message, edition: Edition) -> datetime:
    """When her last digest left; of the first one, the working morning before it was planned."""
    hers = Message.objects.about(edition).filter(kind=message.kind, user=message.user_id).exclude(pk=message.pk)
    last = hers.aggregate(last=Max("sent_at"))["last"]
    return last or planning.latest_moment(edition, message.created_at) or message.created_at


def check_digest(message, now):
    if not message.user.is_coordinator:
        return NO_COORDINATOR
    if _day(message).weekday() not in _edition(message).rules.working_days:
        return NO_WORKING_DAY
    return NOTHING if _read(message, now).is_empty else None


def digest_context(message, now):
    edition = _edition(message)
    return {
        "digest": pages.digest(edition, since=since(message, edition), now=now),
        "day": _day(message),
        "link": links.absolute("season", message.language, edition.slug),
    }


def until_midnight(message: Message) -> datetime:
    """The end of its day: the next one tells what this one would have."""
    return hours.instant(_day(message) + timedelta(days=1), time(0), _edition(message).zone)


register(Kind(planning.KIND, _("Digest"), digest_context, check_digest, too_late=until_midnight))
