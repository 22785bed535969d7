"""One example row for each kind of message, made by the tests of the app that owns the kind.

`tests/<app>/examples_of_messages.py` registers them: `@example("offer")` above a plain function that makes the rows it
needs and returns the Message. The same name may have several examples; a kind that has none fails.
"""

from importlib import import_module
from importlib.util import find_spec

_examples = {}


def example(kind):
    """Registers the function below it as a maker of an example of `kind`."""

    def register(make):
        _examples.setdefault(kind, []).append(make)
        return make

    return register


def examples():
    """Returns {kind: [functions that make a Message]}, from every app."""
    for app in ("messaging", "museums", "volunteers", "shifts"):
        if find_spec(f"tests.{app}") and find_spec(f"tests.{app}.examples_of_messages"):
            import_module(f"tests.{app}.examples_of_messages")
    return _examples
