import json
from pathlib import Path

from django.core.management import BaseCommand, CommandError

from nocturnes.rules import RANKINGS, Rules
from shifts.simulation import drawing, report, trials
from shifts.simulation.assumptions import Assumptions
from shifts.simulation.measures import play_seasons
from shifts.simulation.playing import STRATEGIES, WAYS


class Command(BaseCommand):
    help = (
        "Plays seasons in memory, with made-up people, and compares the replacement search with other ways to fill a "
        "place: no database is read or written. A hundred seasons take some minutes."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--seasons", type=int, default=100, metavar="N", help="how many seasons (usual: 100)")
        parser.add_argument("--seed", type=int, default=1, help="of the first season; the others follow it")
        parser.add_argument("--json", metavar="FILE", help="also write the figures to this file")
        parser.add_argument("--svg", metavar="FILE", help="also draw them into this file")
        parser.add_argument("--preset", choices=RANKINGS, default=Rules.ranking, help="how the search ranks")
        parser.add_argument(
            "--strategy", action="append", choices=list(WAYS), help="only this one; may be repeated (usual: all)"
        )
        parser.add_argument("--trials", action="store_true", help="the search with other presets and paces instead")
        parser.add_argument("--sensitivity", action="store_true", help="the same with other people instead")

    def handle(self, *, seasons, seed, preset, strategy, **options):
        if seasons < 1:
            raise CommandError("Play at least one season.")
        self.seeds = range(seed, seed + seasons)
        self.stdout.write(f"{seasons} seasons, seeds {seed} to {seed + seasons - 1}; in brackets 95 % confidence.\n\n")
        if options["trials"]:
            return self.try_rules(strategy or ["search_alone"])
        if options["sensitivity"]:
            return self.try_people(strategy or [*STRATEGIES, "search_alone"], Rules(ranking=preset))
        found = self.play(strategy or [*WAYS], rules=Rules(ranking=preset))
        self.stdout.write("\n".join(report.lines(found)))
        if options["json"]:
            self.write(options["json"], json.dumps(report.as_json(found), indent=1) + "\n")
        if options["svg"]:
            self.write(options["svg"], drawing.draw(found))
        return None

    def play(self, ways, *, given=None, rules):
        return play_seasons(ways, seeds=self.seeds, given=given or Assumptions(), rules=rules)

    def try_rules(self, ways):
        self.stdout.write(report.trial_head(report.OF_RULES))
        for name, rules in trials.of_the_product().items():
            for way, outcomes in self.play(ways, rules=rules).items():
                self.stdout.write(report.trial_line(name, way, outcomes, report.OF_RULES))

    def try_people(self, ways, rules):
        self.stdout.write(report.trial_head(report.OF_PEOPLE))
        for name, given in trials.of_people().items():
            found = self.play(ways, given=given, rules=rules)
            for way, outcomes in found.items():
                self.stdout.write(report.trial_line(name, way, outcomes, report.OF_PEOPLE))
            self.stdout.write("\n".join(f"    {sentence}" for sentence in report.aims(found)))

    def write(self, file, text):
        try:
            Path(file).write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"The figures cannot be written to {file}: {error.strerror}") from None
