"""Makes a missing variable in one of our own templates an error instead of an empty text.

Django's `string_if_invalid` cannot do it alone: installed packages rely on missing variables, a `{% for %}` over
nothing stays silent, and `{% blocktranslate %}` reads its variables by itself.
"""

import copy

from django.conf import settings
from django.template.base import FilterExpression, Parser, VariableDoesNotExist
from django.template.defaultfilters import default, default_if_none
from django.template.defaulttags import ForNode


class MissingVariable(AssertionError):
    """A template names a variable that its context does not have."""


class Complaint(str):
    """The value of `string_if_invalid`: empty for everybody, an error for `{% blocktranslate %}`."""

    def __contains__(self, text):
        return text == "%s"

    def __mod__(self, name):
        raise MissingVariable(f"a blocktranslate names {name!r}")


class StrictVariable:
    """Stands in for a template's Variable while it is resolved."""

    def __init__(self, variable, origin):
        self.variable = variable
        self.origin = origin

    def __str__(self):
        return str(self.variable)

    def resolve(self, context):
        try:
            return self.variable.resolve(context)
        except VariableDoesNotExist as error:
            raise MissingVariable(f"{self.origin}: {error}") from error


def is_ours(origin):
    """Tells whether a template lies in the project, not in an installed package."""
    name = str(getattr(origin, "name", ""))
    return name.startswith(str(settings.BASE_DIR)) and "site-packages" not in name


def has_default(expression):
    """Tells whether the template says itself what to show where there is nothing."""
    return any(function in (default, default_if_none) for function, _arguments in expression.filters)


class StrictExpression(FilterExpression):
    """Django's expression, which also knows whether a missing variable in it is an error."""

    __slots__ = ("of_loop", "strict")

    def __init__(self, token, parser):
        super().__init__(token, parser)
        self.of_loop = False
        self.strict = parser.origin if is_ours(parser.origin) and not has_default(self) else None

    def resolve(self, context, ignore_failures=False):
        if not self.strict or not self.is_var or (ignore_failures and not self.of_loop):
            return super().resolve(context, ignore_failures)
        plain = copy.copy(self)
        plain.strict, plain.var = None, StrictVariable(self.var, self.strict)
        return plain.resolve(context, ignore_failures)


def install():
    """Patches Django's template engine for the life of this process."""
    for_node = ForNode.__init__

    def note_loop(node, loopvars, sequence, *arguments, **keywords):
        if isinstance(sequence, StrictExpression):
            sequence.of_loop = True
        for_node(node, loopvars, sequence, *arguments, **keywords)

    Parser.compile_filter = lambda parser, token: StrictExpression(token, parser)
    ForNode.__init__ = note_loop
