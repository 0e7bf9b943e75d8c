"""What is overdue: its list, and handing a message to somebody who may get it. No text, no patient."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from router.actors import Actor
from router.audit import Action, AuditEntry
from router.coverage import reassignment
from router.coverage.ladder_decisions import Holder, Situation
from router.errors import Conflict, NotFound
from router.flows.administrator.acting import check_administers
from router.flows.hand_over import let_go, new_delivery
from router.flows.notices import notice_for
from router.flows.on_call import people_on_call
from router.flows.practice import known_practice
from router.messages.cascade import HandOver, Question, Recipient
from router.messages.hand_overs import HandedOver
from router.messages.notification import Kind
from router.messages.on_call import is_restricted
from router.messages.routing import ClaimedMessage, Routed
from router.messages.states import State
from router.operations.overdue import OverdueMessage
from router.ports.ladders import HeldMessage
from router.ports.services import Hints, Ids, TimeZones
from router.ports.unit_of_work import Database, UnitOfWork
from router.practice.availability import Staffing
from router.practice.people import Staff
from router.practice.staff_ids import CASCADE

LIMIT = 200
NOT_HERE = frozenset({State.ACCEPTED, State.PARKED})


@dataclass(frozen=True, slots=True)
class OverdueList:
    """Overdue messages, those with an alert first, with the staff and site names; `more`: some are left out."""

    at: datetime
    items: tuple[OverdueMessage, ...]
    members: Mapping[str, Staff]
    sites: Mapping[str, str]
    more: bool
    # Why the catch-all can't get a message: it has no members, or isn't allowed to get these.
    has_catch_all: bool = True
    restricted: frozenset[UUID] = frozenset()

    def name_of(self, staff: str) -> str:
        """The name of a member of staff by their id."""
        return self.members[staff].name if staff in self.members else staff


@dataclass(frozen=True, slots=True)
class OverdueHandOver:
    """Who has a message now, by id; `as_before` says that it is open with the same people as before."""

    holders: tuple[str, ...]
    as_before: bool


@dataclass(frozen=True, slots=True)
class LookAfterOverdue:
    """What administrators see of messages that have waited too long, and what they can do about them."""

    database: Database
    hints: Hints
    ids: Ids
    zones: TimeZones

    def list(self, practice: str, by: Actor, limit: int = LIMIT) -> OverdueList:
        """What is overdue now. Raises NotFound for an unknown practice."""
        with self.database.begin() as work:
            tenant = known_practice(work, practice)
            found = work.ladders.overdue(practice, limit + 1)
            members = work.roster.staffing(tenant).members
            sites = {site.id: site.name for site in work.roster.sites(tenant).values()}
            messaging = work.messaging.current(tenant)
            at = work.now()
            work.audit.add([AuditEntry(practice, by, Action.OVERDUE_READ, practice, {"count": len(found[:limit])})])
            work.commit()
        restricted = [
            one.message
            for one in found
            if is_restricted(Question(one.topic, one.site), messaging, private=one.is_personal)
        ]
        return OverdueList(
            at,
            tuple(found[:limit]),
            members,
            sites,
            more=len(found) > limit,
            has_catch_all=bool(messaging.catch_all),
            restricted=frozenset(restricted),
        )

    def count(self, practice: str) -> int:
        """How many messages are overdue, counted up to a thousand."""
        with self.database.look() as work:
            return work.ladders.overdue_count(practice)

    def may_get(self, practice: str, message: UUID) -> tuple[str, ...]:
        """The ids of the staff to whom an overdue message may be handed by name, in the order of the cascade.

        Raises NotFound, and Conflict if it is no longer overdue or somebody else is changing it.
        """
        with self.database.begin() as work:
            _, situation = self._hold(work, practice, message)
        return reassignment.allowed(situation)

    def hand_over(self, practice: str, message: UUID, to: str, by: Actor) -> OverdueHandOver:
        """Hand an overdue message over. While the practice is closed, an urgent one also stays with who is on call.

        `to` is the id of somebody who may get it, `catch_all` or `cascade`. Raises NotFound, Invalid if they aren't
        allowed to get it, Conflict if it is no longer overdue or nobody is available, and Forbidden for staff who don't
        administer the portal.
        """
        with self.database.begin() as work:
            held, situation = self._hold(work, practice, message)
            check_administers(situation.staffing, by)
            recipients = self._give(work, practice, message, (to, held, situation))
            keep = {recipient.staff for recipient in (*recipients, *situation.on_call)}
            had = [one for one in held.holders if one.has_it_open]
            left = [one for one in had if one.staff not in keep]
            work.replies.move(practice, [one.delivery for one in left])
            self._tell(work, practice, message, situation.staffing, left)
            work.replies.own(practice, held.conversation, None)
            handlers = {held.question.owner or "", *(one.staff for one in left)}
            let_go(work, self.ids, practice, [held.conversation], handlers)
            work.audit.add([AuditEntry(practice, by, Action.HANDED_OVER, str(message), {"to": to})])
            work.commit()
        self.hints.notify()
        kept = [one.staff for one in had if one.staff in keep]
        holders = dict.fromkeys((*(recipient.staff for recipient in recipients), *kept))
        return OverdueHandOver(tuple(holders), as_before=holders.keys() == {one.staff for one in had})

    def _tell(self, work: UnitOfWork, practice: str, message: UUID, staffing: Staffing, left: Sequence[Holder]) -> None:
        """Notify the people who no longer have it that it has gone to somebody else."""
        active = (one.staff for one in left if staffing.is_active(one.staff))
        told = [notice_for(self.ids, staffing, staff, message) for staff in active]
        work.notices.add(practice, Kind.STAFF_HANDED_OVER, told)

    def _give(
        self, work: UnitOfWork, practice: str, message: UUID, asked: tuple[str, HeldMessage, Situation]
    ) -> Sequence[Recipient]:
        """Put it into the inboxes of the people who get it; those who already have it keep it."""
        to, held, situation = asked
        handed_by = next((holder.staff for holder in held.holders if holder.is_current), None)
        if to == CASCADE:
            question, resolution = reassignment.asked_anew(situation)
            claimed = ClaimedMessage(practice, message, held.conversation, held.patient, question)
            work.routing.resolve_again(Routed(claimed, resolution, ()))
            recipients = resolution.recipients
        else:
            recipients = reassignment.takers(to, situation)
        for recipient in situation.without_owner().without_holders(recipients):
            handed = None
            if to != CASCADE:
                taker = recipient.staff
                handed = HandedOver(self.ids.new(), message, handed_by or taker, taker, HandOver.OVERDUE)
            new = new_delivery(self.ids, recipient, situation.staffing.members[recipient.staff].email)
            work.replies.give(practice, message, new, handed)
        return recipients

    def _hold(self, work: UnitOfWork, practice: str, message: UUID) -> tuple[HeldMessage, Situation]:
        """Lock an overdue message, and read what determines who may get it. Raises NotFound and Conflict."""
        tenant = work.practices.hold([known_practice(work, practice).id]).get(practice)
        held = work.ladders.hold(practice, message) if tenant is not None else None
        if work.messages.receipt(practice, message) is None:
            raise NotFound("There is no such message.")
        if tenant is None or held is None:
            raise Conflict("Somebody else is changing the message. Try again.")
        if held.state in NOT_HERE or not work.ladders.is_overdue(practice, message):
            raise Conflict("The message isn't overdue.")
        staffing, messaging = work.roster.staffing(tenant), work.messaging.current(tenant)
        question = held.question
        on_call: tuple[Recipient, ...] = ()
        if held.urgent:
            on_call = people_on_call(work, self.zones, tenant, question, private=held.private)
        return held, Situation(question, held.private, held.holders, messaging, staffing, work.now(), on_call)
