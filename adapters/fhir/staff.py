"""The staff of a practice: its named Practitioners, with title and email from what they are or from their roles."""

from dataclasses import dataclass, field
from typing import Any

from adapters.fhir import addresses, names
from adapters.fhir.contents import Contents
from adapters.fhir.files import Entry
from adapters.fhir.references import Match, Miss
from adapters.fhir.resources import Practitioner, PractitionerRole, Reference
from router.practice.roster_rules import NAME_LIMIT
from router.text import problem_with

PRACTITIONER = "Practitioner"
PRACTITIONER_ROLE = "PractitionerRole"


@dataclass(frozen=True, slots=True)
class Roles:
    """The PractitionerRoles in force, by their practitioner, and the practitioner of each by its id."""

    held: dict[str, list[PractitionerRole]] = field(default_factory=dict)
    holders: dict[str, str] = field(default_factory=dict)

    def title(self, practitioner: str) -> str | None:
        """The practitioner's first title: a specialty, else a code of what they are there to do."""
        return next(filter(None, map(title_of, self.held.get(practitioner, []))), None)


@dataclass(frozen=True, slots=True)
class Staff:
    """The staff as a roster lists them, by id, and their roles."""

    records: dict[str, dict[str, Any]]
    roles: Roles


def title_of(role: PractitionerRole) -> str | None:
    """The title that one role gives."""
    return names.words((*role.specialty, *role.code))


def read(contents: Contents) -> Staff:
    """Make a member of staff of every named practitioner. Raises ExportError for a bad name."""
    roles = _roles(contents)
    records = {}
    for entry in contents.practitioners:
        name = names.choose(entry.resource.name, contents.now)
        if name is None:
            contents.report.skip(entry, "has no name: no staff")
        elif wrong := problem_with(name, NAME_LIMIT):
            raise entry.error("name", wrong)
        else:
            records[entry.resource.id] = _record(contents, entry, name, roles)
    return Staff(records, roles)


def _record(contents: Contents, entry: Entry[Practitioner], name: str, roles: Roles) -> dict[str, Any]:
    practitioner = entry.resource
    telecom = [*practitioner.telecom]
    for role in roles.held.get(practitioner.id, []):
        telecom += role.telecom
    address = addresses.choose(telecom, "work", contents.now)
    if address.passed_over:
        contents.report.skip(entry, addresses.UNUSABLE, "telecom")
    return {
        "id": practitioner.id,
        "name": name,
        "email": address.email,
        "title": roles.title(practitioner.id),
        "active": practitioner.active is not False,
    }


def _roles(contents: Contents) -> Roles:
    roles = Roles()
    for entry in contents.roles:
        role = entry.resource
        if role.active is False:
            contents.report.skip(entry, "is not active")
        elif role.period.has_ended(contents.now):
            contents.report.skip(entry, "has ended")
        elif not role.practitioner:
            contents.report.skip(entry, "names no practitioner", "practitioner")
        elif holder := _holder(contents, entry, role.practitioner):
            roles.held.setdefault(holder, []).append(role)
            if role.id:
                roles.holders[role.id] = holder
    return roles


def _holder(contents: Contents, entry: Entry[PractitionerRole], reference: Reference) -> str | None:
    found = contents.index.find(reference, [PRACTITIONER])
    if isinstance(found, Match) and found.type == PRACTITIONER:
        return found.id
    why = f"its reference to a practitioner {found.why.value}" if isinstance(found, Miss) else "names no practitioner"
    contents.report.skip(entry, why, "practitioner")
    return None
