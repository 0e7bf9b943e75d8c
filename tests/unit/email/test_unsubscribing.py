"""How an email to a patient offers to turn off such emails."""

import dataclasses

import pytest

from adapters.email.render import UnusableFieldError
from router.messages.notification import Kind
from tests.unit.email.rendered import AT, MAIL, RENDERER, Links, parsed, part

LEAVE = "https://portal.example/care/unsubscribe?token=0195f2c0.c2lnbmVk_-x&y=1"
TO_A_PATIENT = dataclasses.replace(MAIL, kind=Kind.PATIENT_REPLY, unsubscribe=LEAVE)


def test_mail_programs_unsubscribe_with_one_click_over_tls() -> None:
    """RFC 8058, section 3.1: both headers, and one address over TLS."""
    sent = parsed(TO_A_PATIENT)

    assert (sent["List-Unsubscribe"], sent["List-Unsubscribe-Post"]) == (f"<{LEAVE}>", "List-Unsubscribe=One-Click")
    links = Links()
    links.feed(part(sent, "html"))
    assert links.found == [MAIL.link, LEAVE]
    assert LEAVE in part(sent, "plain").split()
    assert not sent.defects


def test_without_tls_the_header_leads_to_a_page_and_nothing_is_posted() -> None:
    sent = parsed(dataclasses.replace(TO_A_PATIENT, unsubscribe="http://127.0.0.1:8000/unsubscribe?token=x"))

    assert sent["List-Unsubscribe"] == "<http://127.0.0.1:8000/unsubscribe?token=x>"
    assert sent["List-Unsubscribe-Post"] is None


def test_the_address_to_unsubscribe_survives_a_text_that_is_quoted_printable() -> None:
    sent = parsed(dataclasses.replace(TO_A_PATIENT, sender="Clínica Söder"))

    assert sent["List-Unsubscribe"] == f"<{LEAVE}>"
    assert LEAVE in part(sent, "plain").split()


@pytest.mark.parametrize("sender", ["", "Clínica Söder"])
def test_with_the_longest_address_to_unsubscribe_no_line_is_too_long(sender: str) -> None:
    long = dataclasses.replace(TO_A_PATIENT, sender=sender, unsubscribe="https://portal.example/".ljust(900, "x"))

    email = RENDERER.render(long, AT)

    assert email.isascii()
    assert max(len(line) for line in email.split(b"\r\n")) <= 998


@pytest.mark.parametrize("address", ["mailto:x@y.example", "https://x.example/>", "https://x.example/\r\nBcc: a", "x"])
def test_no_other_address_to_unsubscribe_gets_into_a_header(address: str) -> None:
    with pytest.raises(UnusableFieldError):
        RENDERER.render(dataclasses.replace(TO_A_PATIENT, unsubscribe=address), AT)


def test_whoever_has_no_choice_is_offered_none() -> None:
    sent = parsed()

    assert {"List-Unsubscribe", "List-Unsubscribe-Post"}.isdisjoint(sent.keys())
    assert "nsubscribe" not in part(sent, "plain") + part(sent, "html")
    assert "Turn off" not in part(sent, "html")
