from django.core.management.base import BaseCommand, CommandError

from nocturnes import catalogues


class Command(BaseCommand):
    help = "Brings the catalogues in locale/ up to date with the texts in the sources."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="Write nothing; fail on what is stale or untranslated."
        )
        parser.add_argument("--compile", action="store_true", help="Only compile what the catalogues say now.")

    def handle(self, **options):
        if options["compile"]:
            self.stdout.write(f"{catalogues.compile_all()} catalogues compiled.")
            return
        found = catalogues.extract()
        merged = {language: catalogues.merged(language, found) for language in catalogues.PLURAL_FORMS}
        if options["check"]:
            self.check_all(merged)
            return
        for language, catalogue in merged.items():
            catalogues.write(language, catalogue)
            left = sum(1 for entry in catalogue if catalogues.problem_of(entry))
            self.stdout.write(f"{language}: {len(catalogue)} texts, {left} to translate.")
        catalogues.compile_all()

    def check_all(self, merged):
        lines = [line for language, catalogue in merged.items() for line in catalogues.problems(language, catalogue)]
        if lines:
            raise CommandError("\n".join(lines))
        self.stdout.write("Every text is translated.")
