"""The tests' own watchfulness: without it a typing error in a template would show as an empty text."""

import logging

import pytest
from django.template import Context, Engine, Origin, Template
from django.template.context import make_context

from tests.conftest import ROOT, ErrorKeeper
from tests.strict_templates import Complaint, MissingVariable

pytestmark = pytest.mark.once

ENGINE = Engine(string_if_invalid=Complaint(), builtins=["django.templatetags.i18n"])


def render(source, ours=True, **context):
    folder = ROOT / "templates" if ours else ROOT / ".venv" / "site-packages"
    template = Template(source, origin=Origin(str(folder / "page.html")), engine=ENGINE)
    return template.render(make_context(context) if ours else Context(context))


@pytest.mark.parametrize(
    "source",
    [
        "{{ missing }}",
        "{{ person.missing }}",
        "{{ missing|upper }}",
        "{% for x in missing %}{% endfor %}",
        "{% with x=missing %}{% endwith %}",
        "{% blocktranslate %}Hello {{ missing }}{% endblocktranslate %}",
        "{% blocktranslate with x=missing %}Hello {{ x }}{% endblocktranslate %}",
    ],
)
def test_a_missing_variable_is_an_error(source):
    with pytest.raises(MissingVariable, match="missing"):
        render(source, person={"name": "Ana"})


def test_a_template_may_ask_whether_there_is_something():
    assert render("{% if missing %}a{% else %}b{% endif %}{{ missing|default:'c' }}") == "bc"


def test_what_is_there_is_shown_even_when_it_is_empty():
    assert render("[{{ a }}{% for x in b %}{% endfor %}{{ c }}]", a="", b=[], c=None) == "[None]"


def test_templates_of_installed_packages_stay_as_they_are():
    assert render("{{ missing }}{% for x in missing %}{% endfor %}", ours=False) == ""


def test_an_error_in_the_log_is_kept():
    keeper = ErrorKeeper()
    logger = logging.Logger("x")
    logger.addHandler(keeper)

    logger.warning("no")
    logger.error("yes %s", 1)

    assert keeper.lines == ["yes 1"]


@pytest.mark.logs_errors
def test_a_test_that_provokes_an_error_can_read_it(logged_errors):
    logging.getLogger("django.request").error("on purpose")

    assert logged_errors == ["on purpose"]
