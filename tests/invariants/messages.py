"""3.3, 3.7, 3.9: one end a message, in its time, nothing that surprises, and to museums no more than they may know."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from messaging.models import Message
from museums.models import Contact
from nocturnes.models import Entry, Evening, User
from shifts.models import Assignment
from volunteers.models import Volunteer

from .privacy import People

# The defaults of design.md 3 and 6.
ZONE = ZoneInfo("Europe/Brussels")
UNDO = timedelta(minutes=2)
NOON = time(12)
# To who asked for it this moment, at whatever hour.
ASKED_FOR = {"sign_up", "sign_in_code", "already_registered"}
# What happens so near to an evening is told to who is on duty at whatever hour.
TO_THE_DESK, NEAR = {"withdrawn", "swap_waits", "reserve_given_back"}, timedelta(hours=48)


def ends(now):
    for message in Message.objects.filter(sent_at__isnull=False, skipped_at__isnull=False):
        yield f"message {message.pk} is sent and skipped"
    for message in Message.objects.filter(sent_at__lt=F("due")):
        yield f"message {message.pk} left before its time"
    for message in Message.objects.filter(sent_at__gt=now):
        yield f"message {message.pk} left in the future"
    for message in Message.objects.filter(failed_at__isnull=False):
        yield f"message {message.pk} ({message.kind}) failed: {message.reason}"
    waiting = Message.objects.filter(sent_at=None, skipped_at=None, failed_at=None, phoned_at=None, due__lt=now)
    for message in waiting.exclude(address="", user__email=None):
        yield f"message {message.pk} ({message.kind}) was due, and waits"


def hours():
    """What is not urgent keeps the quiet hours and Sundays; what is urgent is near."""
    for message in Message.objects.filter(sent_at__isnull=False).exclude(kind__in=ASKED_FOR):
        if _is_quiet(message.sent_at.astimezone(ZONE)) and not _is_near(message):
            yield f"message {message.pk} ({message.kind}) left in quiet hours"


def _is_quiet(local):
    return local.weekday() == 6 or not time(9) <= local.time() < time(20, 30)


def _is_near(message):
    if message.kind not in TO_THE_DESK and not message.facts.get("urgent"):
        return False
    evening = Evening.objects.get(pk=message.facts["evening"])
    begins = datetime.combine(evening.date, evening.edition.opens_at, tzinfo=ZONE)
    return begins - message.due < NEAR


def surprises():
    """What a coordinator's click causes waits, so that she can take it back."""
    desk = set(User.objects.filter(is_coordinator=True).values_list("pk", flat=True))
    planned = Entry.objects.filter(verb__in=["planned", "merged"], actor_kind="user", actor_id__in=desk)
    at = {entry.about_id: entry.at for entry in planned.filter(about_type="messaging.message").order_by("pk")}
    for message in Message.objects.filter(pk__in=at, sent_at__isnull=False):
        if message.sent_at < at[message.pk] + UNDO:
            yield f"message {message.pk} ({message.kind}) left before she could take it back"


def of_drafts():
    """A draft sends nothing."""
    drafts = {row.pk: row for row in Assignment.objects.filter(published_at=None).select_related("volunteer")}
    about = Message.objects.filter(about_type="shifts.assignment", about_id__in=drafts, sent_at__isnull=False)
    for message in about:
        if message.user_id == drafts[message.about_id].volunteer.user_id:
            yield f"somebody heard of the draft {message.about_id}"


def that_wait_in_vain():
    """What is to come reminds somebody of a place that is hers, and known."""
    hers = Assignment.objects.filter(cancelled_at=None, published_at__isnull=False).values("pk")
    waiting = Message.objects.filter(sent_at=None, skipped_at=None, failed_at=None, phoned_at=None)
    reminders = waiting.filter(kind__startswith="reminder_", about_type="shifts.assignment")
    for message in reminders.exclude(about_id__in=hers):
        yield f"message {message.pk} ({message.kind}) is to come, about assignment {message.about_id}: nobody's"


def that_say_too_much():
    """3.6: a museum reads first names and initials, numbers from noon to noon; of each other people read no more."""
    museums = set(Contact.objects.values_list("email", flat=True))
    desk = set(User.objects.filter(is_coordinator=True).values_list("pk", flat=True))
    own = {row.user_id: {row.last_name, row.user.email, row.phone} for row in Volunteer.objects.select_related("user")}
    people = People()
    # A form that is to be confirmed has an address alone: its writer is nobody yet.
    read = Q(user__isnull=False) | Q(address__in=museums)
    for message in Message.objects.filter(read, sent_at__isnull=False).exclude(user__in=desk):
        text = "\n".join([message.subject, message.text, message.html])
        said = people.names_in(text) - own.get(message.user_id, set())
        if message.address in museums and not _is_the_day(message):
            said |= people.phones_in(text)
        if said:
            yield f"message {message.pk} ({message.kind}) names somebody: {sorted(said)}"


def _is_the_day(message):
    evening = Evening.objects.get(pk=message.facts["evening"])
    noon = datetime.combine(evening.date, NOON, tzinfo=ZONE)
    return noon <= message.sent_at < noon + timedelta(days=1)
