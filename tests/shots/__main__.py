"""`make shots`: a picture of every page in every language, two widths and both schemes, and a page to look through.

    python -m tests.shots [folder] [--only season,offer] [--languages fr,nl] [--axe] [--no-pictures]
    python -m tests.shots docs/shots --readme

Writes to var/shots, and needs a Chromium. The second takes the first screens that the README shows.
Prints every page that is wider than its screen, that a browser complains about, or, with --axe, in which axe finds a
barrier; ends with 1 where there was one.
"""

import argparse
import shutil
import sys
from pathlib import Path

from tests.rehearsed import rehearsal


def main():
    options = _options()
    with rehearsal("shots"):
        from tests.shots import walk

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
    parser.add_argument("--readme", action="store_true", help="only the first screens that the README shows")
    parser.add_argument("--no-pictures", dest="pictures", action="store_false")
    options = parser.parse_args()
    if options.pictures and not options.only and not options.readme:
        shutil.rmtree(options.folder, ignore_errors=True)
    options.folder.mkdir(parents=True, exist_ok=True)
    return options


def _words(text):
    return tuple(text.split(","))


if __name__ == "__main__":
    sys.exit(main())
