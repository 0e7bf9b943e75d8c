"""The URL of a mail relay."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

# Submission (RFC 6409), submission over TLS (RFC 8314) and plain relaying (RFC 5321).
DEFAULT_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class SmtpAddress:
    """Where and how to send; `ca` names a file of certificates to trust instead of the system's."""

    scheme: str
    host: str
    port: int
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca: str | None = None


def parse(url: str) -> SmtpAddress:
    """Read `smtp://`, `smtps://` or `smtp+starttls://`, with user information percent-encoded and perhaps `?ca=FILE`.

    Raises ValueError with a line that doesn't echo the password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("SMTP_URL is not a URL") from None
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"SMTP_URL must begin with one of {', '.join(f'{one}://' for one in DEFAULT_PORTS)} and a host")
    return SmtpAddress(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port or DEFAULT_PORTS[parts.scheme],
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        ca=parse_qs(parts.query).get("ca", [None])[0],
    )
