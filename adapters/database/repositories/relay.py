"""The mail relay: whether it is left alone, and what it refused since it last took an email."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, tuple_
from typing_extensions import override

from adapters.database.tables import practice, relay, relay_refusal, staff
from adapters.database.transaction import Transaction
from router.messages.notification import relay_pause
from router.messages.relay_health import DOMAINS, PRACTICES, RelayMemory, UnclearRefusal
from router.ports.notifications import Relay

# More than that says nothing more.
REMEMBERED = 100
RESUMED = relay.delete()
THIS = tuple_(relay_refusal.c.practice, relay_refusal.c.address)
# What another batch is about to change is left to it, so that two batches never wait for each other.
FORGOTTEN = relay_refusal.delete().where(
    THIS.in_(select(relay_refusal.c.practice, relay_refusal.c.address).with_for_update(skip_locked=True))
)


class RelayRepository(Relay):
    """See router.ports.notifications.Relay."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @override
    def pause(self, answer: str) -> datetime:
        known = self._transaction.execute(select(relay.c.failures).with_for_update()).scalar_one_or_none()
        failures = (known or 0) + 1
        until = self._transaction.now() + relay_pause(failures)
        row = {"id": 1, "paused_until": until, "failures": failures, "answer": answer}
        self._transaction.upsert(relay, [row])
        return until

    @override
    def resume(self) -> None:
        self._transaction.execute(RESUMED)

    @override
    def memory(self) -> RelayMemory:
        newest = select(relay_refusal).order_by(relay_refusal.c.refused_at.desc()).limit(REMEMBERED)
        refusals = [
            UnclearRefusal(row.practice, row.address, row.domain, row.answer)
            for row in self._transaction.execute(newest)
        ]
        return RelayMemory(refusals, self._practices(), self._domains())

    def _practices(self) -> int:
        some = select(practice.c.id).limit(PRACTICES).subquery()
        return self._transaction.execute(select(func.count()).select_from(some)).scalar_one()

    def _domains(self) -> int:
        """Different domains that staff have addresses in, as far as they are counted."""
        place = (func.instr if self._transaction.is_sqlite else func.strpos)(staff.c.email, "@")
        domain = func.lower(func.substr(staff.c.email, place + 1))
        some = select(domain).where(staff.c.email.is_not(None), staff.c.active).distinct().limit(DOMAINS).subquery()
        return self._transaction.execute(select(func.count()).select_from(some)).scalar_one()

    @override
    def remember(self, refusals: Sequence[UnclearRefusal]) -> None:
        now = self._transaction.now()
        rows = {
            (one.practice, one.digest): {
                "practice": one.practice,
                "address": one.digest,
                "domain": one.domain,
                "answer": one.signature,
                "refused_at": now,
            }
            for one in refusals
        }
        # In one order, so that two batches never wait for each other.
        self._transaction.upsert(relay_refusal, [rows[key] for key in sorted(rows)])

    @override
    def forget(self) -> None:
        self._transaction.execute(FORGOTTEN)
