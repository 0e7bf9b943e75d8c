"""The patients' pages read at grade 8 or below (Flesch-Kincaid)."""

import re
from pathlib import Path

import pytest

from adapters.http.pages.kit.failures import FAILURES
from tests.readability import PLAIN_LANGUAGE, grade_of, paragraphs_of, sentences_of

TEMPLATES = Path(__file__).parents[5] / "adapters" / "http" / "pages" / "templates"
PORTAL = TEMPLATES / "portal"
# Of the pages for everybody, those that patients read where a form of theirs was not taken.
OF_ALL = [TEMPLATES / "kit" / name for name in ("refused.html", "unsent.html")]
COMMENT_OR_STATEMENT = re.compile(r"{#.*?#}|{%.*?%}", re.DOTALL)
VALUE = re.compile(r"{{.*?}}", re.DOTALL)


def _sentences_of_template(template: Path) -> list[str]:
    """Whole sentences in the template itself; each value that is filled in counts as one short word."""
    text = VALUE.sub("Pat", COMMENT_OR_STATEMENT.sub(" ", template.read_text(encoding="utf-8")))
    sentences = [sentence for paragraph in paragraphs_of(text) for sentence in sentences_of(paragraph)]
    return [sentence for sentence in sentences if sentence.endswith((".", "?", "!"))]


@pytest.mark.parametrize("template", [*sorted(PORTAL.glob("*.html")), *OF_ALL], ids=lambda template: template.stem)
def test_a_page_for_patients_is_easy_to_read(template: Path) -> None:
    sentences = _sentences_of_template(template)

    assert not sentences or grade_of(sentences) <= PLAIN_LANGUAGE


def test_what_patients_read_of_trouble_is_easy_to_read() -> None:
    sentences = [sentence for failure in FAILURES.values() for sentence in (failure.reason, f"{failure.first}.")]

    assert grade_of(sentences) <= PLAIN_LANGUAGE


def test_the_pages_hold_sentences() -> None:
    """Otherwise the test above would pass because it finds nothing to read."""
    assert len([one for template in PORTAL.glob("*.html") for one in _sentences_of_template(template)]) >= 10
