"""What operators type: status, parked, audit, reconcile."""

from collections.abc import Sequence
from datetime import UTC, datetime
from time import sleep
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.flows import Open
from adapters.cli.terminal import (
    JsonOption,
    PracticeOption,
    console,
    fail,
    identifier,
    moment,
    practice_of,
    print_json,
    print_table,
)
from router.actors import COMMAND
from router.flows.operator.operations import ReadOperations, Status
from router.operations.progress import Progress, measure_progress
from router.operations.reconciliation import Breach

if TYPE_CHECKING:
    from uuid import UUID

SecondsOption = Annotated[
    float, typer.Option(min=0, max=60, help="Seconds to measure the rate of a backlog; 0 to skip.")
]
LimitOption = Annotated[int, typer.Option(min=1, max=1000, help="Maximum number of items.")]


def add_operation_commands(root: typer.Typer, flows: Open) -> None:
    """`careroute status`, `parked`, `audit` and `reconcile`."""
    _status(root, flows)
    root.add_typer(_parked(flows), name="parked")
    root.add_typer(_audit(flows), name="audit")
    _reconcile(root, flows)


def _status(root: typer.Typer, flows: Open) -> None:
    @root.command()
    def status(*, as_json: JsonOption = False, seconds: SecondsOption = 2) -> None:
        """Show the backlog and its rate, the live workers, and what is parked."""
        now, progress = _look_twice(flows().operations, seconds)
        if as_json:
            print_json(status_document(now, progress))
            return
        rows = [[one.queue, str(one.waiting), str(_age(now, one.oldest))] for one in now.backlog]
        print_table(["queue", "waiting", "oldest, seconds"], rows, "")
        for one in progress:
            console.print(f"{one.queue}: {one.in_words()}.")
        seen = ", ".join(f"{one.id} ({one.queues})" for one in now.workers)
        console.print(f"Workers seen: {seen or 'none'}.")
        for kind, reason, count in now.parked:
            console.print(f"Parked: {kind}, {reason}: {count}.")
        for reason, count in now.quarantined:
            console.print(f"Quarantined: {reason}: {count}.")
        if now.relay_paused_until:
            console.print(f"The mail relay is failing: {now.relay_answer}")


def _look_twice(operate: ReadOperations, seconds: float) -> tuple[Status, Sequence[Progress]]:
    """The status; if something waits, a second measurement gives the rate of the backlog."""
    first = operate.status()
    if not seconds or not any(one.waiting for one in first.backlog):
        return first, []
    sleep(seconds)
    second = operate.status()
    return second, measure_progress((first.at, first.backlog), (second.at, second.backlog))


def status_document(now: Status, progress: Sequence[Progress] = ()) -> dict[str, object]:
    """The status as JSON, ages in seconds, rates a second."""
    return {
        "at": now.at,
        "backlog": [
            {"queue": one.queue, "waiting": one.waiting, "oldest": one.oldest, "age_seconds": _age(now, one.oldest)}
            for one in now.backlog
        ],
        "progress": [
            {"queue": one.queue, "rate": round(one.rate, 3), "remaining_seconds": one.remaining_seconds}
            for one in progress
        ],
        "workers": [{"id": one.id, "queues": one.queues, "seen_at": one.seen_at} for one in now.workers],
        "parked": [{"kind": kind, "reason": reason, "count": count} for kind, reason, count in now.parked],
        "quarantined": [{"reason": reason, "count": count} for reason, count in now.quarantined],
        "relay": {"paused_until": now.relay_paused_until, "answer": now.relay_answer},
    }


def _age(now: Status, oldest: datetime | None) -> int:
    return max(0, round((now.at - oldest).total_seconds())) if oldest else 0


def _parked(flows: Open) -> typer.Typer:
    group = typer.Typer(help="Items that need a person's attention.", no_args_is_help=True)

    @group.command("list")
    def show_all(limit: LimitOption = 100) -> None:
        """List parked messages, deliveries, notifications and ladder steps of all practices, newest first."""
        rows = [
            [str(one.id), one.kind, one.practice, one.reason, moment(one.since), one.answer or ""]
            for one in flows().operations.parked(None, None, limit)
        ]
        print_table(["id", "kind", "practice", "reason", "since", "answer"], rows, "Nothing is parked.")

    @group.command()
    def show(item: Annotated[str, typer.Argument(metavar="ID")]) -> None:
        """Show one parked item."""
        one = flows().operations.parked_item(None, identifier(item, "ID"))
        print_json({name: getattr(one, name) for name in one.__slots__})

    _requeue(group, flows)
    return group


def _requeue(group: typer.Typer, flows: Open) -> None:
    @group.command()
    def requeue(
        item: Annotated[str | None, typer.Argument(metavar="[ID]", help="The id of a parked item.")] = None,
        reason: Annotated[str | None, typer.Option(help="All items parked for this reason. Needs --since.")] = None,
        since: Annotated[str | None, typer.Option(help="Only items parked since this time or date (UTC).")] = None,
        practice: PracticeOption = None,
    ) -> None:
        """Requeue one item, or all that were parked for one reason."""
        if item is not None:
            if reason or since or practice:
                fail("give an ID, or --reason and --since")
            flows().operations.requeue(None, identifier(item, "ID"), COMMAND)
            console.print("Requeued.")
            return
        if reason is None or since is None:
            fail("give an ID, or --reason and --since")
        opened = flows()
        chosen = practice_of(opened.roster, practice) if practice else None
        count = opened.operations.requeue_parked(chosen, reason, _since(since), COMMAND)
        console.print(f"Requeued: {count}.")


def _since(given: str) -> datetime:
    """A moment as it was typed; without a time zone it is in UTC."""
    try:
        at = datetime.fromisoformat(given)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        fail("--since is not a time, such as 2026-05-31 or 2026-05-31T08:00:00Z")


def _audit(flows: Open) -> typer.Typer:
    group = typer.Typer(help="The audit record: who did and saw what.", no_args_is_help=True)

    @group.command("list")
    def show(
        practice: PracticeOption = None,
        limit: LimitOption = 100,
        before: Annotated[str | None, typer.Option(help="Continue after this id.")] = None,
    ) -> None:
        """List the audit record, newest first."""
        opened = flows()
        since: UUID | None = identifier(before, "--before") if before else None
        rows = [
            [str(one.id), moment(one.at), f"{one.actor.kind} {one.actor.id}", one.action, one.subject]
            for one in opened.operations.audit(practice_of(opened.roster, practice), since, limit)
        ]
        print_table(["id", "when", "who", "what", "on"], rows, "The audit record is empty.")

    return group


def _reconcile(root: typer.Typer, flows: Open) -> None:
    @root.command()
    def reconcile() -> None:
        """Check that promises 1 to 4 hold for all practices; exit code 1 if one doesn't."""
        done = flows().reconcile.run(_print_breach)
        console.print(done.in_words())
        if done.broken:
            raise typer.Exit(1)


def _print_breach(breach: Breach) -> None:
    console.print(f"  promise {breach.promise}, {breach.practice}, {breach.id}: {breach.problem}")
