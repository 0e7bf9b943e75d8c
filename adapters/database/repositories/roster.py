"""Sites, staff, patients and care teams, read in bulk."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Table, select, update
from typing_extensions import override

from adapters.database import tables
from adapters.database.repositories import patient_search, roster_writes
from adapters.database.transaction import Transaction
from router.ports.practice import Rosters
from router.practice.availability import Absence, Staffing
from router.practice.patient_search import PatientIdsFound
from router.practice.people import (
    AuthorizedUser,
    CareTeamMember,
    Patient,
    Permission,
    Practice,
    Role,
    Roster,
    Site,
    Staff,
)
from router.practice.roster import Changes, RosterChange
from router.practice.writing_stop import WritingStop

# SQLite takes 32,766 parameters a statement; ids are asked for in slices well below it.
SLICE = 5_000

Rows = dict[str, list[Row[Any]]]


class RosterRepository(Rosters):
    """See router.ports.practice.Rosters."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def staffing(self, practice: Practice) -> Staffing:
        if practice.id in self._transaction.changing:
            return self._staffing(practice)
        return self._transaction.memory.staffing.get(
            practice.id, practice.roster_version, lambda: self._staffing(practice)
        )

    @override
    def sites(self, practice: Practice) -> Mapping[str, Site]:
        if practice.id in self._transaction.changing:
            return self._sites(practice.id)
        return self._transaction.memory.sites.get(
            practice.id, practice.roster_version, lambda: self._sites(practice.id)
        )

    @override
    def patients(self, practice: str, ids: Iterable[str]) -> dict[str, Patient]:
        return self._at_present(self.charts(practice, ids))

    @override
    def charts(self, practice: str, ids: Iterable[str]) -> dict[str, Patient]:
        wanted = sorted(set(ids))
        found: dict[str, Patient] = {}
        for start in range(0, len(wanted), SLICE):
            found |= self._patients(practice, wanted[start : start + SLICE])
        return found

    @override
    def active_patients(self, practice: str, after: str, limit: int) -> list[str]:
        patient = tables.patient.c
        wanted = select(patient.id).where(patient.practice == practice, patient.active, patient.id > after)
        return list(self._transaction.execute(wanted.order_by(patient.id).limit(limit)).scalars())

    @override
    def recent_patients(self, practice: Practice, ids: Iterable[str]) -> dict[str, Patient]:
        """The same, kept in memory for as long as the practice's version stands and others don't crowd them out."""
        if practice.id in self._transaction.changing:
            return self.patients(practice.id, ids)
        keys = {(practice.id, practice.roster_version, one): one for one in ids}
        found = self._transaction.memory.patients.get_all(keys)
        missing = self.charts(practice.id, [one for key, one in keys.items() if key not in found])
        self._transaction.memory.patients.keep(
            {(practice.id, practice.roster_version, one): patient for one, patient in missing.items()}
        )
        return self._at_present({key[2]: patient for key, patient in found.items()} | missing)

    @override
    def replaced_charts(self, practice: str, patient: str) -> list[str]:
        # A circle ends where it closes.
        found: list[str] = []
        newest = [patient]
        while newest:
            merged = select(tables.patient.c.id).where(
                tables.patient.c.practice == practice, self._transaction.one_of(tables.patient.c.replaced_by, newest)
            )
            ids = self._transaction.execute(merged.order_by(tables.patient.c.id)).scalars()
            newest = [chart for chart in ids if chart not in found and chart != patient]
            found += newest
        return found

    @override
    def search(self, practice: str, words: Sequence[str], after: str | None, limit: int) -> PatientIdsFound:
        return patient_search.found(self._transaction, practice, words, after, limit)

    @override
    def has_unfolded(self) -> bool:
        some = select(tables.patient.c.id).where(patient_search.UNFOLDED).limit(1)
        return self._transaction.execute(some).first() is not None

    @override
    def fold(self, limit: int) -> int:
        return patient_search.fold(self._transaction, limit)

    def _at_present(self, patients: dict[str, Patient]) -> dict[str, Patient]:
        """The charts without those authorized users whose time has ended."""
        if not any(user.until for patient in patients.values() for user in patient.authorized_users):
            return patients
        return {key: patient.at(self._transaction.now()) for key, patient in patients.items()}

    def _staffing(self, practice: Practice) -> Staffing:
        away = select(tables.absence).where(tables.absence.c.practice == practice.id)
        absences = {
            row.staff: Absence(row.staff, row.begins, row.ends, row.cover) for row in self._transaction.execute(away)
        }
        return Staffing(self._staff(practice.id), absences, practice.roster_version)

    def _sites(self, practice: str) -> dict[str, Site]:
        found = self._transaction.execute(select(tables.site).where(tables.site.c.practice == practice))
        return {row.id: Site(row.id, row.name, row.hidden) for row in found}

    def _staff(self, practice: str) -> dict[str, Staff]:
        found = self._transaction.execute(select(tables.staff).where(tables.staff.c.practice == practice))
        return {
            row.id: Staff(row.id, row.name, row.email, row.title, frozenset(map(Role, row.roles)), row.active)
            for row in found
        }

    def _patients(self, practice: str, ids: list[str]) -> dict[str, Patient]:
        """Four statements however many patients there are."""
        base = select(tables.patient).where(
            tables.patient.c.practice == practice, self._transaction.one_of(tables.patient.c.id, ids)
        )
        attended = self._lines(tables.patient_site, practice, ids)
        teams = self._lines(tables.care_team_member, practice, ids)
        users = self._lines(tables.authorized_user, practice, ids)
        return {
            row.id: _patient(row, attended[row.id], teams[row.id], users[row.id])
            for row in self._transaction.execute(base)
        }

    def _lines(self, table: Table, practice: str, ids: list[str]) -> Rows:
        theirs = (table.c.practice == practice) & self._transaction.one_of(table.c.patient, ids)
        wanted = select(table).where(theirs).order_by(table.c.patient, table.c.position)
        lines: Rows = defaultdict(list)
        for row in self._transaction.execute(wanted):
            lines[row.patient].append(row)
        return lines

    @override
    def stop_writing(self, practice: str, patient: str, stop: WritingStop | None) -> None:
        table = tables.patient
        theirs = update(table).where(table.c.practice == practice, table.c.id == patient)
        values = {"stop_reason": stop.reason, "stop_words": stop.words} if stop else {}
        self._transaction.execute(theirs.values({"stop_reason": None, "stop_words": None} | values))

    @override
    def write_beside_others(self, practice: str, change: RosterChange, current: Roster) -> None:
        """Parents first."""
        roster_writes.write_sites(self._transaction, practice, change.sites.written)
        roster_writes.write_staff(self._transaction, practice, change.staff.created)
        roster_writes.write_patients(self._transaction, practice, change.patients.written, current.patients)

    @override
    def deactivate_patients(self, practice: str, ids: Collection[str]) -> None:
        table = tables.patient
        these = (table.c.practice == practice) & self._transaction.one_of(table.c.id, ids)
        self._transaction.execute(update(table).where(these).values(active=False))

    @override
    def write_known_staff(self, practice: str, change: Changes[Staff]) -> None:
        roster_writes.write_staff(self._transaction, practice, [*change.updated, *change.deactivated])

    @override
    def write_staff(self, practice: str, staff: Sequence[Staff]) -> None:
        roster_writes.write_staff(self._transaction, practice, staff)


def _patient(row: Row[Any], attended: list[Row[Any]], team: list[Row[Any]], users: list[Row[Any]]) -> Patient:
    return Patient(
        id=row.id,
        name=row.name,
        birth_date=row.birth_date,
        record_number=row.record_number,
        email=row.email,
        notify=row.notify,
        home_site=row.home_site,
        sites=tuple(one.site for one in attended),
        active=row.active,
        care_team=tuple(CareTeamMember(one.staff, one.role) for one in team),
        authorized_users=tuple(
            AuthorizedUser(
                one.id, one.name, one.email, one.notify, frozenset(map(Permission, one.permissions)), one.until
            )
            for one in users
            if not one.removed
        ),
        replaced_by=row.replaced_by,
        stop=WritingStop(row.stop_reason, row.stop_words) if row.stop_reason is not None else None,
    )
