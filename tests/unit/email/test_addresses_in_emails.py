"""Only plain mailboxes get into an email as its recipient and its sender, and only a plain link."""

import dataclasses
from email import policy
from email.parser import BytesParser

import pytest

from adapters.email.render import Renderer, UnusableFieldError
from router.practice.email_addresses import MailAddress
from tests.unit.email.rendered import AT, MAIL, RENDERER, parsed


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
