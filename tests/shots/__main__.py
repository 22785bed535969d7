"""`make shots`: a picture of every page in every language, two widths and both schemes, and a page to look through.

    python -m tests.shots [folder] [--only season,offer] [--languages fr,nl] [--axe] [--no-pictures]

Writes to var/shots, and needs a Chromium. Prints every page that is wider than its screen, that a browser complains
about, or, with --axe, in which axe finds a barrier; ends with 1 where there was one.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path


def main():
    options = _options()
    with tempfile.TemporaryDirectory(prefix="nocturnes-shots-") as folder:
        _choose_data(folder)
        import django

        django.setup()
        from tests.shots import walk

        _make_ready()
        found = walk.over_everything(options)
    for finding in found:
        print(finding)  # noqa: T201
    return 1 if found else 0


def _options():
    parser = argparse.ArgumentParser(prog="make shots", description="A picture of every page.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("var/shots"))
    parser.add_argument("--only", type=_words, default=(), help="names of pages, with commas between")
    parser.add_argument("--languages", type=_words, default=("fr", "nl", "en"))
    parser.add_argument("--axe", action="store_true", help="look for barriers on each of them")
    parser.add_argument("--no-pictures", dest="pictures", action="store_false")
    options = parser.parse_args()
    if options.pictures and not options.only:
        shutil.rmtree(options.folder, ignore_errors=True)
    options.folder.mkdir(parents=True, exist_ok=True)
    return options


def _words(text):
    return tuple(text.split(","))


def _choose_data(folder):
    """A rehearsal of its own; whatever the environment says is not read."""
    for name in ("DATABASE_URL", "REDIS_URL", "DEBUG", "BASE_URL", "PORT"):
        os.environ.pop(name, None)
    os.environ |= {
        "REHEARSAL": "1",
        "DATA_DIR": folder,
        "DJANGO_SETTINGS_MODULE": "nocturnes.settings",
        # Playwright runs a loop in this thread, where Django would refuse its database.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }


def _make_ready():
    from django.core.management import call_command

    from nocturnes import catalogues

    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    catalogues.compile_all()
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("load_edition")


if __name__ == "__main__":
    sys.exit(main())
