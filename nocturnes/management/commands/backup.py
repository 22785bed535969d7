from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from nocturnes import backups


class Command(BaseCommand):
    help = "Writes a copy of the whole database to a new file. The site may go on meanwhile."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        try:
            backups.backup(file)
        except backups.BackupFailed as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{file}: {file.stat().st_size / 1024:,.0f} kB. It holds people's data: keep it safe.")
