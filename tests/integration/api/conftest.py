"""The HTTP interface over all flows on a real database, with two practices that must not see each other."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import httpx2
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from adapters.http.app import create_app
from adapters.http.flows import Flows
from router.actors import COMMAND, Scope
from router.practice.people import AuthorizedUser, Permission
from tests.builders import a_patient
from tests.clients import Client
from tests.house import PATIENTS, PRACTICE, House

OTHER = "elsewhere"
CANARY = "canary-7f3a"
MESSAGE: Mapping[str, Any] = {"patient": "sam", "topic": "billing", "subject": "A bill", "body": "A question."}


@dataclass
class Service:
    """The application, and clients with keys for it."""

    house: House
    app: Any
    keys: dict[tuple[str, tuple[Scope, ...]], str] = field(default_factory=dict)
    sent: int = 0
    # The event loop of the test; without one each request has its own.
    portal: BlockingPortal | None = None

    def key(self, *scopes: Scope, practice: str = PRACTICE) -> str:
        """A key with these scopes; all of them when none is named."""
        wanted = scopes or tuple(Scope)
        if (practice, wanted) not in self.keys:
            self.keys[practice, wanted] = self.house.keys.create(practice, wanted, COMMAND)[1]
        return self.keys[practice, wanted]

    def client(self, *scopes: Scope, practice: str = PRACTICE) -> Client:
        """A client that sends such a key."""
        return self.client_with(self.key(*scopes, practice=practice))

    def client_with(self, key: str) -> Client:
        """A client that sends this key."""
        return Client(self.app, self.portal, headers={"Authorization": f"Bearer {key}"}, raise_server_exceptions=False)

    def write(self, practice: str = PRACTICE, **changes: Any) -> httpx2.Response:  # noqa: ANN401 - a test names the fields.
        """Send a message with a key of its own."""
        self.sent += 1
        headers = {"Idempotency-Key": f"sent-{self.sent}"}
        # Escaped, so that half a character can be sent.
        content = json.dumps({**MESSAGE, **changes}).encode()
        return self.client(practice=practice).post("/v1/messages", content=content, headers=headers)

    def deliver(self) -> None:
        """Let the worker do what waits."""
        while self.house.route.run().more:
            pass
        self.house.notify.run()

    def delivered(self, staff: str = "ada", practice: str = PRACTICE) -> tuple[str, str]:
        """Write and deliver a message; the ids of the message and of this person's delivery."""
        message = self.write(practice).json()["id"]
        self.deliver()
        trace, _ = self.house.traces.trace(practice, UUID(message), COMMAND)
        return message, str(next(one.id for one in trace.deliveries if one.recipient.staff == staff))


@pytest.fixture
def service(house: House) -> Iterator[Service]:
    """The clinic, with an authorized user for pat, and another practice with the same ids."""
    user = AuthorizedUser("al", "Al Doe", permissions=frozenset({Permission.READ, Permission.WRITE}))
    pat = replace(a_patient("pat", team=["ann"]), authorized_users=(user,))
    house.furnish(patients=(pat, *PATIENTS[1:]))
    house.furnish(practice=OTHER)
    with start_blocking_portal() as portal:
        yield replace(serve(house), portal=portal)


def serve(house: House) -> Service:
    """The application on all flows of a house."""
    flows = Flows(
        keys=house.keys,
        accept=house.accept,
        messaging=house.messaging,
        roster=house.roster,
        staging=house.staging,
        read_inbox=house.read_inbox,
        traces=house.traces,
        operations=house.operations,
        preview=house.preview,
        conversations=house.conversations,
        read_portal=house.read_portal,
        email_choice=house.email_choice,
        replies=house.replies,
        forward=house.forward,
        drafts=house.drafts,
        quick_texts=house.quick_texts,
        notes=house.notes,
        snooze=house.snooze,
        watch_conversation=house.watch_conversation,
        undo=house.undo,
        bulk=house.bulk,
        sign_in=house.sign_in,
        own_password=house.own_password,
        sessions=house.sessions,
        portal_links=house.portal_links,
        overdue=house.overdue,
        ladders=house.ladders,
        reports=house.reports,
        search_inbox=house.search_inbox,
        search_messages=house.search_messages,
        watch_inboxes=house.watch_inboxes,
        invitations=house.invitations,
        quarantine=house.quarantine,
        staff=house.staff,
        patients=house.patients,
        urgency=house.urgency,
        advice=house.advice,
        look_at_urgency=house.look_at_urgency,
        red_flag_trials=house.red_flag_trials,
        correction=house.correction,
    )
    return Service(house, create_app(flows, version="test"))


def fields(response: httpx2.Response) -> dict[str, str]:
    """The fields that a problem names; checks that it is one."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    problem = response.json()
    assert problem["status"] == response.status_code
    assert problem["type"].startswith("urn:careroute:problem:")
    return {error["field"]: error["message"] for error in problem["errors"]}
