"""Planning what a roster document changes, and what follows from writing it: for documents whole and in pieces."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from router.actors import Actor
from router.audit import Action, AuditEntry
from router.coverage.departures import HeldWork
from router.errors import Invalid
from router.flows.hand_over import Returned, return_to_cascade
from router.messaging.snapshot import PracticeSnapshot
from router.ports.services import Ids
from router.ports.unit_of_work import UnitOfWork
from router.practice import roster_rules
from router.practice.import_report import Finding
from router.practice.people import Roster, Staff
from router.practice.roster import Mode, RosterChange, RosterDocument, keeping, plan
from router.practice.settled_charts import changed_links
from router.practice.settling import settle as settle_doubts

# What leavers own and have not done, by their ids.
HeldBy = Mapping[str, HeldWork]


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """What would change, worked out from `current`, which is the roster of the practice as of `before`.

    `current` holds all sites and staff, and at least those patients whom the document is about. So many `absent` ones,
    whom a replace doesn't name, are deactivated besides.
    """

    before: PracticeSnapshot
    current: Roster
    change: RosterChange
    findings: tuple[Finding, ...]
    absent: int = 0

    @property
    def changes_anything(self) -> bool:
        """Whether anything would be written."""
        return self.change.changes_anything or self.absent > 0


def plan_change(before: PracticeSnapshot, current: Roster, document: RosterDocument, mode: Mode) -> PlannedChange:
    """Settle, check and compare a document. Raises Invalid with the fields that are wrong."""
    settled = settle_doubts(current, keeping(current, document), mode)
    errors = roster_rules.check(current, settled.document)
    if errors:
        raise Invalid("The roster is not valid. Nothing was stored.", errors)
    return PlannedChange(before, current, plan(current, settled.document, mode), settled.findings)


def held_by_leavers(work: UnitOfWork, planned: PlannedChange) -> HeldBy:
    """What the people who leave by this change own and have not finished."""
    leavers = [leaver.id for leaver in planned.change.staff.deactivated]
    return work.replies.held_by(planned.before.practice.id, leavers) if leavers else {}


def finish(work: UnitOfWork, ids: Ids, planned: PlannedChange, by: Actor) -> HeldBy:
    """Write the staff who were already known, and the consequences, while the practice is locked.

    Returns what leavers held. Everything that needs no lock has been written before.
    """
    change, practice = planned.change, planned.before.practice.id
    held = held_by_leavers(work, planned)
    work.roster.write_known_staff(practice, change.staff)
    end_access(work, practice, planned.current.staff, change.staff.written)
    end_access_to_charts(work, practice, [patient.id for patient in change.patients.deactivated])
    returned = settle(work, ids, practice, change.staff.written, by)
    work.audit.add(list(audit_entries(planned, by)))
    return with_returned(held, returned)


def settle(work: UnitOfWork, ids: Ids, practice: str, changed: Sequence[Staff], by: Actor) -> Returned:
    """Route leavers' unfinished messages again, as far as is done at once, and those that had no recipient before.

    Drafts come last, as a reply that is being sent erases its own when it has its conversation.
    """
    inactive = [member.id for member in changed if not member.active]
    work.replies.disown(practice, inactive)
    returned = return_to_cascade(work, ids, practice, by)
    work.drafts.erase_of(practice, inactive)
    work.messages.requeue_ownerless(practice)
    return returned


def end_access(work: UnitOfWork, practice: str, known: Mapping[str, Staff], changed: Sequence[Staff]) -> None:
    """Permanently end the leavers' sessions and links, and links whose owner's address has changed."""
    before = [(known[member.id], member) for member in changed if member.id in known]
    left = [member.id for was, member in before if was.active and not member.active]
    moved = [member.id for was, member in before if was.email != member.email]
    if left or moved:
        work.password_links.end(practice, left + moved)
    if left:
        work.sessions.end_of(practice, left, [])


def end_access_to_charts(work: UnitOfWork, practice: str, patients: Sequence[str]) -> None:
    """Permanently end the sessions in these charts, and the links into them."""
    if patients:
        work.sessions.end_of(practice, [], patients)
        work.portal_links.end_of(practice, patients)


def audit_entries(planned: PlannedChange, by: Actor) -> Iterator[AuditEntry]:
    """One row for the change, and one for each chart that was merged into another or separated again."""
    change, practice = planned.change, planned.before.practice.id
    counts = {"staff": len(change.staff.written), "patients": len(change.patients.written) + planned.absent}
    yield AuditEntry(practice, by, Action.ROSTER_CHANGED, practice, counts)
    for patient in changed_links(planned.current.patients, change.patients.written):
        if patient.replaced_by is None:
            yield AuditEntry(practice, by, Action.CHART_REINSTATED, patient.id)
        else:
            yield AuditEntry(practice, by, Action.CHART_REPLACED, patient.id, {"replaced_by": patient.replaced_by})


def with_returned(held: HeldBy, returned: Returned) -> HeldBy:
    """What leavers held, how much of it found another recipient, and whether more may."""
    moved = Counter(undone.staff for undone in returned.moved)
    return {
        staff: replace(one, returned=moved[staff], more_follow=returned.more_follow and moved[staff] < one.deliveries)
        for staff, one in held.items()
    }
