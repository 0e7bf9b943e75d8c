"""Repositories of practices, rosters and absences."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from router.practice.availability import Absence, Absentee, Staffing
from router.practice.patient_search import PatientIdsFound
from router.practice.people import Patient, Practice, Roster, Site, Staff
from router.practice.roster import Changes, RosterChange
from router.practice.writing_stop import WritingStop


class Practices(Protocol):
    """The tenants."""

    def add(self, practice: Practice) -> bool:
        """Store a new practice; False when the id is taken."""

    def get(self, practice: str, *, with_time: bool = False) -> Practice | None:
        """The practice; `with_time` also fixes the transaction's time.

        Only for transactions that wait for no lock, because that time would be too early after a wait.
        """

    def all(self) -> list[Practice]:
        """All of them, by id."""

    def change(self, practice: Practice) -> None:
        """Store the name and the time zone."""

    def has_messages(self, practice: str) -> bool:
        """Whether anybody has written to it."""

    def delete(self, practice: str) -> bool:
        """Delete everything but the audit; the id stays taken.

        False if somebody has written to it meanwhile: then nothing more can be done in this transaction.
        """

    def hold(self, practices: Iterable[str]) -> dict[str, Practice]:
        """Read these practices, and lock their rosters and settings until the transaction ends.

        Practices whose roster or settings are being changed at the moment are left out, so this never waits.
        """

    def take_turn(self, practice: str) -> int:
        """Lock out other roster imports of this practice until the transaction ends; returns the roster's version.

        Routing and smaller changes of the practice continue.
        """

    def change_roster(self, practice: str) -> int:
        """Count a change of the roster or an absence, and lock this practice until the transaction ends.

        Returns the new version, 0 for an unknown practice.
        """

    def change_distribution(self, practice: str) -> int:
        """Count a change of the settings, and lock this practice; returns the new version."""


class Rosters(Protocol):
    """Sites, staff, patients and care teams."""

    def staffing(self, practice: Practice) -> Staffing:
        """The staff and their absences; cached until the practice's version changes."""

    def sites(self, practice: Practice) -> Mapping[str, Site]:
        """The sites, including hidden ones; cached likewise."""

    def patients(self, practice: str, ids: Iterable[str]) -> dict[str, Patient]:
        """These patients, with their care teams and current authorized users; unknown ids are left out."""

    def charts(self, practice: str, ids: Iterable[str]) -> dict[str, Patient]:
        """These patients as stored, including authorized users whose time has ended."""

    def active_patients(self, practice: str, after: str, limit: int) -> list[str]:
        """The next ids of active patients, after this one."""

    def recent_patients(self, practice: Practice, ids: Iterable[str]) -> dict[str, Patient]:
        """Like `patients`, but cached until the practice's version changes."""

    def replaced_charts(self, practice: str, patient: str) -> list[str]:
        """The charts that were merged into this one, directly or by way of another."""

    def search(self, practice: str, words: Sequence[str], after: str | None, limit: int) -> PatientIdsFound:
        """Patients with each of these folded words in their name, record number or id, ordered by folded name.

        At most `limit` of them, after the patient with this id; none if there is no such patient.
        """

    def has_unfolded(self) -> bool:
        """Whether some patients, of any practice, aren't in the search index yet."""

    def fold(self, limit: int) -> int:
        """Index up to this many of those patients; returns how many there were."""

    def stop_writing(self, practice: str, patient: str, stop: WritingStop | None) -> None:
        """Store that a patient may not write, or with None that they may."""

    def write_beside_others(self, practice: str, change: RosterChange, current: Roster) -> None:
        """Write a plan made from `current`, except for staff who are already stored.

        These writes block nobody, and nobody sees them before the commit.
        """

    def deactivate_patients(self, practice: str, ids: Collection[str]) -> None:
        """Note that these patients aren't active any more, at most 5,000 at once."""

    def write_known_staff(self, practice: str, change: Changes[Staff]) -> None:
        """Write the rest: changes to staff who were already stored, which others may be changing as well."""

    def write_staff(self, practice: str, staff: Sequence[Staff]) -> None:
        """Store members of staff as they are now."""


class Absences(Protocol):
    """Who is away."""

    def put(self, practice: str, absence: Absence) -> None:
        """Set somebody's one absence, in place of the one they had."""

    def remove(self, practice: str, staff: str) -> bool:
        """Delete an absence; False if there was none."""

    def with_unread(self, limit: int, after: Absentee | None = None) -> list[Absentee]:
        """Those who have unread messages, in the order of practice and id, from after this one on."""

    def begun(self, limit: int, after: Absentee | None = None) -> list[Absentee]:
        """Those whose owned messages haven't moved yet, in the same order."""

    def note_moved(self, absentee: Absentee) -> None:
        """Record that somebody's owned messages have moved to the cover, which happens once per absence."""
