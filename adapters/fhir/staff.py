"""The staff of a practice: its named Practitioners, with title and email from what they are or from their roles."""

from dataclasses import dataclass, field
from typing import Any

from adapters.fhir import addresses, names
from adapters.fhir.contents import Contents
from adapters.fhir.datatypes import Reference
from adapters.fhir.entries import Entry
from adapters.fhir.references import Match, Miss, is_certainly_absent
from adapters.fhir.resources import Practitioner, PractitionerRole
from router.practice.doubts import Narrowing, RecordKind
from router.practice.roster_rules import NAME_LIMIT

PRACTITIONER = "Practitioner"
PRACTITIONER_ROLE = "PractitionerRole"
STAFF_IN_DOUBT = "was skipped: whether they are active can't be read"
ROLE_IN_DOUBT = "was skipped: whom it is about, or whether it is current, can't be read"
WITHHELD = "doesn't tell whether they are active or have died: somebody who is known stays as they are"
NO_ROLE_IN_FORCE = "has no current role, but is still active"


@dataclass(frozen=True, slots=True)
class Roles:
    """The PractitionerRoles in force, by their practitioner, and the practitioner of each by its id."""

    held: dict[str, list[PractitionerRole]] = field(default_factory=dict)
    holders: dict[str, str] = field(default_factory=dict)
    over: set[str] = field(default_factory=set)
    """The practitioners of whom some role is over."""

    def title(self, practitioner: str) -> str | None:
        """The practitioner's first title: a specialty, else a code of what they are there to do."""
        return next(filter(None, map(title_of, self.held.get(practitioner, []))), None)


@dataclass(frozen=True, slots=True)
class Staff:
    """The staff as a roster lists them, by id, and their roles; `skipped` holds who can't be taken as they are."""

    records: dict[str, dict[str, Any]]
    roles: Roles
    skipped: set[str]


def title_of(role: PractitionerRole) -> str | None:
    """The title that one role gives."""
    return names.words((*role.specialty, *role.code))


def read(contents: Contents) -> Staff:
    """Make a member of staff of every named practitioner. Raises ExportError where strict."""
    roles = _roles(contents)
    records = {}
    skipped = set()
    for entry in contents.practitioners:
        name = contents.report.text(entry, "name", names.choose(entry.resource.name, contents.now), NAME_LIMIT)
        if name:
            records[entry.resource.id] = _record(contents, entry, name, roles)
        else:
            skipped.add(entry.source)
            _skip(contents, entry, "has no name, so not imported")
    for doubtful in contents.doubtful:
        if doubtful.type == PRACTITIONER and not contents.knows(doubtful):
            skipped.add(doubtful.source)
            _skip(contents, doubtful, STAFF_IN_DOUBT)
    return Staff(records, roles, skipped)


def _skip(contents: Contents, entry: Entry[Any], reason: str) -> None:
    contents.report.warn(entry, reason)
    contents.doubts.staying[RecordKind.STAFF].add(entry.source)
    _narrow(contents, entry)


def _narrow(contents: Contents, entry: Entry[Any]) -> None:
    """Take away, apart from all else, what a faulty record takes away."""
    if not entry.resource.takes_part:
        inactive = Narrowing(RecordKind.STAFF, entry.source, inactive=True, file=entry.file, line=entry.line)
        contents.doubts.narrowed.append(inactive)


def _record(contents: Contents, entry: Entry[Practitioner], name: str, roles: Roles) -> dict[str, Any]:
    practitioner = entry.resource
    telecom = [*practitioner.telecom]
    for role in roles.held.get(practitioner.id, []):
        telecom += role.points
    address = addresses.chosen_for(contents.report, entry, telecom, "work", contents.now)
    title = contents.report.text(entry, "title", roles.title(practitioner.id)) or None
    is_active = practitioner.takes_part
    if is_active and practitioner.id in roles.over and practitioner.id not in roles.held:
        contents.report.remark(entry, NO_ROLE_IN_FORCE)
    if practitioner.may_take_no_part:
        contents.report.remark(entry, WITHHELD)
        contents.doubts.keep(RecordKind.STAFF, practitioner.id, "active")
    _keep_what_is_in_doubt(contents, entry, title, address)
    if entry.is_faulty:
        _narrow(contents, entry)
    return {"id": practitioner.id, "name": name, "email": address.email, "title": title, "active": is_active}


def _keep_what_is_in_doubt(
    contents: Contents, entry: Entry[Practitioner], title: str | None, address: addresses.Choice
) -> None:
    doubts, staff = contents.doubts, entry.resource.id
    # A role that isn't there, or can't be read, may have said both.
    no_roles = not contents.has_any(PRACTITIONER_ROLE) or contents.is_partial(PRACTITIONER_ROLE)
    is_subset = entry.resource.meta.is_subset
    unread = {
        "name": entry.lacks("name"),
        "title": title is None and no_roles,
        "email": address.email is None and (is_subset or no_roles or address.passed_over or entry.lacks("telecom")),
        "active": is_subset and entry.resource.takes_part and entry.resource.active is None,
    }
    doubts.keep(RecordKind.STAFF, staff, *(name for name, is_unread in unread.items() if is_unread))


def _roles(contents: Contents) -> Roles:
    roles = Roles()
    for entry in contents.roles:
        role = entry.resource
        if role.meta.is_subset or entry.lacks("code", "specialty", "telecom", "contact", "location"):
            contents.unread.add(PRACTITIONER_ROLE)
        why_over = _why_over(contents, role)
        if why_over is not None:
            contents.report.skip(entry, why_over)
            found = role.practitioner and contents.index.find(role.practitioner, [PRACTITIONER])
            if isinstance(found, Match):
                roles.over.add(found.id)
        elif not role.practitioner:
            contents.report.warn(entry, "names no practitioner", "practitioner")
            contents.unread.add(PRACTITIONER_ROLE)
        elif holder := _holder(contents, entry, role.practitioner):
            roles.held.setdefault(holder, []).append(role)
            if role.id:
                roles.holders[role.id] = holder
    for doubtful in contents.doubtful:
        if doubtful.type == PRACTITIONER_ROLE:
            contents.report.warn(doubtful, ROLE_IN_DOUBT)
            contents.unread.add(PRACTITIONER_ROLE)
    return roles


def _why_over(contents: Contents, role: PractitionerRole) -> str | None:
    if role.active is False:
        return "is not active"
    if role.period.has_ended(contents.now):
        return "has ended"
    return None if role.period.has_begun(contents.now) else "has not begun"


def _holder(contents: Contents, entry: Entry[PractitionerRole], reference: Reference) -> str | None:
    found = contents.index.find(reference, [PRACTITIONER])
    if isinstance(found, Match) and found.type == PRACTITIONER:
        return found.id
    why = f"its reference to a practitioner {found.why.value}" if isinstance(found, Miss) else "names no practitioner"
    contents.report.remark(entry, why, "practitioner")
    if not isinstance(found, Miss) or not is_certainly_absent(reference, found):
        contents.unread.add(PRACTITIONER_ROLE)
    return None
