"""The sender of emails to patients, and the portal they link to, as their practices have set them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from router.messages.notification import Kind, LeasedNotification
from router.messaging.portal_address import problem_with_portal_url
from router.ports.unit_of_work import Database, UnitOfWork

# What reading damaged settings raises.
DAMAGED = (ValueError, LookupError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class EmailSender:
    """What a practice is called in emails, and the address of its own portal; both may be empty."""

    name: str = ""
    portal_url: str = ""


def senders_of(
    database: Database, notifications: Iterable[LeasedNotification], fails: Callable[[str, Exception], None]
) -> Mapping[str, EmailSender]:
    """The sender of each practice that has an email to a patient among these, in a short transaction of its own.

    A practice whose settings can't be read is reported and left out.
    """
    practices = sorted({one.practice for one in notifications if one.kind is Kind.PATIENT_REPLY})
    if not practices:
        return {}
    senders = {}
    with database.look() as work:
        for practice in practices:
            try:
                senders[practice] = _sender_of(work, practice)
            except DAMAGED as error:
                fails(practice, error)
    return senders


def _sender_of(work: UnitOfWork, practice: str) -> EmailSender:
    tenant = work.practices.get(practice)
    settings = work.messaging.current(tenant) if tenant else None
    return _sender(settings.email_name, settings.portal_url) if settings else EmailSender()


def _sender(name: str, portal_url: str) -> EmailSender:
    """Leave out an address that was saved before the current checks and doesn't pass them."""
    return EmailSender(name, "" if problem_with_portal_url(portal_url) else portal_url)
