"""What the emails say, and that nothing else can get into them."""

import dataclasses
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesParser
from html.parser import HTMLParser
from uuid import UUID

import pytest

from adapters.email.render import DATE, FIELD, Renderer, UnusableFieldError
from adapters.email.wording import WORDINGS
from router.messages.notification import LINK_KINDS, Kind, Mail
from router.practice.email_addresses import MailAddress

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
ID = UUID("0195f2c0-0000-7000-8000-00000000abcd")
MAIL = Mail(ID, Kind.STAFF_DELIVERY, "ann@clinic.example", "https://portal.example/inbox?delivery=7&copy=1")
RENDERER = Renderer("no-reply@mail.example")


def parsed(mail: Mail = MAIL) -> EmailMessage:
    return message_from_bytes(RENDERER.render(mail, AT), policy=policy.default)


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


class Links(HTMLParser):
    """Collects the targets of links."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.append(dict(attrs)["href"])


@pytest.mark.parametrize("kind", Kind)
def test_it_is_what_the_email_package_would_make(kind: Kind) -> None:
    """Parsed, each header and part equals that of an EmailMessage built afresh from the same values."""
    sent = parsed(dataclasses.replace(MAIL, kind=kind))

    expected = EmailMessage(policy=policy.SMTP)
    expected["From"], expected["To"] = "no-reply@mail.example", "ann@clinic.example"
    expected["Subject"], expected["Date"] = WORDINGS[kind].subject, AT
    expected["Message-ID"] = f"<{ID}@mail.example>"
    expected["Auto-Submitted"], expected["X-Auto-Response-Suppress"] = "auto-generated", "All"
    expected.set_content(part(sent, "plain"))
    expected.add_alternative(part(sent, "html"), subtype="html")
    expected.set_boundary(sent.get_boundary() or "")
    again = message_from_bytes(expected.as_bytes(), policy=policy.default)

    assert [(name, str(value)) for name, value in sent.items()] == [(name, str(again[name])) for name in sent]
    assert len(sent) == len(again)
    assert [one.get_content_type() for one in sent.walk()] == [one.get_content_type() for one in again.walk()]
    assert part(sent, "plain") == part(again, "plain")
    assert part(sent, "html") == part(again, "html")
    assert not sent.defects


@pytest.mark.parametrize("kind", Kind)
def test_the_bytes_are_ready_for_data(kind: Kind) -> None:
    """ASCII, CRLF only, no line over the limit of RFC 5322, also with the longest link, and no field left open."""
    link = "https://portal.example/".ljust(900, "x")

    email = RENDERER.render(dataclasses.replace(MAIL, kind=kind, link=link), AT)

    assert email.isascii()
    assert email.endswith(b"\r\n")
    assert email.replace(b"\r\n", b"").count(b"\r") + email.replace(b"\r\n", b"").count(b"\n") == 0
    assert max(len(line) for line in email.split(b"\r\n")) <= 998
    assert not FIELD.search(email.decode())


@pytest.mark.parametrize(
    "kind", [kind for kind in Kind if kind not in LINK_KINDS | {Kind.PATIENT_REPLY, Kind.STAFF_OVERDUE}]
)
def test_what_is_urgent_says_so_in_its_subject_and_nowhere_else(kind: Kind) -> None:
    plain, urgent = (parsed(dataclasses.replace(MAIL, kind=kind, urgent=urgent)) for urgent in (False, True))
    assert urgent["Subject"] == f"Urgent: {plain['Subject']}"
    assert part(urgent, "plain") == part(plain, "plain")


def test_the_link_is_in_both_parts() -> None:
    links = Links()
    links.feed(part(parsed(), "html"))

    assert links.found == [MAIL.link]
    assert MAIL.link in part(parsed(), "plain").split()


def test_the_message_id_comes_from_the_notification_and_a_repeat_is_the_same_email() -> None:
    assert parsed()["Message-ID"] == f"<{ID}@mail.example>" == RENDERER.message_id(MAIL)
    assert Renderer("no-reply@mail.example").render(MAIL, AT) == RENDERER.render(MAIL, AT)


def test_the_date_is_the_one_given() -> None:
    assert parsed()["Date"].datetime == AT


def test_no_field_of_a_mail_could_hold_patient_data() -> None:
    """A canary: who adds a field to Mail must first show that it can't hold a name, a subject or a body."""
    assert {one.name: one.type for one in dataclasses.fields(Mail)} == {
        "notification": UUID,
        "kind": Kind,
        "recipient": str,
        "link": str,
        # Set by the portal administrator for all emails of the practice, before there is any message.
        "sender": str,
        "to_portal": bool,
        "urgent": bool,
        # Holds a token that is made of the notification's id and its recipient's address.
        "unsubscribe": str,
        # The practice's id, which an operator chose before there was any patient; no template shows it.
        "practice": str,
    }


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


@pytest.mark.parametrize("kind", [Kind.STAFF_DELIVERY, Kind.PATIENT_REPLY])
def test_the_subject_names_no_patient_practice_team_or_topic(kind: Kind) -> None:
    assert parsed(dataclasses.replace(MAIL, kind=kind))["Subject"] == "You have a new message"


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "ann",
        "@clinic.example",
        "ann@",
        "ann@clinic.example\r\nBcc: eve@evil.example",
        "ann@clinic.example\nBcc: eve@evil.example",
        "ann@clinic.example, eve@evil.example",
        "ann@clinic.example eve@evil.example",
        "ann@clinic.example\nx",
        '"a b"@clinic.example',
        "ann..b@clinic.example",
        ".ann@clinic.example",
        "ann@-clinic.example",
        "ann@clinic..example",
        "ann@eve@clinic.example",
        f"{'a' * 65}@clinic.example",
        f"ann@{'a' * 64}.example",
        f"ann@{'a.' * 130}example",
        "ann@clinic.example\u2028Bcc: eve",
        "ann\x00@clinic.example",
    ],
)
def test_an_address_that_is_no_plain_mailbox_is_refused(recipient: str) -> None:
    with pytest.raises(UnusableFieldError) as refused:
        RENDERER.render(dataclasses.replace(MAIL, recipient=recipient), AT)

    assert "ann" not in str(refused.value)


@pytest.mark.parametrize(
    ("recipient", "sent_to"),
    [
        ("ann@clinic.example;", "ann@clinic.example"),
        ("ann@clinic.example\n", "ann@clinic.example"),
        ("ann\u200b@clinic.example", "ann@clinic.example"),
        ("ann@clinic.example\x00", "ann@clinic.example"),
        ("Ann <ann@clinic.example>", "ann@clinic.example"),
        ("ann@clínic.example", "ann@xn--clnic-0sa.example"),
    ],
)
def test_an_address_that_was_stored_as_it_came_is_cleaned(recipient: str, sent_to: str) -> None:
    mail = dataclasses.replace(MAIL, recipient=recipient)

    assert parsed(mail)["To"] == sent_to
    assert RENDERER.letter(mail, AT)[0] == MailAddress(sent_to, utf8=False)


def test_an_address_outside_ascii_is_in_the_header_as_it_is() -> None:
    address, email = RENDERER.letter(dataclasses.replace(MAIL, recipient="jörg@clínic.example"), AT)

    assert address == MailAddress("jörg@xn--clnic-0sa.example", utf8=True)
    assert "To: jörg@xn--clnic-0sa.example\r\n".encode() in email


@pytest.mark.parametrize(
    ("mail_from", "header"),
    [
        ("Willow Creek <no-reply@mail.example>", "Willow Creek <no-reply@mail.example>"),
        ('"Creek, Willow" <no-reply@mail.example>', '"Creek, Willow" <no-reply@mail.example>'),
        ("Clínica Día <no-reply@mail.example>", "Clínica Día <no-reply@mail.example>"),
        ("<no-reply@mail.example>", "no-reply@mail.example"),
    ],
)
def test_the_sender_may_have_a_display_name(mail_from: str, header: str) -> None:
    renderer = Renderer(mail_from)
    email = renderer.render(MAIL, AT)

    assert renderer.sender == "no-reply@mail.example"
    assert email.isascii()
    assert str(BytesParser(policy=policy.default).parsebytes(email)["From"]) == header
    assert renderer.message_id(MAIL).endswith("@mail.example>")


@pytest.mark.parametrize(
    "recipient",
    ["a@localhost", "o'brien+x@clinic.example", "a.b_c-d@mail-1.clinic.example", "link-7f3a-text@field.example"],
)
def test_a_plain_mailbox_is_put_in_as_it_is(recipient: str) -> None:
    assert parsed(dataclasses.replace(MAIL, recipient=recipient))["To"] == recipient


@pytest.mark.parametrize(
    "link",
    [
        "",
        "javascript:alert(1)",
        "portal.example",
        "https://portal.example/\r\n.\r\n",
        "https://portal.example/ x",
        "https://portal.example/\x00",
        'https://portal.example/"onclick="x',
        "https://portal.example/<b>",
        "https://portal.example/é",
        "https://portal.example/" + "x" * 900,
        "https://portal.example/" + "&" * 200,
    ],
)
def test_a_link_that_could_break_the_email_is_refused(link: str) -> None:
    with pytest.raises(UnusableFieldError, match="link"):
        RENDERER.render(dataclasses.replace(MAIL, link=link), AT)


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "no-reply",
        "a@b.example\r\nBcc: c@d.example",
        "A <a@b.example",
        "é@b.example",
        "A\x00 <a@b.example>",
        "x" * 79 + "<a@b.example>",
    ],
)
def test_a_sender_that_is_no_plain_mailbox_is_refused_at_once(sender: str) -> None:
    with pytest.raises(ValueError, match="MAIL_FROM"):
        Renderer(sender)


def test_a_field_looks_like_no_date_of_today() -> None:
    assert DATE not in RENDERER.render(MAIL, AT).decode()


def test_an_email_does_not_say_which_practice_it_is_of() -> None:
    """It only tells the sender whose emails a mail server refuses."""
    assert RENDERER.render(dataclasses.replace(MAIL, practice="canary-7f3a"), AT) == RENDERER.render(MAIL, AT)
