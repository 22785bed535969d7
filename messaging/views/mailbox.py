"""The mailbox of a rehearsal: every mail that was "sent", for everybody who tries the product (design.md 7)."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from messaging.actions import rendering
from messaging.models import Message
from nocturnes.access import rehearsal_only

A_PAGE = 30


def _mails():
    return Message.objects.exclude(sent_at=None).select_related("user").order_by("-sent_at", "-pk")


@require_GET
@rehearsal_only
def mailbox(request):
    """Newest first; `?to=` keeps one receiver's."""
    to = request.GET.get("to", "").strip()[:254].replace("\x00", "")
    found = _mails()
    if to:
        found = found.filter(address__iexact=to) | found.filter(address="", user__email__iexact=to)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "messaging/mailbox.html", {"page": page, "to": to, "receivers": _receivers()})


def _receivers():
    pairs = _mails().order_by().values_list("address", "user__email").distinct()
    return sorted({address or email for address, email in pairs if address or email})


@require_GET
@rehearsal_only
@csp_update({"frame-src": [SELF]})
def mailbox_message(request, pk):
    """One mail: as a mail program shows it, in a frame of its own, and as plain text."""
    row = get_object_or_404(_mails(), pk=pk)
    edition = rendering.edition_of(row)
    with timezone.override(edition.zone if edition else None):
        return render(request, "messaging/mailbox_message.html", {"message": row, "edition": edition})


@require_GET
@rehearsal_only
def mailbox_file(request, pk, number):
    """One file that went with a mail, to be opened by the program that a mail would open it with."""
    row = get_object_or_404(_mails(), pk=pk)
    if number >= len(row.files):
        raise Http404
    name, content, mime_type = row.files[number]
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)}
    return HttpResponse(content, content_type=f"{mime_type}; charset=utf-8", headers=headers)


@require_GET
@rehearsal_only
@xframe_options_sameorigin
@csp(
    {
        "default-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "img-src": ["data:"],
        "base-uri": [NONE],
        "form-action": [NONE],
        "frame-ancestors": [SELF],
    }
)
def mailbox_html(request, pk):
    """The HTML of a mail, which carries its styles inline as mails must; its links open in the whole window."""
    row = get_object_or_404(_mails(), pk=pk)
    return HttpResponse(row.html.replace("<head>", '<head><base target="_top">', 1))
