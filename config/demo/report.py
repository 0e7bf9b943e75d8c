"""What the demo found out: who got each message and why, and the emails that were caught."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from config.demo import sample
from config.demo.afternoon import Afternoon
from config.demo.client import Client
from config.wiring.command import flows_on
from config.wiring.service import Service

DELIVERED = frozenset({"delivered", "opened", "answered"})


@dataclass(frozen=True, slots=True)
class DemoOutcome:
    """Everything that the report speaks of."""

    traces: tuple[Any, ...]
    inboxes: dict[tuple[str, str], Counter[str]]
    notifications: Counter[str]
    caught: int
    example: str
    reconciled: str
    breaches: int
    # The message whose ladder has the next step.
    climbs_next: str | None = None

    @property
    def complete(self) -> bool:
        """Whether every message was delivered and every notification caught, or suppressed with a reason."""
        delivered = all(trace["status"] in DELIVERED for trace in self.traces)
        settled = set(self.notifications) <= {"sent", "suppressed"}
        return delivered and settled and self.notifications["sent"] == self.caught and not self.breaches


def collect(client: Client, receipts: list[Any], service: Service) -> DemoOutcome:
    """Ask the service for every trace and every inbox, and the catcher for the mail."""
    roster = sample.load("roster")
    sites = {site["id"]: site["name"] for site in roster["sites"]}
    inboxes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    steps: list[tuple[str, str]] = []
    # Who has left has no inbox any more.
    for person in (one for one in _all(client, "/v1/staff?") if one["active"]):
        for item in _all(client, f"/v1/staff/{person['id']}/inbox?"):
            inboxes[sites.get(item["site"], ""), item["topic"]][person["name"]] += 1
            if item["next_step"]:
                steps.append((item["next_step"]["at"], item["message"]))
    traces = tuple(client.get(f"/v1/messages/{receipt['id']}/trace") for receipt in receipts)
    emails = [delivery["notification"] for trace in traces for delivery in trace["deliveries"]]
    emails += [email for trace in traces for reply in trace["replies"] for email in reply["notifications"]]
    states = Counter(email["state"] for email in emails)
    # What a ladder has told by now is none of these.
    known = {f"<{email['id']}@" for email in emails}
    mails = service.catcher.mails() if service.catcher else []
    caught = [mail for mail in mails if mail.message["Message-ID"].startswith(tuple(known))]
    body = caught[0].message.get_body(("plain",)) if caught else None
    example = f"To: {caught[0].message['To']}\nSubject: {caught[0].message['Subject']}\n\n" if caught else ""
    reconciled = flows_on(service.settings, service.database).reconcile.run(lambda _breach: None)
    example += body.get_content() if body else ""
    climbs_next = min(steps, default=("", None))[1]
    return DemoOutcome(
        traces,
        inboxes,
        states,
        len(caught),
        example,
        reconciled.in_words(),
        reconciled.broken,
        climbs_next,
    )


def _all(client: Client, path: str) -> list[Any]:
    page = client.get(f"{path}limit=200")
    items = list(page["items"])
    while page["next"]:
        page = client.get(f"{path}limit=200&cursor={page['next']}")
        items += page["items"]
    return items


def print_report(console: Console, outcome: DemoOutcome, afternoon: Afternoon) -> None:
    """Print who got what, three traces, what happened afterwards, the mail, and the reconciliation."""
    table = Table(title="Who got the messages", title_justify="left", box=None, header_style="bold", pad_edge=False)
    for column in ("Site", "Topic", "Inboxes"):
        table.add_column(column, overflow="fold")
    for (site, topic), people in sorted(outcome.inboxes.items()):
        table.add_row(site, topic.capitalize(), ", ".join(f"{name} {count}" for name, count in people.most_common()))
    console.print()
    console.print(table)
    console.print("\n[bold]Three of them, and why[/bold]")
    for trace in _examples(outcome.traces):
        _print_trace(console, trace)
    _print_afternoon(console, afternoon)
    console.print("\n[bold]An email that was caught[/bold]")
    console.print(outcome.example, markup=False)
    _print_counts(console, outcome)


def _examples(traces: tuple[Any, ...]) -> list[Any]:
    """One trace for each of three different steps, the rarest first: they say the most."""
    by_step: dict[str, list[Any]] = defaultdict(list)
    for trace in traces:
        for resolution in trace["resolutions"]:
            covered = any(one["represents"] for one in resolution["recipients"])
            by_step[f"{resolution['steps'][-1]['step']} {covered}"].append(trace)
    rarest = sorted(by_step.values(), key=len)
    return [some[0] for some in rarest[:3]]


def _print_trace(console: Console, trace: Any) -> None:  # noqa: ANN401 - JSON is what it is.
    console.print(f"\nMessage {trace['id']}, To: {trace['to']}", markup=False)
    for resolution in trace["resolutions"]:
        for step in resolution["steps"]:
            console.print(f"  - {step['text']}", markup=False)


def _print_afternoon(console: Console, afternoon: Afternoon) -> None:
    for title, lines in afternoon.told.items():
        console.print(f"\n[bold]{title}[/bold]")
        for line in lines:
            console.print(f"  - {line}", markup=False, soft_wrap=True)
    thread = afternoon.thread
    console.print(f"\n[bold]A conversation as its carer reads it[/bold], To: {thread['to']}")
    for entry in thread["entries"]:
        console.print("  " + "─" * 60, style="dim")
        console.print(f"  {entry['at']}  {entry['from']}", markup=False, style="dim")
        console.print(Padding(Text(entry["body"]), (0, 0, 0, 2)))


def _print_counts(console: Console, outcome: DemoOutcome) -> None:
    states = Counter(trace["status"] for trace in outcome.traces)
    messages = ", ".join(f"{count} {state}" for state, count in states.items())
    notifications = ", ".join(f"{count} {state}" for state, count in outcome.notifications.items())
    console.print(f"Messages: {messages}. Notifications: {notifications}. Emails caught: {outcome.caught}.")
    console.print(outcome.reconciled)
    if not outcome.complete:
        console.print("[bold red]Something did not arrive: see `careroute parked list`.[/bold red]")
