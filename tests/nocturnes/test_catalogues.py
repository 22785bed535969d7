import os
from io import StringIO

import polib
import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed

from nocturnes import catalogues

pytestmark = pytest.mark.once


@pytest.fixture
def project(settings, tmp_path):
    """A small project with one template and one module; returns its folder."""
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        """{% load i18n %}
  <p title="{% translate "I can’t come" %}">{% blocktranslate trimmed with name=person.name %}
      Hello %{{ name }},
      welcome to L'Art
    {% endblocktranslate %}</p>
{% blocktranslate count n=places %}one place{% plural %}{{ n }} places{% endblocktranslate %}
 {{ _("from a filter")|title }} {% translate "May" context "month" %}
{# a comment that is no text #}"""
    )
    (tmp_path / "templates" / "code.py").write_text(
        "from django.utils.translation import gettext as _, ngettext, pgettext_lazy\n"
        'ONE = _("Hello {first}") + pgettext_lazy("verb", "May")\n'
        'TWO = ngettext("%(n)s evening", "%(n)s evenings", 2)\n'
        'THREE = _("two "\n          "lines")\n'
    )
    return tmp_path


EXPECTED = {
    (None, "I can’t come"),
    (None, "Hello %%%(name)s, welcome to L'Art"),
    (None, "one place"),
    (None, "from a filter"),
    ("month", "May"),
    ("verb", "May"),
    (None, "Hello {first}"),
    (None, "%(n)s evening"),
    (None, "two lines"),
}


def fill(language, texts):
    path = catalogues.path_of(language)
    catalogue = polib.pofile(str(path), wrapwidth=110)
    for entry in catalogue:
        if entry.msgid_plural:
            entry.msgstr_plural = texts.get(entry.msgid, {0: f"x {entry.msgid}", 1: f"x {entry.msgid_plural}"})
        else:
            entry.msgstr = texts.get(entry.msgid, f"x {entry.msgid}")
    path.write_text(str(catalogue), encoding="utf-8")


def fill_both(texts=()):
    call_command("messages", stdout=StringIO())
    for language in ("fr", "nl"):
        fill(language, dict(texts))


def check():
    call_command("messages", check=True, stdout=StringIO())


def test_every_text_of_templates_and_modules_is_found(project):
    found = catalogues.extract()

    assert set(found) == EXPECTED
    assert found[(None, "one place")].msgid_plural == "%(n)s places"
    assert found[(None, "Hello {first}")].flags == ["python-brace-format"]
    assert found[(None, "I can’t come")].occurrences == [("templates/page.html", "")]


def test_a_full_catalogue_passes_and_reaches_the_page(project):
    fill_both()

    check()

    assert catalogues.compile_all() == 2
    compiled = polib.mofile(str(project / "locale" / "fr" / "LC_MESSAGES" / "django.mo"))
    assert compiled.find("May", msgctxt="verb").msgstr == "x May"
    for language in ("fr", "nl"):
        # Not of the tick of the clock in which it was compiled, where neither form would be the newer one.
        os.utime(catalogues.path_of(language), (0, 0))
    assert catalogues.compile_all() == 0


def test_a_process_that_spoke_before_compiling_speaks_the_language_afterwards(project):
    fill_both()
    compiled = project / "locale" / "fr" / "LC_MESSAGES" / "django.mo"
    compiled.unlink(missing_ok=True)
    translation_file_changed(None, compiled)
    with translation.override("fr"):
        before = translation.gettext("from a filter")

    catalogues.compile_all()

    with translation.override("fr"):
        assert (before, translation.gettext("from a filter")) == ("from a filter", "x from a filter")
    translation_file_changed(None, compiled)


def test_known_translations_stay_and_obsolete_ones_go(project):
    fill_both({"from a filter": "d’un filtre"})
    page = project / "templates" / "page.html"
    page.write_text(page.read_text().replace("I can’t come", "I cannot come"))

    call_command("messages", stdout=StringIO())

    texts = {entry.msgid: entry.msgstr for entry in polib.pofile(str(catalogues.path_of("fr")))}
    assert texts["from a filter"] == "d’un filtre"
    assert texts["I cannot come"] == ""
    assert "I can’t come" not in texts


def test_a_second_run_changes_nothing(project):
    fill_both()
    before = catalogues.path_of("nl").read_text()

    call_command("messages", stdout=StringIO())

    assert catalogues.path_of("nl").read_text() == before


@pytest.mark.parametrize(
    ("msgid", "text", "says"),
    [
        ("two lines", "", "untranslated: 'two lines'"),
        ("one place", {0: "une place", 1: ""}, "untranslated: 'one place'"),
        ("Hello {first}", "Bonjour {prenom}", "placeholders differ: 'Hello {first}'"),
        ("one place", {0: "une place", 1: "des places"}, "placeholders differ: 'one place'"),
        ("%(n)s evening", {0: "une soirée", 1: "%(n)s soirées à 50 %"}, "a % that is no placeholder"),
    ],
)
def test_an_entry_that_may_not_be_published_fails_the_check(project, msgid, text, says):
    fill_both({msgid: text})

    with pytest.raises(CommandError) as refusal:
        check()

    lines = str(refusal.value).splitlines()
    assert len(lines) == 2
    assert all(says in line for line in lines)


def test_the_singular_may_leave_the_number_out(project):
    fill_both({"%(n)s evening": {0: "une soirée", 1: "%(n)s soirées"}})

    check()


def test_a_fuzzy_entry_fails_the_check(project):
    fill_both()
    path = catalogues.path_of("nl")
    catalogue = polib.pofile(str(path), wrapwidth=110)
    catalogue.find("two lines").flags.append("fuzzy")
    path.write_text(str(catalogue), encoding="utf-8")

    with pytest.raises(CommandError, match="nl: fuzzy: 'two lines'"):
        check()


def test_a_text_that_is_in_no_catalogue_fails_the_check(project):
    fill_both()
    (project / "templates" / "new.html").write_text("{% load i18n %}{% translate 'new' %}")

    with pytest.raises(CommandError, match="fr: the catalogue is stale"):
        check()
