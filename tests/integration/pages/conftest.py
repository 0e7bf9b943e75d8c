"""A browser without scripts, signed in as whom a test names."""

import html
import re
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from router.actors import COMMAND
from tests.clients import Client
from tests.house import PRACTICE
from tests.integration.api.conftest import (
    Service,
)
from tests.integration.api.conftest import service as service  # noqa: PLC0414 - the fixture is shared.

PASSWORD = "correct horse battery"
TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def fields_on(page: str) -> dict[str, str]:
    """The hidden fields of a page; of several with the same name, the last."""
    return {name: html.unescape(value) for name, value in HIDDEN.findall(page)}


@dataclass
class Browser:
    """Opens pages and sends their forms; keeps cookies."""

    service: Service
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = Client(
            self.service.app, self.service.portal, follow_redirects=False, headers={"Accept": "text/html"}
        )

    def open(self, path: str) -> httpx2.Response:
        """GET a page."""
        return self.client.get(path)

    def send(self, page: str, path: str, **fields: Any) -> httpx2.Response:  # noqa: ANN401 - a test names the fields.
        """POST a form that stands on a page."""
        token = TOKEN.search(self.open(page).text)
        assert token, "the page has no form"
        return self.client.post(path, data={"csrf": token[1], **fields})

    def sign_in(self, staff: str, practice: str = PRACTICE) -> "Browser":
        """Sign in as a member of staff, who gets a password."""
        self.service.house.sign_in.set_password(practice, staff, PASSWORD, COMMAND)
        done = self.send("/sign-in", "/sign-in", practice=practice, person=staff, password=PASSWORD)
        assert done.status_code == 303, done.text
        return self

    def enter_portal(self, patient: str, user: str | None = None) -> "Browser":
        """Come into the portal by a link."""
        token, _ = self.service.house.portal_links.make(PRACTICE, patient, user, COMMAND)
        done = self.send(f"/portal/enter?link={token}", "/portal/enter", link=token)
        assert done.headers["location"] == "/portal", done.text
        return self


@pytest.fixture
def browser(service: Service) -> Browser:
    """A browser in which nobody is signed in."""
    return Browser(service)
