"""Who a participant of a care team is: a member of staff, or why not."""

from dataclasses import dataclass

from adapters.fhir.contents import Contents
from adapters.fhir.datatypes import Reference
from adapters.fhir.references import ById, Match, Miss, Why, is_certainly_absent, pointers
from adapters.fhir.resources import CareTeam, Participant
from adapters.fhir.staff import PRACTITIONER, PRACTITIONER_ROLE, Staff, title_of

# What a participant may be; a reference without a type is sought in this order.
_MEMBERS = (PRACTITIONER, PRACTITIONER_ROLE, "Patient", "Organization")
_OTHERS = {
    "Patient": "is a patient, not a practitioner",
    "Organization": "is an organisation, not a practitioner",
    "RelatedPerson": "is a related person, not a practitioner",
    "CareTeam": "is a care team, not a practitioner",
}
SKIPPED = "is a practitioner whose record was skipped"
NAMELESS = "is a practitioner without a name"


@dataclass(frozen=True, slots=True)
class Member:
    """A participant who is on the staff, or `why_not`.

    Who isn't may be `in_doubt`, since a part of the export can't be read; they have an `id` where only their own
    record is at fault. Whether that is normal, the report says in its order.
    """

    id: str = ""
    why_not: str = ""
    title: str | None = None
    is_normal: bool = False
    in_doubt: bool = False

    @property
    def is_staff(self) -> bool:
        """Whether this is a member of staff."""
        return not self.why_not


def find_member(contents: Contents, staff: Staff, participant: Participant) -> Member:
    """The member of staff that a participant is now."""
    if participant.member is None:
        return Member(why_not="isn't named by a reference", in_doubt=True)
    if participant.has_left(contents.now):
        return Member(why_not="has left", is_normal=True)
    if not participant.has_begun(contents.now):
        return Member(why_not="has not begun", is_normal=True)
    if participant.has_fault:
        return Member(why_not="has a period that can't be read", in_doubt=True)
    return of_reference(contents, staff, participant.member)


def of_reference(contents: Contents, staff: Staff, reference: Reference) -> Member:
    """The member of staff that a reference names, directly or by a role of theirs."""
    found = contents.index.find(reference, _MEMBERS)
    title = None
    if found.type == PRACTITIONER_ROLE and isinstance(found, Match):
        holder = staff.roles.holders.get(found.id)
        if holder is None:
            in_doubt = contents.is_partial(PRACTITIONER_ROLE)
            return Member(why_not="is a practitioner's role that is not current", is_normal=True, in_doubt=in_doubt)
        held = staff.roles.held[holder]
        title = next((title_of(role) for role in held if role.id == found.id), None)
        found = Match(PRACTITIONER, holder)
    if found.type not in {PRACTITIONER, PRACTITIONER_ROLE, None}:
        return Member(why_not=_OTHERS.get(found.type or "", "is not a practitioner"), is_normal=True)
    if isinstance(found, Miss):
        # The practice may know somebody who isn't in the export.
        known_as = _practitioner(reference) if is_certainly_absent(reference, found) else ""
        is_partial = contents.is_partial(PRACTITIONER, PRACTITIONER_ROLE)
        return Member(known_as, _lost(found), in_doubt=is_partial or not known_as)
    if found.id in staff.records:
        return Member(found.id, title=title)
    why_not = NAMELESS if found.id in contents.resources[PRACTITIONER] else SKIPPED
    return Member(found.id, why_not, in_doubt=True)


def leavers(contents: Contents, staff: Staff, team: CareTeam, *, everybody: bool) -> set[str]:
    """The staff who have left a team for certain, or all who are named where the team itself is over."""
    gone = set()
    for participant in team.participant:
        if participant.member is not None and (everybody or participant.has_left(contents.now)):
            member = of_reference(contents, staff, participant.member)
            if member.id:
                gone.add(member.id)
    return gone


def _practitioner(reference: Reference) -> str:
    named = (pointer for pointer in pointers(reference) if isinstance(pointer, ById) and pointer.type == PRACTITIONER)
    return next((pointer.id for pointer in named), "")


def _lost(miss: Miss) -> str:
    if miss.why is Why.ABSENT:
        return f"is a practitioner who {miss.why.value}" if miss.type else miss.why.value
    return f"is named by a reference that {miss.why.value}"
