from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand

from nocturnes.serve.children import children
from nocturnes.serve.preparation import lock, prepare, try_port, verify
from nocturnes.serve.supervisor import Supervisor


class Command(BaseCommand):
    help = "Starts the web, the worker, beat and the embedded broker, keeps them running, and ends them together."

    def add_arguments(self, parser):
        parser.add_argument("--prepare", action="store_true", help="First bring database and static files up to date.")

    def handle(self, **options):
        try_port(settings.LISTEN, settings.PORT)
        held = lock(settings.VAR)
        if options["prepare"]:
            prepare(self.say)
        verify()
        supervisor = Supervisor(
            children(),
            say=self.say,
            folder=settings.BASE_DIR,
            address=f"{settings.BASE_URL}/",
            listen=(settings.LISTEN, settings.PORT),
            host=urlsplit(settings.BASE_URL).netloc,
            lock=held,
        )
        supervisor.run()

    def say(self, line):
        self.stdout.write(line)
        self.stdout.flush()
