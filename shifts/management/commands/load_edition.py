from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Sum
from django.utils import timezone, translation

from messaging.models import Message
from museums.models import Opening
from nocturnes import clock
from shifts.loading import BUNDLED, Loaded, WrongRows, load
from shifts.models import Assignment, Post
from volunteers.models import Volunteer


class Command(BaseCommand):
    help = "Load an edition from a folder of CSV files: the Nocturnes of 2026, or FOLDER. Safe to run again."

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", type=Path, default=BUNDLED, help="default: the bundled edition")

    def handle(self, *args, folder, **options):
        try:
            # A command speaks English, the product's refusals too when they stand among its own sentences.
            with translation.override("en"):
                loaded = load(folder, rehearsal=settings.REHEARSAL)
        except WrongRows as wrong:
            rows = len(wrong.problems)
            raise CommandError(f"Nothing was loaded. {rows} wrong {'row' if rows == 1 else 'rows'}:\n{wrong}") from None
        for sentence in sentences(loaded):
            self.stdout.write(sentence)


def sentences(loaded: Loaded) -> list[str]:
    """What a load did, and what is there now, in sentences with the counts."""
    slug = loaded.edition.slug
    said = ["Added {languages} languages, {roles} roles, {museums} museums, {notices} notices.".format(**loaded.added)]
    if not loaded.new:
        said.append(f"The edition {slug} is already there: it was left as it is.")
    posts = Post.objects.filter(opening__evening__edition=loaded.edition)
    places = posts.aggregate(all=Sum("places"))["all"] or 0
    evenings = loaded.edition.evenings.count()
    openings = Opening.objects.filter(evening__edition=loaded.edition).count()
    said.append(f"{slug}: {evenings} evenings, {openings} openings, {posts.count()} posts with {places} places.")
    if not loaded.people:
        said.append("This is not a rehearsal: the made-up volunteers and their places were not loaded.")
        return said
    return [*said, *_people(loaded, places), _time(loaded, clock.now())]


def _people(loaded, places):
    volunteers = Volunteer.objects.filter(registrations__edition=loaded.edition)
    taken = Assignment.objects.active().filter(post__opening__evening__edition=loaded.edition)
    confirmed = taken.exclude(confirmed_at=None).count()
    part = round(100 * taken.count() / places) if places else 0
    messages = Message.objects.filter(facts__edition=loaded.edition.pk)
    sent, skipped = messages.exclude(sent_at=None).count(), messages.exclude(skipped_at=None).count()
    return [
        f"{volunteers.count()} volunteers, {volunteers.to_welcome().count()} of them to welcome.",
        f"{taken.count()} places assigned ({part} %), {confirmed} of them confirmed.",
        f"{sent} messages sent, {skipped} skipped, {messages.pending().count()} to come.",
    ]


def _time(loaded, now: datetime):
    return f"The rehearsal's clock stands at {timezone.localtime(now, loaded.edition.zone):%Y-%m-%d %H:%M}."
