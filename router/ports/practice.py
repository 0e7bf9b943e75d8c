"""Repositories of practices, rosters and absences."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from router.practice.availability import Absence, Staffing
from router.practice.patient_search import PatientIdsFound
from router.practice.people import Patient, Practice, Roster, Site, Staff
from router.practice.roster import Changes, RosterChange
from router.practice.writing_stop import WritingStop


class Practices(Protocol):
    """The tenants."""

    def add(self, practice: Practice) -> bool:
        """Store a new practice; False when the id is taken."""

    def get(self, practice: str, *, with_time: bool = False) -> Practice | None:
        """The practice as it is; with the time, this is the moment of the transaction.

        Only for transactions that wait for nobody: who waits for a lock needs the time after it.
        """

    def all(self) -> list[Practice]:
        """All of them, by id."""

    def change(self, practice: Practice) -> None:
        """Store the name and the time zone."""

    def has_messages(self, practice: str) -> bool:
        """Whether anybody has written to it."""

    def delete(self, practice: str) -> None:
        """Delete everything but the audit; the id stays taken."""

    def hold(self, practices: Iterable[str]) -> dict[str, Practice]:
        """Read them and keep roster and settings from changing until the transaction ends.

        Practices whose roster or settings are being changed at this moment are left out: nobody waits for them.
        """

    def take_turn(self, practice: str) -> int:
        """Keep other imports of this practice's roster out until the transaction ends; returns the roster's version.

        Routing, and smaller changes of the practice, go on.
        """

    def change_roster(self, practice: str) -> int:
        """Count a change of the roster or an absence, alone with this practice until the transaction ends.

        Returns the new version, 0 for an unknown practice.
        """

    def change_distribution(self, practice: str) -> int:
        """Count a change of the settings, alone with this practice; returns the new version."""


class Rosters(Protocol):
    """Sites, staff, patients and care teams."""

    def whole(self, practice: str) -> Roster:
        """Everybody and every place."""

    def staffing(self, practice: Practice) -> Staffing:
        """The staff and their absences; kept in memory for as long as the practice's version stands."""

    def sites(self, practice: Practice) -> Mapping[str, Site]:
        """The sites, hidden ones included; kept in memory likewise."""

    def patients(self, practice: str, ids: Iterable[str]) -> dict[str, Patient]:
        """These patients, with care team and the authorized users of now; unknown ids are left out."""

    def charts(self, practice: str, ids: Iterable[str]) -> dict[str, Patient]:
        """These patients as they are stored, with authorized users whose time has ended."""

    def recent_patients(self, practice: Practice, ids: Iterable[str]) -> dict[str, Patient]:
        """The same, kept in memory for as long as the practice's version stands."""

    def replaced_charts(self, practice: str, patient: str) -> list[str]:
        """The charts that were merged into this one, directly or by way of another."""

    def search(self, practice: str, words: Sequence[str], after: str | None, limit: int) -> PatientIdsFound:
        """Patients with each of these folded words in name, record number or id, by the folded name.

        At most `limit` of them, those that come after this id; nobody where there is no such patient.
        """

    def has_unfolded(self) -> bool:
        """Whether some patient of some practice can't be found by the index yet."""

    def fold(self, limit: int) -> int:
        """Make so many of these patients findable by it; returns how many there were."""

    def stop_writing(self, practice: str, patient: str, stop: WritingStop | None) -> None:
        """Store that a patient may not write, or with None that they may."""

    def write_beside_others(self, practice: str, change: RosterChange, current: Roster) -> None:
        """Write what a plan made from `current` says, but for staff who are there already.

        Nobody waits for what is written so, and nobody sees it before it is committed.
        """

    def write_known_staff(self, practice: str, change: Changes[Staff]) -> None:
        """Write the rest: staff who were there before and change, which others may be about to do, too."""

    def write_staff(self, practice: str, staff: Sequence[Staff]) -> None:
        """Store members of staff as they are now."""


class Absences(Protocol):
    """Who is away."""

    def put(self, practice: str, absence: Absence) -> None:
        """Set somebody's one absence, in place of the one they had."""

    def remove(self, practice: str, staff: str) -> bool:
        """Take an absence away; False when there was none."""

    def begun(self, limit: int) -> list[tuple[str, str]]:
        """Staff, with the practice, whose absence has begun, and whose own messages have yet to move."""

    def note_moved(self, practice: str, staff: str) -> None:
        """Note that what somebody owns has moved to the cover, which happens once in an absence."""
