"""Which texts of a form are shown again when its session has ended."""

import re
from pathlib import Path

import adapters.http.pages
from adapters.http.pages.kit.unsent import TEXTS

TEMPLATES = Path(adapters.http.pages.__file__).parent / "templates"
# A text area, or the macro that makes one; what is put together begins with what is quoted.
NAMED = re.compile(r'parts\.area\("([^"]+)"|<textarea[^>]* name="([^"{]+)"')


def test_every_text_area_of_the_pages_is_shown() -> None:
    found = [
        name for template in TEMPLATES.rglob("*.html") for pair in NAMED.findall(template.read_text()) for name in pair
    ]
    names = {name for name in found if name}

    assert {"body", "colleagues", "phrases."} <= names
    assert names <= set(TEXTS)
