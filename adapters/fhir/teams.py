"""The care teams in force: which staff care for a patient and as what, and which organisations do.

CareTeam is that of https://hl7.org/fhir/R4/careteam.html. A practitioner of any role counts; patients, relatives and
organisations don't, and the report says so.
"""

from dataclasses import dataclass, field

from adapters.fhir import names
from adapters.fhir.contents import Contents
from adapters.fhir.files import Entry
from adapters.fhir.references import Match, Miss, Why
from adapters.fhir.resources import CareTeam, Participant
from adapters.fhir.staff import PRACTITIONER, PRACTITIONER_ROLE, Staff, title_of

DEFAULT_ROLE = "Care team member"

# What a participant may be; a reference without a type is sought in this order.
_MEMBERS = (PRACTITIONER, PRACTITIONER_ROLE, "Patient", "Organization")
_OTHERS = {
    "Patient": "is a patient, not a practitioner",
    "Organization": "is an organisation, not a practitioner",
    "RelatedPerson": "is a related person, not a practitioner",
    "CareTeam": "is a care team, not a practitioner",
}


@dataclass(frozen=True, slots=True)
class Care:
    """Who cares for one patient: the role of each member of staff, and the teams, for their organisations."""

    roles: dict[str, str] = field(default_factory=dict)
    teams: list[Entry[CareTeam]] = field(default_factory=list)


def read(contents: Contents, staff: Staff) -> dict[str, Care]:
    """The care of every patient who has a team in force, by the patient's id."""
    care: dict[str, Care] = {}
    for entry in contents.teams:
        if why_not := _why_not(contents, entry.resource):
            contents.report.skip(entry, why_not)
        elif patient := _patient(contents, entry):
            theirs = care.setdefault(patient, Care())
            theirs.teams.append(entry)
            _add_members(contents, staff, entry, theirs)
    return care


def _why_not(contents: Contents, team: CareTeam) -> str | None:
    if team.status not in {"active", None}:
        return "is not active"
    if team.period.has_ended(contents.now):
        return "has ended"
    return None if team.period.has_begun(contents.now) else "has not begun"


def _patient(contents: Contents, entry: Entry[CareTeam]) -> str | None:
    subject = entry.resource.subject
    if subject is None:
        contents.report.skip(entry, "names no patient", "subject")
        return None
    found = contents.index.find(subject, ["Patient"])
    if isinstance(found, Match) and found.type == "Patient":
        return found.id
    why = "names no patient"
    if isinstance(found, Miss) and found.type in {"Patient", None}:
        why = f"its reference to a patient {found.why.value}"
    contents.report.skip(entry, why, "subject")
    return None


def _add_members(contents: Contents, staff: Staff, entry: Entry[CareTeam], care: Care) -> None:
    anybody = False
    for index, participant in enumerate(entry.resource.participant):
        member, why_not = _member(contents, staff, participant)
        if member is None:
            contents.report.skip(entry, f"a participant {why_not}", f"participant.{index}.member")
        else:
            anybody = True
            # Who is named more than once is listed once, in the role that is named first.
            care.roles.setdefault(member, _role(contents, staff, participant, member))
    if not anybody:
        contents.report.skip(entry, "has no practitioner in it", "participant")


def _member(contents: Contents, staff: Staff, participant: Participant) -> tuple[str | None, str]:
    if participant.member is None:
        return None, "isn't named by a reference"
    if participant.period.has_ended(contents.now):
        return None, "has left"
    found = contents.index.find(participant.member, _MEMBERS)
    if found.type == PRACTITIONER_ROLE and isinstance(found, Match):
        holder = staff.roles.holders.get(found.id)
        if holder is None:
            return None, "is a practitioner's role that is not in force"
        found = Match(PRACTITIONER, holder)
    if found.type not in {PRACTITIONER, PRACTITIONER_ROLE, None}:
        return None, _OTHERS.get(found.type or "", "is something else than a practitioner")
    if isinstance(found, Miss):
        return None, _lost(found)
    return (found.id, "") if found.id in staff.records else (None, "is a practitioner without a name")


def _lost(miss: Miss) -> str:
    if miss.why is Why.ABSENT:
        return f"is a practitioner who {miss.why.value}" if miss.type else miss.why.value
    return f"is named by a reference that {miss.why.value}"


def _role(contents: Contents, staff: Staff, participant: Participant, member: str) -> str:
    return (
        names.words(participant.role)
        or _title_referred_to(contents, staff, participant, member)
        or staff.roles.title(member)
        or DEFAULT_ROLE
    )


def _title_referred_to(contents: Contents, staff: Staff, participant: Participant, member: str) -> str | None:
    found = participant.member and contents.index.find(participant.member, _MEMBERS)
    if not isinstance(found, Match) or found.type != PRACTITIONER_ROLE:
        return None
    return next((title_of(role) for role in staff.roles.held[member] if role.id == found.id), None)
