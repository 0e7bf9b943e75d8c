"""Emails about answers: whether somebody on the patient's side is sent them.

A roster says who asked for them. What the person chose since then holds, whatever a later roster says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from router.practice.people import AuthorizedUser, Patient

# Under which name the patient's own choice is kept; authorized users have their ids.
THEMSELVES = ""


@dataclass(frozen=True, slots=True)
class EmailChoice:
    """What one reader chose: `chosen` None means nothing yet, and then `asked`, from the roster, holds.

    Without an `address` no email is sent, whatever was chosen.
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
    """Whom a notification tells of an answer: the patient (`actor` None) or an authorized user, at which address."""

    practice: str
    patient: str
    actor: str | None
    address: str = field(repr=False)


def reader_of(user: AuthorizedUser | None) -> str:
    """Under which name somebody's choice is kept; None is the patient."""
    return user.id if user else THEMSELVES


def choice_of(chart: Patient, user: AuthorizedUser | None, chosen: Mapping[str, bool]) -> EmailChoice:
    """The choice of the patient, or of one of their authorized users; `chosen` is by reader."""
    asked, address = (user.notify, user.email) if user else (chart.notify, chart.email)
    return EmailChoice(asked, chosen.get(reader_of(user)), address)


def told_at(chart: Patient, address: str, chosen: Mapping[str, bool]) -> list[tuple[str, AuthorizedUser | None]]:
    """Who gets emails at this address, in whatever case it is written: one email may tell all of them."""
    readers = [(reader_of(user), user) for user in (None, *chart.authorized_users)]
    return [(reader, user) for reader, user in readers if _gets(choice_of(chart, user, chosen), address.casefold())]


def _gets(choice: EmailChoice, folded: str) -> bool:
    return choice.wanted and choice.address is not None and choice.address.casefold() == folded


def notification_in(token: str) -> UUID | None:
    """The notification that a token to unsubscribe names, whether or not it is genuine; None: it is none."""
    try:
        return UUID(hex=token.partition(".")[0])
    except ValueError:
        return None
