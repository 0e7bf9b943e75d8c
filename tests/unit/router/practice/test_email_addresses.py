"""What an email address is, and what is cleaned off it."""

import html
import unicodedata
from typing import Literal

import pytest

from router.practice import email_addresses
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


def test_fields_that_are_filled_up_are_read_whatever_they_are_filled_with() -> None:
    assert cleaned_address("d@clinic.example" + "\x00" * 3_000 + ".\x81\udfff") == "d@clinic.example"
    assert cleaned_address(" " * 5_000 + "d@clinic.example" + "\n" * 5_000) == "d@clinic.example"
    entities = "".join(f"&#x{ord(letter):06x};" for letter in "d" * 240 + "@x.example")
    assert cleaned_address(f"Dr. Dee <{entities}>") == "d" * 240 + "@x.example"
    decomposed = "\u1fc1\u0301".join("d" * 40) + "@x.example"
    assert cleaned_address(decomposed) == unicodedata.normalize("NFC", decomposed)


@pytest.mark.parametrize("between", [".", "\u0301\u0316", "&#" + "9" * 5_000 + ";", "\x00", "&amp;", "<", " "])
def test_nothing_is_worked_out_of_a_text_that_is_too_long_for_an_address(between, monkeypatch) -> None:
    """A run of dots within took the square of its length, marks were sorted, and a long number was an error."""
    worked_out: list[str] = []

    class Counting:
        @staticmethod
        def unescape(text: str) -> str:
            worked_out.append(text)
            return html.unescape(text)

        @staticmethod
        def normalize(form: Literal["NFC"], text: str) -> str:
            worked_out.append(text)
            return unicodedata.normalize(form, text)

    monkeypatch.setattr(email_addresses, "html", Counting)
    monkeypatch.setattr(email_addresses, "unicodedata", Counting)
    written = "a" + between * 5_000 + "@x.example"

    assert cleaned_address(written) == written

    assert worked_out == []
    assert mail_address(written) is None


def test_marks_are_not_sorted_where_there_are_too_many(monkeypatch) -> None:
    written = "a" + "\u0301" * 600 + "\u0316" * 600
    monkeypatch.setattr(email_addresses, "unicodedata", None)

    assert cleaned_address(written) == written


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
