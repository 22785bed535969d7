"""The product's own settings for a site that only the bench sees: what this installation is configured for is not read.

The command names the folder, the database and the mail server to the processes that it starts by BENCH_… variables.
"""

import atexit
import os
import shutil
import tempfile

OURS = "BENCH_DATA_DIR"
IGNORED = ["DEBUG", "REHEARSAL", "PORT", "REDIS_URL", "TRUSTED_ORIGINS", "HSTS_SECONDS", "SSL_REDIRECT"]
IGNORED += ["PROXY_SSL_HEADER", "PROXY_HOST_HEADER", "PROXY_COUNT", "LISTEN"]


def _data_folder():
    """Returns the folder that the command made, else makes it and removes it at the end."""
    if OURS not in os.environ:
        os.environ[OURS] = tempfile.mkdtemp(prefix="nocturnes-bench-")
        creator = os.getpid()
        atexit.register(lambda: os.getpid() == creator and shutil.rmtree(os.environ[OURS], ignore_errors=True))
    return os.environ[OURS]


for _name in IGNORED:
    os.environ.pop(_name, None)
os.environ |= {
    "DATA_DIR": _data_folder(),
    "DATABASE_URL": os.environ.get("BENCH_SITE_DATABASE_URL", ""),
    "EMAIL_URL": os.environ.get("BENCH_SITE_EMAIL_URL", "dummymail://"),
    "SECRET_KEY": "only-for-the-bench-and-not-a-secret-at-all",
    "ALLOWED_HOSTS": "127.0.0.1",
    "BASE_URL": "http://127.0.0.1",
    "DEFAULT_FROM_EMAIL": "Nocturnes <bench@example.org>",
}

from nocturnes.settings import *  # noqa: E402, F403
from nocturnes.settings import MIDDLEWARE  # noqa: E402

# Before all others, so that the queries of the session and of the user count too.
MIDDLEWARE = ["shifts.bench.counting.count_queries", *MIDDLEWARE]
# Who asks says where it comes from, as the proxy of an installation would.
ALLAUTH_TRUSTED_PROXY_COUNT = 1
