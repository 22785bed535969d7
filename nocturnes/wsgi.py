"""The web application, for gunicorn or any other WSGI server."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nocturnes.settings")

application = get_wsgi_application()

# Only now can models be imported. A rehearsal never serves the real site's database, nor the other way round.
from nocturnes import installation  # noqa: E402

installation.stamp()

# What is loaded by now stays for good: the collector need not look at it again and again while it makes a page.
gc.collect()
gc.freeze()
