import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg2
from django.conf import settings
from django.core.management import BaseCommand, CommandError

from nocturnes.scratch.processes import NotThere
from shifts.bench import ground, report
from shifts.bench.definition import SIZES
from shifts.bench.mail import counting_server

USUAL = ["season", "big"]


class Command(BaseCommand):
    help = (
        "Measures the everyday pages over real HTTP, on a PostgreSQL database of its own that is dropped afterwards: "
        f"on the server that {ground.VARIABLE} names, else on one that is started for it. Takes five minutes."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--json", metavar="FILE", help="also write the figures to this file")
        parser.add_argument(
            "--size",
            action="append",
            choices=sorted(SIZES),
            help="only this roster; may be repeated (usual: season and big; what follows the pages is on the last one)",
        )

        parser.add_argument(
            "--seconds", type=float, default=5.0, help="how long a page is asked for, by one client and by eight"
        )

    def handle(self, *, json: str | None, size: list[str] | None, seconds: float, **options):
        sizes = size or USUAL
        found = {}
        try:
            with ground.server() as server, counting_server() as mail:
                for name in sizes:
                    found[name] = self.measure(name, server, mail.url, seconds, thorough=name == sizes[-1])
                mails = mail.received
        except NotThere as error:
            raise CommandError(f"{error} Or set {ground.VARIABLE}.") from None
        except psycopg2.OperationalError as error:
            raise CommandError(f"PostgreSQL at {ground.VARIABLE} cannot be used: {error}".strip()) from None
        result = report.as_json(found, thorough=sizes[-1])
        if json:
            self.write(Path(json), result)
        self.stdout.write("\n".join(report.lines(result, mails)))

    def measure(self, size: str, server: str, mail: str, seconds: float, *, thorough: bool) -> dict:
        """The figures of one roster, by a process over a database of its own."""
        with ground.database(server) as database, tempfile.TemporaryDirectory(prefix="nocturnes-bench-") as folder:
            result = Path(folder) / "result.json"
            command = [sys.executable, "-m", "shifts.bench", size, result, str(seconds)]
            command += ["thorough"] if thorough else []
            environment = os.environ | {
                "DJANGO_SETTINGS_MODULE": "shifts.bench.settings",
                "BENCH_DATA_DIR": folder,
                "BENCH_SITE_DATABASE_URL": database,
                "BENCH_SITE_EMAIL_URL": mail,
            }
            if subprocess.call(command, env=environment, cwd=settings.BASE_DIR):
                raise CommandError("The bench came to no end; what it said stands above.")
            return json.loads(result.read_text())

    def write(self, file: Path, result: dict):
        try:
            file.write_text(json.dumps(result, indent=1) + "\n")
        except OSError as error:
            raise CommandError(f"The figures cannot be written to {file}: {error.strerror}") from None
