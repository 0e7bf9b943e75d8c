"""Saving a part of the settings from a page of its own, over whatever colleagues have changed elsewhere meanwhile."""

from adapters.http.flows import Flows
from adapters.http.pages.kit.csrf import Posted
from router.access.sessions import StaffSession
from router.errors import Invalid, Stale
from router.messaging.merge import merge
from router.messaging.settings import MessagingSettings

VERSION_DIGITS = 9


def base_of(form: Posted, flows: Flows, person: StaffSession) -> MessagingSettings:
    """The settings from which the form was made. Raises Invalid where it names none, and NotFound."""
    version = form.get("version", "")
    if not version.isdecimal() or len(version) > VERSION_DIGITS:
        raise Invalid("The form can't be read.")
    return flows.reports.saved_since(person.practice.id, int(version))[0]


def save_over(flows: Flows, person: StaffSession, base: MessagingSettings, wanted: MessagingSettings) -> int:
    """Save, and where somebody saved in between, save what differs from `base` on top of theirs.

    Returns the version whose changes are to be told, 0 where nothing changed. Raises Invalid with the fields.
    """
    practice = person.practice.id
    try:
        saved = flows.messaging.save(practice, wanted, base.version, person.actor)
    except Stale:
        theirs = flows.reports.snapshot(practice).messaging
        saved = flows.messaging.save(practice, merge(base, wanted, theirs), theirs.version, person.actor)
    return saved.messaging.version if saved.changes else 0


def told_of(flows: Flows, person: StaffSession, saved: str) -> list[str] | None:
    """What a save changed, in words; empty where it changed nothing, None where nothing was saved."""
    if not saved.isdecimal() or len(saved) > VERSION_DIGITS:
        return None
    return list(flows.messaging.version(person.practice.id, int(saved))[0].changes) if int(saved) else []
