"""The stylesheets, and what they become when static files are collected.

One file with all of them for a coordinator's desk, which a browser keeps for the whole day. Everybody else comes to one
page, from a mail, on a phone: there the smaller stylesheet stands within the page, which is seen after one answer
instead of two. Where static files are not collected (in development, in tests) pages name the single files.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

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
# What somebody who only reads the public page and signs up never sees.
BEHIND_A_LINK = {"css/agreements.css", "css/volunteer.css", "css/museum.css"}
# In the folder of the others, so that what they refer to is found from here as well.
JOINED = {
    "all": ("css/all.css", SHEETS),
    "face": ("css/face.css", [name for name in SHEETS if name not in DESK]),
    "public": ("css/public-face.css", [name for name in SHEETS if name not in DESK | BEHIND_A_LINK]),
}
COMMENT = re.compile(rb"/\*.*?\*/\s*", re.DOTALL)
INDENTATION = re.compile(rb"\s*\n\s*")


class Storage(CompressedManifestStaticFilesStorage):
    """Collected files: compressed, named by their content, and the stylesheets in one more file."""

    def post_process(self, paths, dry_run=False, **options):
        if not dry_run:
            for name, parts in JOINED.values():
                self.delete(name)
                self.save(name, ContentFile(joined(map(self._content, parts))))
                paths = {**paths, name: (self, name)}
        yield from super().post_process(paths, dry_run, **options)

    def _content(self, name):
        with self.open(name) as file:
            return file.read()


def joined(contents: Iterable[bytes]) -> bytes:
    """Several stylesheets as one, without comments and indentation."""
    return INDENTATION.sub(b"\n", COMMENT.sub(b"", b"\n".join(contents)))


def sheets(which: str) -> list[str]:
    """The names of the static files that make the look of a page; `which` is "all", "face" or "public"."""
    name, parts = JOINED[which]
    return [name] if _is_collected(name) else parts


def text(which: str) -> str:
    """The same as one text to stand within a page, or nothing where static files are not collected."""
    name, _ = JOINED[which]
    return _read(staticfiles_storage.stored_name(name)) if _is_collected(name) else ""


def _is_collected(name):
    return not settings.DEBUG and name in getattr(staticfiles_storage, "hashed_files", {})


@lru_cache(maxsize=len(JOINED))
def _read(name):
    """What it refers to is named from its own folder; a page stands elsewhere."""
    with staticfiles_storage.open(name) as file:
        return file.read().decode().replace('url("../', f'url("{settings.STATIC_URL}')
