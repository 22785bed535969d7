"""The house rule, read from the imports: they go down only (design, section 8)."""

import ast
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
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in BY_NAME:
            yield from (text.split(".")[0] for text in texts(node.args))


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
