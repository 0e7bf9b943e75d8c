"""Whom an email to a patient is from, and where it leads, as the practice has set it."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from uuid import UUID

import pytest

from adapters.email.render import Renderer
from router.messages.notification import Kind, Mail
from tests.readability import PLAIN_LANGUAGE, grade_of, sentences_of

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
LINK = "https://portal.example/in?clinic=7&lang=en"
MAIL = Mail(UUID(int=7), Kind.PATIENT_REPLY, "pat@home.example", LINK)
RENDERER = Renderer("Careroute <no-reply@mail.example>")


def parsed(mail: Mail) -> EmailMessage:
    email = RENDERER.render(mail, AT)
    assert email.isascii()
    assert max(len(line) for line in email.split(b"\r\n")) <= 998
    return message_from_bytes(email, policy=policy.default)


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize(
    "name", ["Willow", "Clínica Día", "诊所 😀", '"Willow, Dr." <evil@x.example>', "W" * 80, "😀" * 80]
)
def test_it_is_from_whom_the_practice_named(name: str) -> None:
    message = parsed(replace(MAIL, sender=name))

    # The newer parser puts spaces between encoded words, which RFC 2047, section 6.2, ignores.
    (header,) = (value for field, value in message.raw_items() if field == "From")
    decoded = str(make_header(decode_header(str(header))))
    assert parseaddr(decoded) == (name, "no-reply@mail.example")
    assert len(message["From"].addresses) == 1
    assert f"From: {name}" in part(message, "plain")
    assert LINK in part(message, "plain").split()
    assert 'href="https://portal.example/in?clinic=7&amp;lang=en"' in part(message, "html")
    assert not message.defects


@pytest.mark.parametrize(
    "name",
    [
        "link-7f3a-text",
        "to-7f3a@field.invalid",
        "Thu, 01 Jan 1970 00:00:00 +0000",
        "unsubscribe-7f3a-html",
        "date-7f3a",
    ],
)
def test_a_name_that_looks_like_a_placeholder_is_only_a_name(name: str) -> None:
    message = parsed(replace(MAIL, sender=name, unsubscribe="https://portal.example/unsubscribe?token=7"))

    assert message["From"].addresses[0].display_name == name
    assert f"From: {name}" in part(message, "plain")
    assert (message["To"], message["Date"]) == ("pat@home.example", "Wed, 04 Mar 2026 05:06:07 +0000")


def test_a_long_link_stays_whole_beside_a_name_in_any_script() -> None:
    link = "https://portal.example/".ljust(900, "=")

    assert link in part(parsed(replace(MAIL, sender="Clínica", link=link)), "plain").split()


def test_a_name_is_text_and_never_markup() -> None:
    html = part(parsed(replace(MAIL, sender="<b>Día</b>")), "html")

    assert "&lt;b&gt;Día&lt;/b&gt;" in html.replace("&#237;", "í")


def test_without_a_name_nobody_is_named() -> None:
    message = parsed(MAIL)

    assert str(message["From"]) == "Careroute <no-reply@mail.example>"
    assert "From:" not in part(message, "plain")


def test_without_a_portal_it_says_where_to_sign_in() -> None:
    assert "sign in to the patient portal on your practice's website" in part(parsed(MAIL), "plain")
    there = part(parsed(replace(MAIL, to_portal=True)), "plain")
    assert "website" not in there
    assert "Sign in to your portal:" in there


def test_only_emails_to_patients_change() -> None:
    staff = replace(MAIL, kind=Kind.STAFF_DELIVERY)

    assert part(parsed(replace(staff, to_portal=True)), "plain") == part(parsed(staff), "plain")


def test_the_email_that_leads_to_the_portal_is_easy_to_read() -> None:
    text = part(parsed(replace(MAIL, to_portal=True, sender="Willow")), "plain").replace(LINK, "")

    for paragraph in text.split("\n\n"):
        if len(paragraph.split()) > 8:
            assert grade_of(sentences_of(paragraph)) <= PLAIN_LANGUAGE, paragraph
