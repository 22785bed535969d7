"""The stylesheets of every page, and the one file that they become when static files are collected.

A browser then waits for one answer and keeps it for all pages. Where static files are not collected (in development, in
tests) pages name the single files.
"""

import re

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Of those that say the same thing of an element, the later one wins.
SHEETS = [
    "css/tokens.css",
    "css/ground.css",
    "css/frame.css",
    "css/parts.css",
    "css/forms.css",
    "css/work.css",
    "css/people.css",
    "css/public.css",
    "css/records.css",
    "css/planning.css",
    "css/changes.css",
    "css/search.css",
    "css/agreements.css",
    "css/volunteer.css",
    "css/newcomer.css",
]
# In the folder of the others, so that what they refer to is found from here as well.
ALL = "css/all.css"
COMMENT = re.compile(rb"/\*.*?\*/\s*", re.DOTALL)


class Storage(CompressedManifestStaticFilesStorage):
    """Collected files: compressed, named by their content, and the stylesheets in one more file."""

    def post_process(self, paths, dry_run=False, **options):
        if not dry_run:
            self.delete(ALL)
            self.save(ALL, ContentFile(COMMENT.sub(b"", b"\n".join(map(self._content, SHEETS)))))
            paths = {**paths, ALL: (self, ALL)}
        yield from super().post_process(paths, dry_run, **options)

    def _content(self, name):
        with self.open(name) as file:
            return file.read()


def sheets() -> list[str]:
    """The names of the static files that make the look of a page."""
    collected = getattr(staticfiles_storage, "hashed_files", {})
    return SHEETS if settings.DEBUG or ALL not in collected else [ALL]
