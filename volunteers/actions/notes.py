"""What coordinators write down about somebody. She may ask for it, and finds it in her download (GDPR, article 15)."""

from datetime import datetime

from django.db import transaction

from nocturnes import history
from nocturnes.history import Actor
from volunteers.models import Note, Volunteer


@transaction.atomic
def write_note(volunteer: Volunteer, text: str, *, by: Actor, now: datetime) -> Note:
    """Keep `text` about `volunteer`. `by` is a signed-in user. The history says that a note was written, not what.

    A second click finds the note that the first one wrote.
    """
    Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.pk)
    latest = volunteer.notes.first()
    if latest and (latest.text, latest.written_by_id) == (text, by.id):
        return latest
    note = Note.objects.create(volunteer=volunteer, text=text, written_at=now, written_by_id=by.id)
    history.record("noted", volunteer, by=by, now=now, note=note.pk)
    return note


@transaction.atomic
def delete_note(note: Note, *, by: Actor, now: datetime) -> None:
    """Delete `note` for good; a second click finds nothing to delete."""
    deleted, _rows = Note.objects.filter(pk=note.pk).delete()
    if deleted:
        history.record("deleted_note", note.volunteer, by=by, now=now, note=note.pk)
