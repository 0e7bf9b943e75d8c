"""What a URL of the environment may be. None of the answers repeats it, since it may hold a password."""

import re
from urllib.parse import parse_qs, urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo

# Emails hold the public URL as it is (RFC 3986, section 2): letters of other alphabets are written with xn--.
LINK = re.compile(r"[!-~]+")
NOT_IN_LINKS = re.compile(r"[\"<>\\]")
SQLITE = "sqlite:///"


def problem_with_url(url: str, schemes: tuple[str, ...]) -> str | None:
    """Say what is wrong with a URL that must have one of these schemes, or None.

    Libraries read URLs each in their own way: what only some of them take is refused, as it would fail later.
    """
    if url != url.strip() or not url.isprintable():
        return "must not contain control characters, or spaces at its ends"
    try:
        parts = urlsplit(url)
        _ = parts.port
        (parts.hostname or "").encode("idna")
    except ValueError:
        return "is not a URL"
    if url.partition(":")[0] not in schemes:
        return f"must begin with one of {', '.join(f'{scheme}:' for scheme in schemes)}"
    if parts.scheme == "sqlite":
        return _problem_with_file(url)
    if parts.scheme.startswith("postgresql"):
        problem = _problem_with_options(parts.query)
        if problem:
            return problem
    return None if parts.scheme == "catch" or parts.hostname or parts.query else "names no host"


def has_valid_unicode(text: str) -> bool:
    """Whether a text can be written as UTF-8."""
    return text.encode(errors="replace").decode() == text


def problem_with_public_url(url: str) -> str | None:
    """Say what is wrong with the address that browsers and emails are given, or None.

    Pages link to each other from the root of their host, and cookies are set for it.
    """
    problem = problem_with_url(url, ("http", "https"))
    if problem:
        return problem
    parts = urlsplit(url)
    if "@" in parts.netloc:
        return "can't have a user name or a password: everybody who gets an email would read it"
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        return "can't have a path: give Careroute a host name of its own, such as https://care.x.example"
    if not parts.hostname or not LINK.fullmatch(url) or NOT_IN_LINKS.search(url):
        return "must be the address of a host as emails can hold it, such as https://care.x.example"
    return None


def _problem_with_options(query: str) -> str | None:
    """PostgreSQL's client doesn't connect with a parameter that it doesn't know (PostgreSQL, "Connection Strings")."""
    for name in parse_qs(query, keep_blank_values=True):
        try:
            make_conninfo(**{name: ""})
        except ProgrammingError:
            return "has an option that PostgreSQL's client doesn't know"
    return None


def _problem_with_file(url: str) -> str | None:
    """In memory, each connection would have a database of its own."""
    path = url.removeprefix(SQLITE).partition("?")[0]
    return (
        None if url.startswith(SQLITE) and path not in {"", ":memory:"} else f"must be {SQLITE} and the path of a file"
    )
