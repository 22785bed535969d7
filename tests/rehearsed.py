"""A rehearsal of its own for a command that looks at pages: whatever the environment says is not read."""

import contextlib
import os
import tempfile


@contextlib.contextmanager
def rehearsal(name):
    """The bundled edition in a folder that is gone afterwards, on the product's own settings."""
    with tempfile.TemporaryDirectory(prefix=f"nocturnes-{name}-") as folder:
        _choose_data(folder)
        import django

        django.setup()
        _make_ready()
        yield


def _choose_data(folder):
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
    call_command("load_edition", verbosity=0)
