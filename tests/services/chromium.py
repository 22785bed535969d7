"""The installed Chromium, driven by Playwright."""

import contextlib
import os
import shutil

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"

# No process of the browser's own may call home or ask for things while a story runs.
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
]


def path():
    """Returns the browser's path, or None."""
    found = [shutil.which(name) for name in NAMES] + [MAC if os.path.exists(MAC) else None]
    return next((name for name in found if name), None)


@contextlib.contextmanager
def chromium():
    """Runs the browser without a window; yields Playwright's Browser."""
    from playwright.sync_api import sync_playwright

    # The sandbox needs a user other than root.
    arguments = [*QUIET, "--no-sandbox"] if os.getuid() == 0 else QUIET
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path(), args=arguments)
        try:
            yield browser
        finally:
            browser.close()
