"""Why a message went where it went."""

from dataclasses import dataclass
from uuid import UUID

from router.actors import Actor
from router.audit import Action, AuditEntry
from router.errors import NotFound
from router.messages.trace import Trace
from router.ports.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class Explain:
    """Tells a message's way, without any text of it."""

    database: Database

    def trace(self, practice: str, message: UUID, by: Actor) -> tuple[Trace, dict[str, str]]:
        """The trace and the names of the staff that it speaks of. Raises NotFound."""
        with self.database.begin() as work:
            receipt, tenant = work.messages.receipt(practice, message), work.practices.get(practice)
            if receipt is None or tenant is None:
                raise NotFound("There is no such message.")
            parked = work.operations.parked_item(practice, message)
            trace = Trace(
                receipt,
                parked.reason if parked and parked.kind == "message" else None,
                tuple(work.traces.resolutions(practice, message)),
                tuple(work.traces.deliveries(practice, message)),
                tuple(work.traces.hand_overs(practice, message)),
                tuple(work.traces.replies(practice, receipt.conversation, message)),
                tuple(work.ladders.steps(practice, message)),
                tuple(work.urgency.changes(practice, message)),
                tuple(work.traces.notices(practice, message)),
            )
            names = {member.id: member.name for member in work.roster.staffing(tenant).members.values()}
            work.audit.add([AuditEntry(practice, by, Action.TRACE_READ, str(message))])
            work.commit()
        return trace, names
