"""The stylesheets, and what they become when static files are collected.

One file with all of them, for a coordinator's desk, and a smaller one for the face that everybody else sees: a browser
waits for one answer and keeps it for all pages. Where static files are not collected (in development, in tests) pages
name the single files.
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
    "css/museum.css",
    "css/newcomer.css",
]
# What only a coordinator's pages, and a rehearsal's, have; a phone at a tram stop is spared them.
DESK = {
    "css/work.css",
    "css/people.css",
    "css/records.css",
    "css/planning.css",
    "css/changes.css",
    "css/search.css",
    "css/newcomer.css",
}
# In the folder of the others, so that what they refer to is found from here as well.
JOINED = {
    "all": ("css/all.css", SHEETS),
    "face": ("css/face.css", [name for name in SHEETS if name not in DESK]),
}
COMMENT = re.compile(rb"/\*.*?\*/\s*", re.DOTALL)


class Storage(CompressedManifestStaticFilesStorage):
    """Collected files: compressed, named by their content, and the stylesheets in one more file."""

    def post_process(self, paths, dry_run=False, **options):
        if not dry_run:
            for name, parts in JOINED.values():
                self.delete(name)
                self.save(name, ContentFile(COMMENT.sub(b"", b"\n".join(map(self._content, parts)))))
                paths = {**paths, name: (self, name)}
        yield from super().post_process(paths, dry_run, **options)

    def _content(self, name):
        with self.open(name) as file:
            return file.read()


def sheets(which: str) -> list[str]:
    """The names of the static files that make the look of a page; `which` is "all" or "face"."""
    name, parts = JOINED[which]
    collected = getattr(staticfiles_storage, "hashed_files", {})
    return parts if settings.DEBUG or name not in collected else [name]
