"""The URL of a mail relay."""

from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

# Plain relaying (RFC 5321), submission (RFC 6409) and submission over TLS (RFC 8314).
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

    `catch:` is not an address of a relay: the settings handle it before this is called.
    Raises ValueError with a line that doesn't echo the password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
        query = parse_qs(parts.query, keep_blank_values=True)
    except ValueError:
        raise ValueError("SMTP_URL is not a URL: percent-encode special characters in its password") from None
    problem = _problem(parts, query)
    if problem:
        raise ValueError(f"SMTP_URL {problem}")
    return SmtpAddress(
        scheme=parts.scheme,
        host=parts.hostname or "",
        port=DEFAULT_PORTS[parts.scheme] if port is None else port,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        ca=query["ca"][0] if "ca" in query else None,
    )


def _problem(parts: SplitResult, query: dict[str, list[str]]) -> str | None:
    """What is wrong with a URL, in words that hold nothing of its user information."""
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        return f"must begin with one of {', '.join(f'{scheme}://' for scheme in DEFAULT_PORTS)} and a host"
    if parts.port == 0:
        return "can't name port 0"
    if parts.path not in {"", "/"} or parts.fragment:
        return "must end after the host and port, except for ?ca=FILE: percent-encode what is special in the password"
    if bool(parts.username) != bool(parts.password):
        return "must have both a user name and a password, or neither"
    if query.keys() - {"ca"} or query.get("ca") == [""]:
        return "can have no parameter except ?ca=FILE"
    return "can have ?ca=FILE only with smtps:// or smtp+starttls://" if query and parts.scheme == "smtp" else None
