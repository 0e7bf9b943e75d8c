"""Removing the access that a faulty record removes, and nothing else; this never grants anything."""

from dataclasses import replace
from datetime import datetime

from router.practice.doubts import Narrowing
from router.practice.people import AuthorizedUser, Patient, Staff
from router.practice.roster import StaffRecord


def narrowed_staff(record: StaffRecord, known: Staff | None, narrowing: Narrowing) -> StaffRecord:
    """The record of a member of staff who loses what the narrowing says."""
    roles = record.roles
    if narrowing.roles is not None and (had := roles if roles is not None else known.roles if known else None):
        roles = had & narrowing.roles
    return replace(record, active=record.active and not narrowing.inactive, roles=roles)


def narrowed_patient(patient: Patient, narrowing: Narrowing) -> Patient:
    """The chart of a patient who loses, or whose authorized users lose, what the narrowing says."""
    users = patient.authorized_users
    if narrowing.users is not None:
        allowed = {user.id: user for user in narrowing.users}
        users = tuple(_narrowed_user(user, allowed[user.id]) for user in users if user.id in allowed)
    return replace(
        patient,
        active=patient.active and not narrowing.inactive,
        authorized_users=users,
        replaced_by=narrowing.replaced_by or patient.replaced_by,
    )


def _narrowed_user(user: AuthorizedUser, allowed: AuthorizedUser) -> AuthorizedUser:
    return replace(user, permissions=user.permissions & allowed.permissions, until=_earlier(user.until, allowed.until))


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)
