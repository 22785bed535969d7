"""The web application, for gunicorn or any other WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nocturnes.settings")

application = get_wsgi_application()

# Only now can models be imported. A rehearsal never serves the real site's database, nor the other way round.
from nocturnes import installation  # noqa: E402

installation.stamp()
