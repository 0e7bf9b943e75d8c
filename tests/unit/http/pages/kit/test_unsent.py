"""Which texts of a form that was not taken are shown again, and which of its fields never are."""

import re
from pathlib import Path

import adapters.http.pages
from adapters.http.pages.kit.unsent import SECRETS, TEXTS

TEMPLATES = Path(adapters.http.pages.__file__).parent / "templates"
# A text area, or the macro that makes one; what is put together begins with what is quoted.
NAMED = re.compile(r'parts\.area\("([^"]+)"|<textarea[^>]* name="([^"{]+)"')

PASSWORD = re.compile(r'parts\.text\("([^"]+)"[^}]*kind="password"|<input[^>]* name="([^"]+)"[^>]* type="password"')


def _names(kind: re.Pattern[str]) -> set[str]:
    pairs = [pair for template in TEMPLATES.rglob("*.html") for pair in kind.findall(template.read_text())]
    return {name for pair in pairs for name in pair if name}


def test_every_text_area_of_the_pages_is_shown() -> None:
    names = _names(NAMED)

    assert {"body", "colleagues", "phrases."} <= names
    assert names <= set(TEXTS)


def test_every_field_for_a_password_is_a_secret() -> None:
    assert _names(PASSWORD) == SECRETS
