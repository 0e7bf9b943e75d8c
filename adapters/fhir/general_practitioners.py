"""The general practitioners whom charts name: members of the care team where the practice wants that.

Patient.generalPractitioner is that of https://hl7.org/fhir/R4/patient-definitions.html#Patient.generalPractitioner.
"""

from adapters.fhir.contents import Contents
from adapters.fhir.entries import Entry
from adapters.fhir.members import of_reference
from adapters.fhir.resources import Patient
from adapters.fhir.staff import Staff

ROLE = "General practitioner"
ELEMENT = "generalPractitioner"
NOT_ADDED = "names a general practitioner who is not on the care team (--general-practitioners adds them)"


def read(contents: Contents, staff: Staff, *, are_members: bool) -> None:
    """Add them to the care of their patients, or report them."""
    for entry in contents.kept.patients("practitioners"):
        if are_members and may_name_more(entry):
            contents.doubts.teams.add(entry.resource.id)
        for index, _ in enumerate(entry.resource.general_practitioner):
            _read_one(contents, staff, entry, index, are_members=are_members)


def may_name_more(entry: Entry[Patient]) -> bool:
    """Whether a chart may have general practitioners that weren't read, or weren't asked for."""
    is_silent = entry.resource.meta.is_subset or entry.has_fault(ELEMENT)
    return entry.lacks(ELEMENT) or (is_silent and not entry.resource.general_practitioner)


def _read_one(contents: Contents, staff: Staff, entry: Entry[Patient], index: int, *, are_members: bool) -> None:
    path = f"{ELEMENT}.{index}"
    patient = entry.resource.id
    member = of_reference(contents, staff, entry.resource.general_practitioner[index])
    if not member.is_staff:
        note = contents.report.skip if member.is_normal else contents.report.remark
        note(entry, f"its general practitioner {member.why_not}", path)
        if are_members and member.in_doubt:
            contents.doubts.teams.add(patient)
        if are_members and member.id:
            contents.doubts.members[patient].setdefault(member.id, ROLE)
    elif are_members:
        contents.kept.add_member(patient, member.id, ROLE)
    elif member.id not in contents.kept.members(patient):
        contents.report.skip(entry, NOT_ADDED, path)
