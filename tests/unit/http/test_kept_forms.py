"""What somebody types survives the end of their session: each form with a field for a text says how it is kept."""

import re
from pathlib import Path

import pytest

from adapters.http.pages.kit import render

TEMPLATES = sorted((Path(render.__file__).parents[1] / "templates").rglob("*.html"))
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
TEXT = re.compile(r"<textarea\b[^>]*>|parts\.area\((?:[^()]|\([^()]*\))*\)")
# The whole form is kept: in the tab, or as the portal's draft. The settings' own script keeps theirs.
WHOLE = re.compile(r'<form\b[^>]*(data-keep-form|data-draft|id="messaging")')
ALONE = re.compile(r"data-keep|keep=true|draft=|readonly")


def forms() -> list[tuple[str, str]]:
    found = [(path, form) for path in TEMPLATES for form in FORM.findall(path.read_text())]
    return [(f"{path.parent.name}/{path.name}", form) for path, form in found if TEXT.search(form)]


def test_forms_with_texts_are_found() -> None:
    assert len(forms()) >= 8


@pytest.mark.parametrize(("template", "form"), forms())
def test_each_text_is_kept(template: str, form: str) -> None:
    lost = [] if WHOLE.match(form) else [text for text in TEXT.findall(form) if not ALONE.search(text)]

    assert lost == [], template
