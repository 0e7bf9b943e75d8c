"""The sender of emails to patients, and the portal they link to, as their practices have set them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from router.messages.notification import Kind, LeasedNotification
from router.messaging.portal_address import problem_with_portal_url
from router.ports.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class EmailSender:
    """What a practice is called in emails, and the address of its own portal; both may be empty."""

    name: str = ""
    portal_url: str = ""


def senders_of(database: Database, notifications: Iterable[LeasedNotification]) -> Mapping[str, EmailSender]:
    """The sender of each practice that has an email to a patient among these, in a short transaction of its own."""
    practices = sorted({one.practice for one in notifications if one.kind is Kind.PATIENT_REPLY})
    if not practices:
        return {}
    senders = {}
    with database.look() as work:
        for practice in practices:
            tenant = work.practices.get(practice)
            settings = work.messaging.current(tenant) if tenant else None
            senders[practice] = _sender(settings.email_name, settings.portal_url) if settings else EmailSender()
    return senders


def _sender(name: str, portal_url: str) -> EmailSender:
    """Leave out an address that was saved before the current checks and doesn't pass them."""
    return EmailSender(name, "" if problem_with_portal_url(portal_url) else portal_url)
