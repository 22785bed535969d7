from datetime import UTC
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from nocturnes import backups, clock, installation
from nocturnes.serve.preparation import lock


class Command(BaseCommand):
    help = "Replaces the whole database by a copy that `backup` wrote. End the site first, on every machine."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="Do not ask.")

    def handle(self, *, file, yes, **options):
        with lock(settings.VAR):
            if not yes and input("This replaces everything in the database. Type yes to go on: ") != "yes":
                raise CommandError("Nothing was changed.")
            before = settings.VAR / f"before-restore-{clock.machine_now().astimezone(UTC):%Y%m%d-%H%M%S-%f}"
            try:
                backups.backup(before)
                backups.restore(file)
            except backups.BackupFailed as error:
                raise CommandError(str(error)) from None
            call_command("migrate", verbosity=0, interactive=False)
        self.stdout.write(f"Restored. What was there before is in {before}")
        self.stdout.write(
            "Messages that left after the copy was made are due again: the README says how to look at them first."
        )
        installation.verify()
