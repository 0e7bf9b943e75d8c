"""Emails about answers: whether somebody on the patient's side gets them.

A roster says who asked for them. A person's own choice overrides it, whatever a later roster says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from router.practice.people import AuthorizedUser, Patient

# Under which name the patient's own choice is kept; authorized users have their ids.
THEMSELVES = ""


@dataclass(frozen=True, slots=True)
class EmailChoice:
    """One reader's choice. If `chosen` is None (no choice yet), `asked`, from the roster, applies.

    Without an `address`, no email is sent in any case.
    """

    asked: bool
    chosen: bool | None
    address: str | None = field(repr=False)

    @property
    def wanted(self) -> bool:
        """Whether they want these emails."""
        return self.asked if self.chosen is None else self.chosen


@dataclass(frozen=True, slots=True)
class ToldReader:
    """A reader who is notified of an answer: the patient (`actor` None) or an authorized user, and the address used."""

    practice: str
    patient: str
    actor: str | None
    address: str = field(repr=False)


def reader_of(user: AuthorizedUser | None) -> str:
    """The name under which somebody's choice is stored; None is the patient."""
    return user.id if user else THEMSELVES


def choice_of(chart: Patient, user: AuthorizedUser | None, chosen: Mapping[str, bool]) -> EmailChoice:
    """The choice of the patient, or of one of their authorized users; `chosen` is by reader."""
    asked, address = (user.notify, user.email) if user else (chart.notify, chart.email)
    return EmailChoice(asked, chosen.get(reader_of(user)), address)


def told_at(chart: Patient, address: str, chosen: Mapping[str, bool]) -> list[tuple[str, AuthorizedUser | None]]:
    """The readers with this address, ignoring case: one email may notify all of them."""
    readers = [(reader_of(user), user) for user in (None, *chart.authorized_users)]
    return [(reader, user) for reader, user in readers if _gets(choice_of(chart, user, chosen), address.casefold())]


def _gets(choice: EmailChoice, folded: str) -> bool:
    return choice.wanted and choice.address is not None and choice.address.casefold() == folded


def notification_in(token: str) -> UUID | None:
    """The notification id in an unsubscribe token, which may be forged; None if it isn't a token."""
    try:
        return UUID(hex=token.partition(".")[0])
    except ValueError:
        return None
