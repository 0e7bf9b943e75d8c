"""Writing, reading and explaining messages from a terminal; no key is needed."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from adapters.cli.flows import Open
from adapters.cli.terminal import PracticeOption, console, identifier, moment, practice_of
from router.actors import COMMAND
from router.coverage.ladder_decisions import traced_step_in_words
from router.errors import Refusal
from router.flows.staff.inbox import InboxListing, InboxView
from router.messages.cascade import Resolution
from router.messages.explanation import hand_over_in_words, step_in_words, why_item
from router.messages.inbox import InboxRef
from router.messages.message import Draft
from router.messages.priority import change_in_words
from router.messages.trace import Trace, TracedDelivery, TracedNotice, TracedNotification, TracedReply
from router.practice.topics import Topic

# Why somebody was notified of a message that had arrived before.
CAUSES_IN_WORDS = {
    "remind": "a reminder",
    "alert": "an alert",
    "returned": "because it came back to their inbox",
    "handed_over": "because it went to somebody else",
}


def add_message_commands(root: typer.Typer, flows: Open) -> None:
    """`careroute send`, `inbox` and `trace`."""
    _send(root, flows)
    _inbox(root, flows)
    _trace(root, flows)


def _send(root: typer.Typer, flows: Open) -> None:
    @root.command()
    def send(  # noqa: PLR0913, PLR0917 - these are the fields of a message.
        patient: Annotated[str, typer.Option(help="The patient's id.")],
        topic: Annotated[Topic, typer.Option(help="The topic of the message.")],
        subject: Annotated[str, typer.Option(help="One line.")],
        body: Annotated[str | None, typer.Option(help="The text; by default it is read from standard input.")] = None,
        to: Annotated[
            str | None, typer.Option(help="The id of the chosen care-team member, where there is a choice.")
        ] = None,
        site: Annotated[str | None, typer.Option(help="One of the patient's sites; by default the home site.")] = None,
        sender: Annotated[
            str | None, typer.Option(help="The authorized user who writes; by default the patient.")
        ] = None,
        key: Annotated[str | None, typer.Option("--idempotency-key", help="Repeating a key sends nothing.")] = None,
        practice: PracticeOption = None,
    ) -> None:
        """Send a message for a patient. The running service delivers it."""
        opened = flows()
        tenant = practice_of(opened.roster, practice)
        text = body if body is not None else sys.stdin.read()
        draft = Draft(key or opened.ids.new().hex, patient, topic, subject, text, sender, site, to)
        answer = opened.accept.accept(tenant, [draft], COMMAND)[0]
        if isinstance(answer, Refusal):
            raise answer
        console.print(f"Accepted, To: {answer.to}")
        typer.echo(str(answer.id))


def _inbox(root: typer.Typer, flows: Open) -> None:
    @root.command()
    def inbox(
        staff: Annotated[str, typer.Argument(metavar="STAFF")],
        state: Annotated[InboxView, typer.Option(help="Which messages.")] = InboxView.OPEN,
        limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
        practice: PracticeOption = None,
    ) -> None:
        """Show the inbox of a member of staff, newest first."""
        opened = flows()
        page = opened.read_inbox.page(
            InboxRef(practice_of(opened.roster, practice), staff, COMMAND), InboxListing(state), None, limit
        )
        console.print(f"{page.names[staff]}: {page.unread} unread", style="bold")
        for item in page.items:
            born = f", born {item.birth_date}" if item.birth_date else ""
            writer = f"{item.sender_name} for {item.patient_name}" if item.sender_name else item.patient_name
            console.print("─" * 60, style="dim")
            console.print(f"{moment(item.received_at)}  {item.topic.label}  {item.state}")
            console.print(f"{writer}{born}")
            console.print(item.subject, style="bold")
            console.print(item.body)
            reason = why_item(item, page.names)
            console.print(f"{reason} (message {item.message})", style="dim")
        if not page.items:
            console.print("No messages.")


def _trace(root: typer.Typer, flows: Open) -> None:
    @root.command()
    def trace(message: Annotated[str, typer.Argument(metavar="MESSAGE")], practice: PracticeOption = None) -> None:
        """Show who got a message and why, step by step. Its text is not shown."""
        opened = flows()
        tenant = practice_of(opened.roster, practice)
        found, names = opened.traces.trace(tenant, identifier(message, "MESSAGE"), COMMAND)
        for line in trace_in_words(found, names):
            console.print(line)


def trace_in_words(trace: Trace, names: dict[str, str]) -> list[str]:
    """A message's path, as sentences."""
    receipt = trace.receipt
    lines = [f"Message {receipt.id} to “{receipt.to}” is {receipt.status}; accepted {moment(receipt.accepted_at)}."]
    lines.append(f"Its priority is {trace.priority}.")
    lines += [f"{moment(one.at)}: {change_in_words(one, names)}" for one in trace.priority_changes]
    if trace.parked_reason:
        lines.append(f"It is parked: {trace.parked_reason}.")
    for stored in trace.resolutions:
        lines += _resolution_in_words(stored.number, stored.resolution, names)
    for delivery in trace.deliveries:
        lines += _delivery_in_words(delivery, names)
    lines += _events_in_words(trace, names)
    for notice in trace.notices:
        if notice.step is None:
            lines += _notice_in_words(notice, names)
    for reply in trace.replies:
        lines += _reply_in_words(reply, names)
    if not trace.resolutions:
        lines.append("It is waiting to be routed.")
    return lines


def _resolution_in_words(number: int, resolution: Resolution, names: dict[str, str]) -> list[str]:
    version = resolution.distribution_version
    head = f"Resolution {number}, {moment(resolution.at)}, by version {version} of the settings:"
    return [head, *(f"  {index}. {step_in_words(step, names)}" for index, step in enumerate(resolution.trace, start=1))]


def _delivery_in_words(delivery: TracedDelivery, names: dict[str, str]) -> list[str]:
    name = names.get(delivery.recipient.staff, delivery.recipient.staff)
    lines = [f"In the inbox of {name} since {moment(delivery.received_at)}, {delivery.state}."]
    return lines + _emails_in_words(delivery.notifications)


def _events_in_words(trace: Trace, names: dict[str, str]) -> list[str]:
    """What the steps of the ladder did, with the emails that they sent, and hand-overs, in the order of time."""
    told = []
    for step in trace.ladder_steps:
        sent = [one for one in trace.notices if (one.run, one.step) == (step.run, step.step)]
        emails = [line for notice in sent for line in _notice_in_words(notice, names)]
        told.append((step.at, [traced_step_in_words(step, names), *emails]))
    told += [(one.at, [hand_over_in_words(one, names)]) for one in trace.hand_overs]
    told.sort(key=lambda one: one[0])
    return [line for at, (first, *more) in told for line in (f"{moment(at)}: {first}", *more)]


def _notice_in_words(notice: TracedNotice, names: dict[str, str]) -> list[str]:
    name = names.get(notice.staff, notice.staff)
    return _emails_in_words([notice.notification], f" to {name}, {CAUSES_IN_WORDS[notice.cause]}")


def _reply_in_words(reply: TracedReply, names: dict[str, str]) -> list[str]:
    lines = [f"{names.get(reply.author, reply.author)} replied, {moment(reply.at)}."]
    return lines + _emails_in_words(reply.notifications)


def _emails_in_words(notifications: Sequence[TracedNotification], about: str = "") -> list[str]:
    lines = []
    for one in notifications:
        reason = f" ({one.reason})" if one.reason else ""
        reader = about or _reader_in_words(one.reader)
        lines.append(f"  Email{reader}: {one.state}{reason}.")
        lines += [
            f"    Attempt {tried.number}, {moment(tried.at)}: {tried.outcome}, {tried.code or ''} {tried.answer}"
            for tried in one.attempts
        ]
    return lines


def _reader_in_words(reader: str | None) -> str:
    """Who of the patient's side an email is to; empty for one to staff."""
    if reader is None:
        return ""
    return f" to authorized user {reader}" if reader else " to the patient"
