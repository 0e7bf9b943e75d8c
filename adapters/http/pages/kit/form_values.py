"""What stands in the fields of forms stays as it was written: a browser sends it back, and it is saved."""

import re
from collections.abc import Iterator

from jinja2 import Environment
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup, escape
from typing_extensions import override

FILTER = "as_written"
# Ends within what is sent back or read by scripts: a value, an attribute for scripts, or the text of a text area.
WITHIN_A_FIELD = re.compile(r"""(\s(value|data-[a-z-]+)="[^"]*|<textarea\b[^>]*>[^<]*)\Z""")
# Longer than any tag of a template.
REMEMBERED = 2_000


def as_written(value: object) -> Markup:
    """The value escaped and otherwise unchanged, also where it leaves a change of direction open."""
    return escape(value)


class FieldsAsWritten(Extension):
    """Applies `as_written` to each expression that stands in a field, so that no template has to remember it."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.filters[FILTER] = as_written

    @override
    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The tokens of a template: `value="{{ name }}"` becomes `value="{{ (name) | as_written }}"`."""
        html, within = "", False
        for token in stream:
            if token.type == "data":
                html = (html + token.value)[-REMEMBERED:]
            if token.type == "variable_begin":
                within = WITHIN_A_FIELD.search(html) is not None
            if within and token.type == "variable_end":
                yield Token(token.lineno, "rparen", ")")
                yield Token(token.lineno, "pipe", "|")
                yield Token(token.lineno, "name", FILTER)
            yield token
            if within and token.type == "variable_begin":
                yield Token(token.lineno, "lparen", "(")
