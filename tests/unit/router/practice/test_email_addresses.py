"""What an email address is, and what is cleaned off it."""

import pytest

from router.practice.email_addresses import (
    NEEDS_SMTPUTF8,
    NO_SUCH_DOMAIN,
    PLACEHOLDER,
    UNSEEN_DROPPED,
    WITHOUT_DOT,
    MailAddress,
    address_repairs,
    cleaned_address,
    doubt_about,
    mail_address,
)
from router.text.repair import Repair


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("d1@clinic.example", "d1@clinic.example"),
        (" d2@clinic.example;", "d2@clinic.example"),
        ("d3@clinic.example.", "d3@clinic.example"),
        ("d4\u200b@clinic.example\u00ad", "d4@clinic.example"),
        ("mailto:d5@clinic.example?subject=x", "d5@clinic.example"),
        ("MAILTO: d6@clinic.example", "d6@clinic.example"),
        ("Dr. Dee <d7@clinic.example>;", "d7@clinic.example"),
        ("&lt;d8@clinic.example&gt;", "d8@clinic.example"),
        ("o&#39;d9@clinic.example", "o'd9@clinic.example"),
        ("d&amp;10@clinic.example", "d&10@clinic.example"),
        ("'d11@clinic.example'", "d11@clinic.example"),
        ("d12@clinic.example\x07", "d12@clinic.example"),
        ("d13@clinic.example\x07;\x00", "d13@clinic.example"),
        ("\ufeffd14@clinic.\u200cexample", "d14@clinic.example"),
        ("jose\u0301@clinic.example", "jos\u00e9@clinic.example"),
        ("nobody", "nobody"),
        ("", ""),
    ],
)
def test_what_stands_around_an_address_goes(written, cleaned) -> None:
    assert cleaned_address(written) == cleaned
    assert cleaned_address(cleaned) == cleaned


@pytest.mark.parametrize(
    ("written", "cleaned", "repairs"),
    [
        ("o\x92brien@clinic.example", "o\u2019brien@clinic.example", [Repair.WINDOWS_1252.value]),
        ("o&#x92;brien@clinic.example", "o\u2019brien@clinic.example", []),
        ("no\x9al@clinic.example", "no\u0161l@clinic.example", [Repair.WINDOWS_1252.value]),
        ("o\x81brien@clinic.example", "o\x81brien@clinic.example", []),
        ("o\x19brien@clinic.example", "o\x19brien@clinic.example", []),
        ("\x00brien@clinic.example", "\x00brien@clinic.example", []),
        ("o\x85brien@clinic.example", "o brien@clinic.example", []),
        ("o\ud800brien@clinic.example", "o\ud800brien@clinic.example", []),
        ("o\u3164brien@clinic.example", "o\u3164brien@clinic.example", []),
        ("o\ufe0fbrien@clinic.example", "o\ufe0fbrien@clinic.example", []),
        ("o@\u0646\u200c\u0645.example", "o@\u0646\u200c\u0645.example", []),
        ("o\u200dbrien@clinic.example", "obrien@clinic.example", [UNSEEN_DROPPED]),
        ("o\u00ad\x92b@clinic.example", "o\u2019b@clinic.example", [Repair.WINDOWS_1252.value, UNSEEN_DROPPED]),
    ],
)
def test_no_address_becomes_another_mailbox(written, cleaned, repairs) -> None:
    """Only what nobody sees and can't be a part of an address goes; one with a letter that was lost is none."""
    assert cleaned_address(written) == cleaned
    assert list(address_repairs(written)) == repairs
    assert not cleaned.isascii() or repairs or mail_address(cleaned) is None
    assert mail_address(cleaned) is None or repairs == [UNSEEN_DROPPED] or doubt_about(cleaned) == NEEDS_SMTPUTF8


@pytest.mark.parametrize(
    ("address", "sent_to"),
    [
        ("a@x.example", MailAddress("a@x.example", utf8=False)),
        ("a@mailhost", MailAddress("a@mailhost", utf8=False)),
        ("a@clinic.local", MailAddress("a@clinic.local", utf8=False)),
        ("jo@m\u00fcnchen.example", MailAddress("jo@xn--mnchen-3ya.example", utf8=False)),
        ("jo@stra\u00dfe.example", MailAddress("jo@xn--strae-oqa.example", utf8=False)),
        ("jos\u00e9@x.example", MailAddress("jos\u00e9@x.example", utf8=True)),
    ],
)
def test_a_domain_is_sent_to_in_ascii(address, sent_to) -> None:
    assert mail_address(address) == sent_to
    assert (doubt_about(address) == NEEDS_SMTPUTF8) is sent_to.utf8


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nobody",
        "@x.example",
        "a@",
        "a@b@x.example",
        "a b@x.example",
        "a..b@x.example",
        "a@-x.example",
        "a" * 250,
        "a" * 250 + "@x.example",
    ],
)
def test_what_is_no_address_is_none(text) -> None:
    assert mail_address(text) is None


@pytest.mark.parametrize(
    ("address", "doubt"),
    [
        ("none@none", PLACEHOLDER),
        ("none@none.com", PLACEHOLDER),
        ("No.Email@gmail.com", PLACEHOLDER),
        ("n.a@x.example", PLACEHOLDER),
        ("declined@declined.declined", PLACEHOLDER),
        ("noemail@noemail.com", PLACEHOLDER),
        ("test@test", WITHOUT_DOT),
        ("jo@localhost", WITHOUT_DOT),
        ("jo@mailhost", WITHOUT_DOT),
        ("jo@x.invalid", NO_SUCH_DOMAIN),
        ("jo@mail.Localhost", NO_SUCH_DOMAIN),
        ("jo@clinic.test", NO_SUCH_DOMAIN),
        ("jos\u00e9@mailhost", NEEDS_SMTPUTF8),
        ("jo@clinic.local", None),
        ("nora.none@x.example", None),
        ("nonex@x.example", None),
        ("jo@m\u00fcnchen.example", None),
    ],
)
def test_an_address_that_is_unlikely_to_reach_anybody_is_doubted_and_taken(address, doubt) -> None:
    assert doubt_about(address) == doubt
    assert mail_address(address) is not None
