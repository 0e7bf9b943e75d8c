"""Emails read at grade 8 or below (Flesch-Kincaid)."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from uuid import UUID

import pytest

from adapters.email.render import Renderer
from router.messages.notification import Kind, Mail
from tests.readability import PLAIN_LANGUAGE, grade_of, paragraphs_of, sentences_of

LINK = "https://portal.example/enter"
AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def _paragraphs_of_email(kind: Kind, part: str) -> list[str]:
    mail = Mail(UUID(int=7), kind, "ann@clinic.example", LINK)
    email = message_from_bytes(Renderer("no-reply@mail.example").render(mail, AT), policy=policy.default)
    body = email.get_body((part,))
    assert body is not None
    text = str(body.get_content())
    found = paragraphs_of(text) if part == "html" else [line for line in text.splitlines() if line.strip()]
    return [paragraph.replace(LINK, "").strip() for paragraph in found]


@pytest.mark.parametrize("part", ["plain", "html"])
@pytest.mark.parametrize("kind", Kind)
def test_an_email_is_easy_to_read(kind: Kind, part: str) -> None:
    paragraphs = _paragraphs_of_email(kind, part)
    sentences = [sentence for paragraph in paragraphs for sentence in sentences_of(paragraph)]

    assert len(sentences) > 6
    assert grade_of(sentences) <= PLAIN_LANGUAGE
    for paragraph in paragraphs:
        if len(paragraph.split()) > 8:
            assert grade_of(sentences_of(paragraph)) <= PLAIN_LANGUAGE, paragraph


def test_hard_text_is_recognised() -> None:
    hard = "Notwithstanding aforementioned considerations, administrative authorization necessitates verification."

    assert grade_of([hard]) > PLAIN_LANGUAGE
    assert grade_of(["You have a new message.", "Sign in to read it."]) < PLAIN_LANGUAGE
