"""`python -m tests.services COMMAND…` runs a command beside a PostgreSQL and a Valkey of its own."""

import os
import subprocess
import sys
import tempfile

from nocturnes.scratch.postgresql import postgresql
from nocturnes.scratch.processes import NotThere

from .valkey import valkey


def main(command):
    """Returns the command's exit status."""
    with (
        tempfile.TemporaryDirectory(prefix="nocturnes-services-") as folder,
        postgresql(folder) as database,
        valkey(folder) as broker,
    ):
        environment = os.environ | {"TEST_DATABASE_URL": database, "TEST_REDIS_URL": broker}
        try:
            return subprocess.call(command, env=environment)
        except KeyboardInterrupt:
            return 130


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except NotThere as error:
        sys.exit(str(error))
