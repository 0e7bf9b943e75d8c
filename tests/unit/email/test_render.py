"""What the emails say, and that nothing else can get into them."""

import dataclasses
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import UUID

import pytest

from adapters.email.render import DATE, FIELD, Renderer
from adapters.email.wording import WORDINGS
from router.messages.notification import LINK_KINDS, Kind, Mail
from tests.unit.email.rendered import AT, ID, MAIL, RENDERER, Links, parsed, part


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


@pytest.mark.parametrize("kind", [Kind.STAFF_DELIVERY, Kind.PATIENT_REPLY])
def test_the_subject_names_no_patient_practice_team_or_topic(kind: Kind) -> None:
    assert parsed(dataclasses.replace(MAIL, kind=kind))["Subject"] == "You have a new message"


def test_a_field_looks_like_no_date_of_today() -> None:
    assert DATE not in RENDERER.render(MAIL, AT).decode()


def test_an_email_does_not_say_which_practice_it_is_of() -> None:
    """It only tells the sender whose emails a mail server refuses."""
    assert RENDERER.render(dataclasses.replace(MAIL, practice="canary-7f3a"), AT) == RENDERER.render(MAIL, AT)
