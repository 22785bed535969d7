#!/usr/bin/env python
"""Django's command line."""

import os
import sys

if __name__ == "__main__":
    # The bench brings a site of its own, and never looks at what this installation is configured for.
    own = "shifts.bench.settings" if sys.argv[1:2] == ["bench"] else "nocturnes.settings"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", own)
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # It is for the person who sets the variables, and says all of it: a traceback would only hide it.
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
