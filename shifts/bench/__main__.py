"""`python -m shifts.bench SIZE FILE SECONDS [thorough]`: what the command starts for each roster."""

import json
import sys
from pathlib import Path

import django

if __name__ == "__main__":
    django.setup()
    from shifts.bench import site
    from shifts.bench.load import NotServed
    from shifts.bench.measuring import measure

    size, file, seconds, *more = sys.argv[1:]
    try:
        found = measure(
            size,
            seconds=float(seconds),
            thorough="thorough" in more,
            say=lambda text: sys.stderr.write(f"{text}\n"),
        )
    except NotServed as error:
        sys.exit(f"{site.last_words()}\n{size}: {error}")
    Path(file).write_text(json.dumps(found))
