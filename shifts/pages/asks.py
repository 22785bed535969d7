"""How often somebody was asked in one edition, how often she said yes, and until when she wants no question."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Value

from messaging.models import Message
from nocturnes import hours
from nocturnes.prepared import Prepared
from shifts.models import Ask, Call, Offer
from volunteers.models import Registration, Volunteer

# Of an offer, and of a call.
YES = Offer.Answer.YES


@dataclass(frozen=True)
class Asks:
    """`times` counts our messages and the calls that she answered, `yes` the posts to which she said yes.

    `until` is the day from which she may be asked again, None where she may be now; `monday` is the next one,
    `tomorrow` the first day that she may name.
    """

    registration: Registration
    times: int
    yes: int
    until: date | None
    monday: date
    tomorrow: date

    @property
    def may_be_asked(self):
        return self.registration.may_be_asked

    @property
    def is_held(self):
        """Whether no search asks her now."""
        return self.until is not None or not self.may_be_asked


def asks(registration: Registration, *, now: datetime) -> Asks:
    """Of `registration`, which comes with its edition; one query."""
    rows = _asked(volunteer=registration.volunteer_id, edition=registration.edition_id)
    today = hours.local_day(now, registration.edition.zone)
    until = registration.no_asks_until
    return Asks(
        registration=registration,
        times=sum(how != "offered" for how, _post, _answer in rows),
        yes=len({post for _how, post, answer in rows if answer == YES}),
        until=until if until and until > today else None,
        monday=hours.next_monday(now, registration.edition.zone),
        tomorrow=today + timedelta(days=1),
    )


@Prepared
def _asked(volunteer, edition):
    """How she was asked (written, called), and the answer to each post (offered, called); a message that stayed at home
    asked nobody."""
    stayed = Message.objects.filter(about_type=Ask._meta.label_lower, about_id=OuterRef("pk"), kind="offer")
    stayed = stayed.filter(sent_at=None, phoned_at=None, skipped_at__isnull=False)
    written = Ask.objects.filter(~Exists(stayed), volunteer=volunteer, evening__edition=edition)
    offers = Offer.objects.filter(volunteer=volunteer, ask__evening__edition=edition, answer=YES)
    calls = Call.objects.filter(volunteer=volunteer, post__opening__evening__edition=edition)
    # Of a call that nobody took she knows nothing.
    calls = calls.exclude(answer=Call.Answer.NONE).annotate(how=Value("called"))
    rows = written.annotate(how=Value("written"), said=Value("")).order_by().values_list("how", "pk", "said")
    offers = offers.annotate(how=Value("offered")).order_by().values_list("how", "search__post_id", "answer")
    return rows.union(offers, calls.order_by().values_list("how", "post_id", "answer"), all=True)


def asks_of(volunteer: Volunteer, edition, *, now: datetime) -> Asks | None:
    """The same for who is registered in `edition`; None for who is not, or where there is no edition."""
    registration = volunteer.registrations.filter(edition=edition).select_related("edition").first()
    return asks(registration, now=now) if registration and edition else None
