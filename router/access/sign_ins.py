"""Who is signed in: sessions, passwords, failed tries and one-time links, and what the database keeps of them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from router.errors import Invalid, Refusal

PASSWORD_SHORTEST = 12
PASSWORD_LONGEST = 200

# How long the next try must wait once so many went wrong in a row; read from the top, the first that fits counts.
WAITS: tuple[tuple[int, timedelta], ...] = (
    (10, timedelta(minutes=15)),
    (8, timedelta(minutes=2)),
    (6, timedelta(seconds=30)),
    (5, timedelta(seconds=10)),
    (3, timedelta(seconds=2)),
    (0, timedelta()),
)


# Browsers keep a cookie no longer.
DEVICE_LIFE = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Device:
    """A browser: the token in its cookie, and whether this person has signed in from it before.

    Failures from a browser that the person has used before are counted separately, so that nobody elsewhere can lock
    them out by failing under their name or from a shared address.
    """

    token: str = field(repr=False)
    knows_person: bool = False


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody signs in: the device, and the token of its current session, which ends."""

    device: Device
    session: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class OperatorAccount:
    """Somebody who runs the installation."""

    name: str
    created_at: datetime


class SignInRefused(Refusal):
    """Practice, name and password don't match. The refusal doesn't say which of them is wrong."""

    slug = "sign-in-refused"
    title = "The sign-in was refused"


class TooManyTries(Refusal):
    """Too many attempts have failed; the next one must wait."""

    slug = "too-many-tries"
    title = "Too many tries"


def wait_after(failures: int) -> timedelta:
    """How long the next try must wait after so many failures in a row."""
    return next(wait for least, wait in WAITS if failures >= least)


def check_password(password: str) -> None:
    """Raise Invalid for a text that can't be a password: only its length matters (NIST SP 800-63B, 5.1.1.2)."""
    if len(password) < PASSWORD_SHORTEST:
        raise Invalid.at("password", f"must have at least {PASSWORD_SHORTEST} characters")
    if len(password) > PASSWORD_LONGEST:
        raise Invalid.at("password", f"must have at most {PASSWORD_LONGEST} characters")
