"""Writing sites, staff and patients in bulk: of a patient only the rows that differ."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table

from adapters.database import tables
from adapters.database.transaction import Transaction
from router.practice.people import Patient, Site, Staff
from router.text.folding import searchable

# So many patients at once, with their lines: what a statement carries stays small however many there are.
SLICE = 5_000

Row = dict[str, Any]
RowsOf = Callable[[Patient], list[Row]]


def write_sites(transaction: Transaction, practice: str, sites: Sequence[Site]) -> None:
    """Store sites as they are now."""
    rows = [{"practice": practice, "id": site.id, "name": site.name, "hidden": site.hidden} for site in sites]
    transaction.upsert_many(tables.site, rows)


def write_staff(transaction: Transaction, practice: str, staff: Sequence[Staff]) -> None:
    """Store members of staff as they are now."""
    transaction.upsert_many(tables.staff, [{"practice": practice} | _staff_row(member) for member in staff])


def write_patients(
    transaction: Transaction, practice: str, patients: Sequence[Patient], current: Mapping[str, Patient]
) -> None:
    """Store patients as they are now, who are stored as in `current`, if at all; rows that stay are not written."""
    for start in range(0, len(patients), SLICE):
        some = patients[start : start + SLICE]
        known = [current[patient.id] for patient in some if patient.id in current]
        changed, _ = _difference(("id",), known, some, _patient_rows)
        transaction.upsert_many(tables.patient, _owned(practice, changed))
        for table, rows_of in ((tables.patient_site, _site_rows), (tables.care_team_member, _care_team_rows)):
            changed, gone = _difference(_line_key(table), known, some, rows_of)
            keys = [{name: row[name] for name in _line_key(table)} for row in gone]
            transaction.delete_many(table, _owned(practice, keys))
            transaction.upsert_many(table, _owned(practice, changed))
        users = tables.authorized_user
        changed, gone = _difference(_line_key(users), known, some, _user_rows)
        # Messages name them: they stay as removed rows.
        removed = [row | {"removed": True} for row in gone]
        transaction.upsert_many(users, _owned(practice, [*changed, *removed]))


def _line_key(table: Table) -> tuple[str, ...]:
    return tuple(str(column.name) for column in table.primary_key if column.name != "practice")


def _owned(practice: str, rows: Sequence[Row]) -> list[Row]:
    return [{"practice": practice} | row for row in rows]


def _difference(
    key: tuple[str, ...], before: Sequence[Patient], after: Sequence[Patient], rows_of: RowsOf
) -> tuple[list[Row], list[Row]]:
    """The rows that are new or differ, and those that are gone."""
    stored = {tuple(row[name] for name in key): row for patient in before for row in rows_of(patient)}
    wanted = {tuple(row[name] for name in key): row for patient in after for row in rows_of(patient)}
    changed = [row for values, row in wanted.items() if stored.get(values) != row]
    gone = [row for values, row in stored.items() if values not in wanted]
    return changed, gone


def _staff_row(staff: Staff) -> Row:
    roles = sorted(role.value for role in staff.roles)
    person = {"id": staff.id, "name": staff.name, "email": staff.email, "title": staff.title}
    return person | {"roles": roles, "active": staff.active}


def _patient_rows(patient: Patient) -> list[Row]:
    names = ("id", "name", "birth_date", "record_number", "email", "notify", "home_site", "active", "replaced_by")
    sought = searchable((patient.name, patient.record_number, patient.id))
    return [{name: getattr(patient, name) for name in names} | {"sought": sought}]


def _site_rows(patient: Patient) -> list[Row]:
    return [{"patient": patient.id, "site": site, "position": n} for n, site in enumerate(patient.sites)]


def _care_team_rows(patient: Patient) -> list[Row]:
    return [
        {"patient": patient.id, "staff": one.staff, "role": one.role, "position": n}
        for n, one in enumerate(patient.care_team)
    ]


def _user_rows(patient: Patient) -> list[Row]:
    return [
        {
            "patient": patient.id,
            "id": one.id,
            "name": one.name,
            "email": one.email,
            "notify": one.notify,
            "permissions": sorted(permission.value for permission in one.permissions),
            "position": n,
            "removed": False,
            "until": one.until,
        }
        for n, one in enumerate(patient.authorized_users)
    ]
