"""An email as it is rendered, and its parts."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from uuid import UUID

from adapters.email.render import Renderer
from router.messages.notification import Kind, Mail

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
