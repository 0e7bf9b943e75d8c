"""What a nurse and a patient find in their mailboxes, on a real mail server, and what the links in it do."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from adapters.email.address import parse
from adapters.email.render import Renderer
from adapters.email.smtp import SmtpMailer
from config.settings import Settings, read_settings
from config.wiring import outbound, secret
from router.actors import COMMAND
from router.flows.patient.email_choice import ChooseEmails
from router.flows.staff.replies import ReplyRequest
from router.messages.inbox import DeliveryRef
from router.messages.notification import RELAY_PAUSE_LONGEST
from router.practice.people import AuthorizedUser, Permission
from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, settings
from tests.house import PRACTICE, House
from tests.integration.api.conftest import serve
from tests.servers.smtp import ScriptedSmtpServer

DESK, HOME = "desk@clinic.example", "home@family.example"
STAFF = (a_staff("ada", admin=True), *(a_staff(one, email=DESK) for one in ("ann", "ben")), a_staff("cho"))
MUM = AuthorizedUser("mum", "Mum", HOME.upper(), notify=True, permissions=frozenset(Permission))
PAT = a_patient("pat", email=HOME, notify=True, authorized_users=(MUM,))
SIS = a_patient("sis", email="sis@family.example", notify=True)


@pytest.fixture
def server() -> Iterator[ScriptedSmtpServer]:
    """A mail server that behaves as yet."""
    with ScriptedSmtpServer() as running:
        yield running


@pytest.fixture
def clinic(house: House, server: ScriptedSmtpServer) -> Iterator[House]:
    """A practice whose emails go to that server, with the links of an installation at https://x.example."""
    installed = _settings()
    tokens = secret.unsubscribe_tokens(installed)
    mailer = SmtpMailer(parse(server.url), Renderer("no-reply@x.example"), send_seconds=5)
    house.furnish(settings({Topic.BILLING: ["ann", "ben", "cho"]}), staff=STAFF, patients=[PAT, SIS])
    house.email_choice = ChooseEmails(house.database, tokens)
    link, leave = outbound.link, outbound.unsubscribe_link
    house.notify = replace(
        house.notify,
        mailer=mailer,
        link=partial(link, installed, secret.link_tokens(installed)),
        unsubscribe_link=partial(leave, installed, tokens),
    )
    yield house
    mailer.close()


def _settings() -> Settings:
    return read_settings({"PUBLIC_URL": "https://x.example", "SECRET_KEY": "s" * 40})


def received(house: House, server: ScriptedSmtpServer) -> list[tuple[str, EmailMessage]]:
    """What comes in now, by mailbox."""
    before = len(server.accepted)
    house.notify.run()
    return [(one.recipient, message_from_bytes(one.content, policy=policy.default)) for one in server.accepted[before:]]


def mailboxes(house: House, server: ScriptedSmtpServer) -> Counter[str]:
    return Counter(recipient for recipient, _ in received(house, server))


def write(house: House, patient: str = "pat", count: int = 1, *, private: bool = False) -> None:
    for _ in range(count):
        house.write(house.draft(str(house.notify.ids.new()), patient=patient, private=private))
    house.route.run()


def answer(house: House, body: str = "Done.") -> None:
    """Cho answers what is newest in her inbox."""
    item = house.inbox("cho").items[0]
    house.replies.reply(DeliveryRef(PRACTICE, item.delivery, "cho", COMMAND), ReplyRequest(body))


def test_a_desk_gets_one_email_of_a_message_and_a_nurse_on_leave_sends_her_cover_one(
    clinic: House, server: ScriptedSmtpServer
) -> None:
    write(clinic)
    assert mailboxes(clinic, server) == {DESK: 1, "cho@clinic.example": 1}

    write(clinic, count=20)
    mailboxes(clinic, server)
    clinic.send_away("cho", "ada")
    clinic.absences.run()
    assert mailboxes(clinic, server) == {"ada@clinic.example": 1}
    assert clinic.breaches() == {}


def test_a_child_and_a_mother_get_one_email_of_an_answer_and_of_a_private_one_none(
    clinic: House, server: ScriptedSmtpServer
) -> None:
    write(clinic)
    mailboxes(clinic, server)
    answer(clinic)
    (told,) = received(clinic, server)
    write(clinic, private=True)
    mailboxes(clinic, server)
    answer(clinic)

    assert told[0].lower() == HOME
    assert mailboxes(clinic, server) == {}


def test_answers_of_a_minute_are_one_email_and_the_next_patient_has_their_own(
    clinic: House, server: ScriptedSmtpServer
) -> None:
    clinic.bring([], [replace(PAT, authorized_users=())])
    write(clinic)
    mailboxes(clinic, server)
    item = clinic.inbox("cho").items[0]
    for body in ("One.", "Two.", "Three."):
        clinic.replies.reply(DeliveryRef(PRACTICE, item.delivery, "cho", COMMAND), ReplyRequest(body, keep_open=True))
    write(clinic, "sis")
    answer(clinic)

    came = mailboxes(clinic, server)
    assert (came[HOME], came["sis@family.example"]) == (1, 1)


@pytest.mark.parametrize("command", ["mail_from", "after_data"])
@pytest.mark.parametrize("refusal", ["550 5.7.60 Client does not have permissions", "550 5.4.5 Daily limit exceeded"])
def test_a_relay_that_refuses_the_sender_parks_nothing_and_sends_all_of_it_later(
    clinic: House, server: ScriptedSmtpServer, command: str, refusal: str
) -> None:
    setattr(server.script, command, refusal)
    write(clinic, count=4)
    assert mailboxes(clinic, server) == {}
    assert clinic.operations.status().parked == ()

    setattr(server.script, command, None)
    clinic.clock.by += RELAY_PAUSE_LONGEST
    came = mailboxes(clinic, server)
    assert set(came) == {DESK, "cho@clinic.example"}
    assert clinic.breaches() == {}


def test_one_click_in_the_mailbox_of_a_family_ends_its_emails(clinic: House, server: ScriptedSmtpServer) -> None:
    """As a mail provider does it: it takes the address from the header, and knows no cookie (RFC 8058)."""
    write(clinic)
    to_staff = received(clinic, server)
    answer(clinic)
    ((_, told),) = received(clinic, server)
    address = told["List-Unsubscribe"].strip("<>")
    page = address.removeprefix("https://x.example")
    provider = TestClient(serve(clinic).app, follow_redirects=False)

    assert {email["List-Unsubscribe"] for _, email in to_staff} == {None}
    assert told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert urlsplit(address).scheme == "https"
    assert not any(known in address for known in (PRACTICE, "pat", "mum", "home", "family"))
    assert provider.get(page).status_code == 200
    assert provider.post(page, data={"List-Unsubscribe": "One-Click"}).status_code == 200

    write(clinic)
    mailboxes(clinic, server)
    answer(clinic)
    assert mailboxes(clinic, server) == {}
    write(clinic, "sis")
    mailboxes(clinic, server)
    answer(clinic)
    assert mailboxes(clinic, server) == {"sis@family.example": 1}


def test_a_link_to_unsubscribe_is_good_for_nothing_else(clinic: House, server: ScriptedSmtpServer) -> None:
    write(clinic)
    mailboxes(clinic, server)
    answer(clinic)
    ((_, told),) = received(clinic, server)
    token = told["List-Unsubscribe"].strip("<>").partition("token=")[2]
    stranger = TestClient(serve(clinic).app, follow_redirects=False)
    inside = TestClient(serve(clinic).app, cookies={"careroute_portal": token, "__Host-careroute_portal": token})

    assert stranger.get(f"/password?link={token}").status_code == 410
    assert stranger.post("/portal/enter", data={"link": token}).status_code in {403, 410}
    assert inside.get("/portal").status_code == 401
    assert stranger.get("/v1/events", headers={"Authorization": f"Bearer {token}"}).status_code == 401
