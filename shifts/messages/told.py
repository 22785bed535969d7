"""What somebody knows of an assignment by the mails that left: she hears nothing twice, nor of the end alone.

What is published or assigned and taken back while its mail waits was never known.
"""

from datetime import datetime

from django.db.models import Q, QuerySet

from messaging.models import Message
from shifts.models import Assignment


def was_listed(assignment: Assignment) -> bool:
    """Whether the mail with all her evenings left after the assignment became hers to know, and so names it."""
    mails = _mails(assignment).filter(kind="published")
    return mails.filter(Q(sent_at__gt=assignment.published_at) | Q(phoned_at__gt=assignment.published_at)).exists()


def said_so(assignment: Assignment) -> bool:
    """Whether she took this place, or confirmed it, herself: she knows of it, whatever mail still waits.

    Of who was moved or put back the confirmation of her earlier place is kept, which is older.
    """
    how, at = assignment.confirmed_how, assignment.confirmed_at
    if how == Assignment.How.TOOK:
        return at == assignment.made_at
    return how in (Assignment.How.LINK, Assignment.How.SIGNED_IN) and at > assignment.made_at


def never_heard(assignment: Assignment, until: datetime | None = None) -> bool:
    """Whether `assignment` ended, or `until` came, while the mail that tells of it was still waiting.

    Somebody who confirmed it has seen it on her page.
    """
    until = until or assignment.cancelled_at
    if assignment.is_draft:
        return True
    if assignment.is_confirmed and assignment.confirmed_at <= until:
        return False
    known = assignment.published_at, until
    mails = _mails(assignment)
    if mails.filter(Q(sent_at__range=known) | Q(phoned_at__range=known)).exists():
        return False
    waited = mails.filter(created_at__lte=until)
    waited = waited.exclude(sent_at__lt=assignment.published_at).exclude(skipped_at__lt=assignment.published_at)
    return any(_tells_of(mail, assignment) for mail in waited)


def _mails(assignment) -> QuerySet[Message]:
    edition = assignment.post.opening.evening.edition
    mails = Message.objects.about(edition).filter(user=assignment.volunteer.user_id)
    return mails.filter(kind__in=("published", "changed"))


def _tells_of(mail, assignment):
    if mail.kind == "published":
        return assignment.post.opening.evening_id in mail.facts["items"]
    return {"assignment": assignment.pk, "what": "assigned"} in mail.facts["items"]
