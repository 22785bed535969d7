"""The house rule, read from the imports: they go down only (design, section 8); and what they need is written down."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent

MAY_IMPORT = {
    "nocturnes": set(),
    "messaging": {"nocturnes"},
    "museums": {"messaging", "nocturnes"},
    "volunteers": {"messaging", "nocturnes"},
    "shifts": {"museums", "volunteers", "messaging", "nocturnes"},
}
ROOF = {"nocturnes/urls.py", "nocturnes/settings.py"}


def modules(app):
    return sorted(path for path in (ROOT / app).rglob("*.py") if str(path.relative_to(ROOT)) not in ROOF)


def imported_apps(source):
    """Returns the apps of ours that a module imports, wherever in it: inside functions too, and by name for Django."""
    yield from imported(source)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in BY_NAME:
            yield from (text.split(".")[0] for text in texts(node.args))


def imported(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0]


BY_NAME = {"get_model", "import_module", "import_string", "signature", "send_task"}


def texts(nodes):
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_imports_go_down_only(app):
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(app)
        for name in imported_apps(path.read_text())
        if name in MAY_IMPORT.keys() - MAY_IMPORT[app] - {app}
    ]

    assert wrong == []


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_every_app_has_modules_to_read(app):
    assert len(modules(app)) > 3


def test_a_wrong_import_is_seen_wherever_it_hides():
    source = "def f():\n    from shifts.models import Post\n    apps.get_model('museums.Museum')\n"

    assert set(imported_apps(source)) == {"shifts", "museums"}


def test_tests_are_imported_by_nobody():
    wrong = [path for app in MAY_IMPORT for path in modules(app) if "tests" in set(imported_apps(path.read_text()))]

    assert wrong == []


def packages(requirements):
    """The packages of a requirement file, in the spelling of all their names: "icalendar", "django-htmx"."""
    lines = (ROOT / requirements).read_text().splitlines()
    return {spelt(re.split(r"[=\[;]", line)[0]) for line in lines if line[:1].isalpha()}


def spelt(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def not_required(folder, required):
    """What the modules of a folder import that comes from no package of `required`: elsewhere it may be missing."""
    ours, known = {*MAY_IMPORT, "tests", *sys.stdlib_module_names}, packages_distributions()
    names = {name for path in modules(folder) for name in imported(path.read_text())} - ours
    return sorted(name for name in names if required.isdisjoint(map(spelt, known.get(name, ()))))


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_what_the_product_imports_is_installed_by_make_run(app):
    # Texts are looked for by `make messages` alone.
    assert not_required(app, packages("requirements.txt") | {"babel"}) == []


def test_what_the_tests_import_is_installed_by_make_setup():
    assert not_required("tests", packages("requirements.txt") | packages("requirements-dev.txt")) == []
