"""Saving a part of the settings from a page of its own, over whatever colleagues have changed elsewhere meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.http.flows import Flows
from adapters.http.pages.admin.messaging_view import who
from adapters.http.pages.kit.csrf import Posted
from router.access.sessions import StaffSession
from router.errors import Invalid, Stale
from router.messaging.merge import collide, merge
from router.messaging.settings import MessagingSettings, SettingsVersion
from router.messaging.snapshot import PracticeSnapshot

VERSION_DIGITS = 9
# For an administrator who saves on two pages at once.
ME = "You, on another page,"


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Nothing was saved, because a colleague changed in between what this form changes as well.

    `theirs` says who saved what since the form was made, newest first; `snapshot` has the settings as they are now, and
    `merged` is these with what the form changes.
    """

    theirs: Sequence[tuple[str, SettingsVersion]]
    snapshot: PracticeSnapshot
    merged: MessagingSettings


def base_of(form: Posted, flows: Flows, person: StaffSession) -> MessagingSettings:
    """The settings from which the form was made. Raises Invalid where it names none, and NotFound."""
    version = form.get("version", "")
    if not version.isdecimal() or len(version) > VERSION_DIGITS:
        raise Invalid("The form is not valid. Open the page again and try again.")
    return flows.reports.saved_since(person.practice.id, int(version))[0]


def save_over(
    flows: Flows, person: StaffSession, base: MessagingSettings, wanted: MessagingSettings
) -> int | Overtaken:
    """Save, and where somebody saved in between, save what differs from `base` on top of theirs.

    Returns the version whose changes are to be told, 0 where nothing changed, or Overtaken. Raises Invalid with the
    fields.
    """
    practice, newest, merged = person.practice.id, base, wanted
    while True:
        try:
            saved = flows.messaging.save(practice, merged, newest.version, person.actor)
        except Stale:
            # Each turn somebody else has saved.
            snapshot = flows.reports.snapshot(practice)
            newest = snapshot.messaging
            merged = merge(base, wanted, newest)
            if collide(base, wanted, newest):
                since = flows.reports.saved_since(practice, base.version)[1]
                return Overtaken([(who_saved(one, person, snapshot), one) for one in since], snapshot, merged)
        else:
            return saved.messaging.version if saved.changes else 0


def who_saved(version: SettingsVersion, person: StaffSession, snapshot: PracticeSnapshot) -> str:
    """Who saved a version, in words for the person who reads the page."""
    return ME if version.actor == person.actor else who(version.actor, snapshot)


def told_of(flows: Flows, person: StaffSession, saved: str) -> list[str] | None:
    """What a save changed, in words; empty where it changed nothing, None where nothing was saved."""
    if not saved.isdecimal() or len(saved) > VERSION_DIGITS:
        return None
    return list(flows.messaging.version(person.practice.id, int(saved))[0].changes) if int(saved) else []
