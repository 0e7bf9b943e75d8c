"""The care teams in force: which staff care for a patient and as what, and which organisations do.

CareTeam is that of https://hl7.org/fhir/R4/careteam.html. A practitioner of any role counts; patients, relatives and
organisations don't, and the report says so.
"""

from dataclasses import dataclass, field

from adapters.fhir import names
from adapters.fhir.charts import MergedCharts
from adapters.fhir.contents import Contents
from adapters.fhir.entries import Entry
from adapters.fhir.members import Member, find_member, leavers
from adapters.fhir.references import Match, Miss, is_certainly_absent
from adapters.fhir.resources import CareTeam, Resource
from adapters.fhir.staff import Staff
from router.practice.doubts import RecordKind
from router.practice.roster_rules import NAME_LIMIT
from router.text.repair import repair_text

DEFAULT_ROLE = "Care team member"
TEAM_IN_DOUBT = "was skipped: whom it is about, or whether it is current, can't be read"


@dataclass(frozen=True, slots=True)
class Care:
    """Who cares for one patient: the role of each member of staff, and the teams that name organisations."""

    roles: dict[str, str] = field(default_factory=dict)
    teams: list[Entry[CareTeam]] = field(default_factory=list)


def care_of(contents: Contents, patient: str) -> Care:
    """Who cares for a patient, once the teams have been read."""
    return Care(contents.kept.members(patient), contents.kept.teams_of(patient))


def read(contents: Contents, staff: Staff) -> None:
    """Find out who cares for every patient who has a team in force."""
    for entry in contents.kept.teams():
        why_not = _why_not(contents, entry.resource)
        if why_not is not None:
            contents.report.skip(entry, why_not)
            _note_leavers(contents, staff, entry)
        elif patient := _patient(contents, entry):
            if entry.resource.managing_organization:
                contents.kept.add_team(patient, entry.source)
            _add_members(contents, staff, entry, patient)
    for doubtful in contents.doubtful:
        if isinstance(doubtful.resource, CareTeam):
            _doubt(contents, staff, doubtful, doubtful.resource)
    if not contents.has_any("CareTeam"):
        contents.doubts.every_team = True


def hand_over(contents: Contents, merged: MergedCharts) -> None:
    """Who cares for a patient by a chart that was merged cares for them by the one that took its place."""
    for patient in merged.into:
        target = merged.last(patient)
        if target != patient:
            contents.kept.hand_over(patient, target)


def _doubt(contents: Contents, staff: Staff, entry: Entry[Resource], team: CareTeam) -> None:
    """Nobody is on or off a team by what can't be read, except who has left it by what can."""
    contents.report.warn(entry, TEAM_IN_DOUBT)
    found = contents.index.find(team.subject, ["Patient"]) if team.subject and not entry.lacks("subject") else None
    if not isinstance(found, Match):
        contents.doubts.every_team = True
        return
    contents.doubts.teams.add(found.id)
    everybody = _why_not(contents, team) is not None
    contents.kept.leave(found.id, leavers(contents, staff, team, everybody=everybody))


def _note_leavers(contents: Contents, staff: Staff, entry: Entry[CareTeam]) -> None:
    subject = entry.resource.subject
    found = contents.index.find(subject, ["Patient"]) if subject else None
    if isinstance(found, Match):
        contents.kept.leave(found.id, leavers(contents, staff, entry.resource, everybody=True))


def _why_not(contents: Contents, team: CareTeam) -> str | None:
    if team.status not in {"active", None}:
        return "is not active"
    if team.period.has_ended(contents.now):
        return "has ended"
    return None if team.period.has_begun(contents.now) else "has not begun"


def _patient(contents: Contents, entry: Entry[CareTeam]) -> str | None:
    subject = entry.resource.subject
    if subject is None:
        contents.report.warn(entry, "names no patient", "subject")
        contents.doubts.every_team = True
        return None
    found = contents.index.find(subject, ["Patient"])
    if isinstance(found, Match) and found.type == "Patient":
        return found.id
    why = "names no patient"
    if isinstance(found, Miss) and found.type in {"Patient", None}:
        why = f"its reference to a patient {found.why.value}"
        contents.doubts.every_team = contents.doubts.every_team or not is_certainly_absent(subject, found)
    contents.report.remark(entry, why, "subject")
    return None


def _add_members(contents: Contents, staff: Staff, entry: Entry[CareTeam], patient: str) -> None:
    anybody = False
    for index, participant in enumerate(entry.resource.participant):
        path = f"participant.{index}.member"
        member = find_member(contents, staff, participant)
        role = contents.report.text(entry, f"participant.{index}.role", names.words(participant.role))
        if member.is_staff:
            anybody = True
            # Who is named more than once is listed once, in the role that is named first.
            contents.kept.add_member(patient, member.id, role or _title(member, staff) or DEFAULT_ROLE)
            continue
        note = contents.report.skip if member.is_normal else contents.report.remark
        note(entry, f"a participant {member.why_not}", path)
        if member.id:
            contents.doubts.members[patient][member.id] = role or DEFAULT_ROLE
        if member.in_doubt:
            contents.doubts.teams.add(patient)
    is_subset = entry.resource.meta.is_subset
    if is_subset or entry.lacks("participant"):
        contents.doubts.teams.add(patient)
    if is_subset or entry.lacks("managingOrganization"):
        contents.doubts.keep(RecordKind.PATIENTS, patient, "home_site", "sites")
    if not anybody:
        contents.report.remark(entry, "has no practitioner in it", "participant")
    contents.kept.leave(patient, leavers(contents, staff, entry.resource, everybody=False))


def _title(member: Member, staff: Staff) -> str:
    title = member.title or staff.roles.title(member.id) or ""
    # What had to be repaired in it is reported where it is the title.
    return repair_text(title, NAME_LIMIT).text
