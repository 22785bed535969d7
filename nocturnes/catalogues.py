"""The texts of the product and their translations: found in the sources, merged, checked and compiled.

Needs no gettext programs: Babel reads Python, Django's own `templatize` turns templates into something Babel reads,
and polib reads and writes the catalogues.
"""

import io
import re
from pathlib import Path

import polib
from django.apps import apps
from django.conf import settings
from django.utils.translation.reloader import translation_file_changed
from django.utils.translation.template import templatize

# English is what the sources say, so it needs no catalogue.
PLURAL_FORMS = {"fr": "nplurals=2; plural=(n > 1);", "nl": "nplurals=2; plural=(n != 1);"}

PYTHON_KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


def source_files():
    """Returns the Python files and templates of our own apps, sorted, without migrations."""
    root = settings.BASE_DIR
    folders = sorted({Path(config.path) for config in apps.get_app_configs() if root in Path(config.path).parents})
    folders = [folder for folder in folders if ".venv" not in folder.parts]
    for folder in [*folders, root / "templates"]:
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".html", ".txt") and "migrations" not in path.parts:
                yield path


def extract():
    """Returns {(context, msgid): polib.POEntry without translation} for everything that the sources say."""
    found = {}
    for path in source_files():
        where = str(path.relative_to(settings.BASE_DIR))
        for context, msgid, plural, comments in texts_of(path):
            entry = found.setdefault((context, msgid), polib.POEntry(msgid=msgid, msgctxt=context))
            if plural:
                entry.msgid_plural = plural
            if (where, "") not in entry.occurrences:
                entry.occurrences.append((where, ""))
            for comment in comments:
                if comment not in entry.comment:
                    entry.comment = f"{entry.comment}\n{comment}".strip()
    for entry in found.values():
        entry.flags = format_flags(entry)
    return found


def texts_of(path):
    """Yields (context or None, msgid, plural or "", translator comments) for each text of one file."""
    from babel.messages.extract import extract as babel_extract

    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # The result is not quite Python: its lines are indented at will, which a tokeniser refuses.
        source = "\n".join(line.lstrip() for line in templatize(source, origin=str(path)).splitlines())
    messages = babel_extract(
        "python",
        io.BytesIO(source.encode()),
        PYTHON_KEYWORDS,
        comment_tags=("Translators:",),
        options={"encoding": "utf-8"},
    )
    for _line, message, comments, context in messages:
        msgid, plural = message if isinstance(message, tuple) else (message, "")
        if msgid:
            yield context, msgid, plural, comments


def format_flags(entry):
    """Returns the gettext flags that tell a translator's editor which placeholders to watch."""
    text = entry.msgid + entry.msgid_plural
    flags = []
    if re.search(r"%\(\w+\)[a-z]|%[sd]", text):
        flags.append("python-format")
    if re.search(r"\{\w*\}", text):
        flags.append("python-brace-format")
    return flags


def path_of(language):
    """Returns the path of a language's catalogue."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def merged(language, found):
    """Returns the catalogue of `language` for the extracted texts `found`: known translations kept, others empty."""
    path = path_of(language)
    known = {(old.msgctxt, old.msgid): old for old in polib.pofile(str(path))} if path.exists() else {}
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURAL_FORMS[language],
    }
    for key in sorted(found, key=lambda key: (key[1].casefold(), key[1], key[0] or "")):
        catalogue.append(translated(found[key], known.get(key)))
    return catalogue


def translated(new, old):
    """Returns a copy of entry `new` with the translation of `old`, where that still fits."""
    entry = polib.POEntry(
        msgid=new.msgid,
        msgid_plural=new.msgid_plural,
        msgctxt=new.msgctxt,
        comment=new.comment,
        occurrences=new.occurrences,
        flags=list(new.flags),
        tcomment=old.tcomment if old else "",
    )
    if new.msgid_plural:
        entry.msgstr_plural = {0: "", 1: ""}
        if old and old.msgid_plural:
            entry.msgstr_plural |= old.msgstr_plural
    elif old:
        entry.msgstr = old.msgstr
    if old and "fuzzy" in old.flags:
        entry.flags.append("fuzzy")
    return entry


def problems(language, catalogue):
    """Returns a sentence for each entry of a merged catalogue that may not be published."""
    path = path_of(language)
    found = []
    if not path.exists() or path.read_text(encoding="utf-8") != str(catalogue):
        found.append(f"{language}: the catalogue is stale; run `manage.py messages`.")
    for entry in catalogue:
        reason = problem_of(entry)
        if reason:
            found.append(f"{language}: {reason}: {entry.msgid!r}")
    return found


def problem_of(entry):
    """Returns what is wrong with an entry in a few words, or ""."""
    if "fuzzy" in entry.flags:
        return "fuzzy"
    texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if not all(texts):
        return "untranslated"
    last = placeholders(entry.msgid_plural or entry.msgid)
    # "One person" may leave the number out, so the singular may say less than the plural.
    if placeholders(texts[-1]) != last or not all(placeholders(text) <= last for text in texts):
        return "placeholders differ"
    if "python-format" in entry.flags and not all(formats(text) for text in texts):
        return "a % that is no placeholder"
    return ""


def placeholders(text):
    """Returns the set of placeholders of a text."""
    return set(PLACEHOLDER.findall(text.replace("%%", "")))


def formats(text):
    """Tells whether every % of a text starts a placeholder or is written twice."""
    return "%" not in PLACEHOLDER.sub("", text.replace("%%", ""))


def write(language, catalogue):
    """Writes a catalogue to its place."""
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(catalogue), encoding="utf-8")


def compile_all(folder=None):
    """Compiles each catalogue whose compiled form is missing or older; returns how many were compiled.

    Written beside and renamed, so that a process that starts meanwhile reads the old or the new form, never half. This
    process reads the new form too: a language that it used before is in its memory, even as "nothing is translated".
    """
    count = 0
    for source in sorted(Path(folder or settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
            continue
        fresh = target.with_suffix(".mo.new")
        polib.pofile(str(source)).save_as_mofile(str(fresh))
        fresh.replace(target)
        translation_file_changed(None, target)
        count += 1
    return count
