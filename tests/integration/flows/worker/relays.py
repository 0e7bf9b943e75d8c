"""Notifications to four members of staff by a mail server that answers as a test says."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from adapters.database.tables import notification
from adapters.email.address import parse
from adapters.email.render import Renderer
from adapters.email.smtp import SmtpMailer
from router.flows.worker.notify import Notify
from router.practice.topics import Topic
from tests.builders import a_staff, settings
from tests.house import House
from tests.servers.smtp import ScriptedSmtpServer

STAFF = (a_staff("ada", admin=True), a_staff("ann"), a_staff("ben"), a_staff("cho"))
TO_ALL = settings({Topic.BILLING: ["ann", "ben", "cho"]})


@pytest.fixture
def server() -> Iterator[ScriptedSmtpServer]:
    """A mail server that behaves as yet."""
    with ScriptedSmtpServer() as running:
        yield running


@pytest.fixture
def notify(house: House, server: ScriptedSmtpServer) -> Iterator[Notify]:
    """Notifies by that server."""
    mailer = SmtpMailer(parse(server.url), Renderer("no-reply@localhost"), send_seconds=5)
    yield replace(house.notify, mailer=mailer)
    mailer.close()


def rows(house: House) -> list[tuple[str, str, int]]:
    """State, reason and deferrals of every notification."""
    with house.engine.connect() as connection:
        wanted = select(notification.c.state, func.coalesce(notification.c.reason, ""), notification.c.deferrals)
        return sorted((row[0], row[1], row[2]) for row in connection.execute(wanted))
