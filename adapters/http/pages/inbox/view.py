"""What the templates of the inbox are given of a delivery, as one line of a list and at the head of its page."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from adapters.http.pages.kit.render import local_day
from adapters.http.pages.kit.times import lately, soon
from router.flows.staff.inbox import InboxView
from router.flows.staff.inbox_search import FoundPage
from router.messages.conversation_news import ConversationState
from router.messages.explanation import why_item
from router.messages.inbox import Chart, InboxItem
from router.messages.passages import LONGEST, passage
from router.messages.priority import Priority
from router.messages.states import DeliveryState
from router.messaging.snapshot import PracticeSnapshot
from router.text.dates import date_in_words

TABS = (
    (InboxView.OPEN, "Open"),
    (InboxView.UNREAD, "Unread"),
    (InboxView.MINE, "Mine"),
    (InboxView.LATER, "Later"),
    (InboxView.DONE, "Done"),
)

STATES_IN_WORDS = {
    DeliveryState.UNREAD: "Unread",
    DeliveryState.READ: "Read",
    DeliveryState.DONE: "Done",
    DeliveryState.MOVED: "Moved to somebody else",
}


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A delivery in a list, and at the head of its own page."""

    delivery: str
    patient: str = field(repr=False)
    born: str = field(repr=False)
    record_number: str = field(repr=False)
    carer: str | None = field(repr=False)
    topic: str
    site: str
    subject: str = field(repr=False)
    excerpt: str = field(repr=False)
    state: str
    unread: bool
    done: bool
    moved: bool
    held: tuple[str, ...]
    reason: str
    at: datetime
    # When that was, as short as a list can say it.
    came: str
    has_draft: bool
    answer_by: datetime | None
    # The same, as short as a list can say it.
    answer_soon: str
    late: bool
    urgent: bool = False
    why_urgent: str = field(default="", repr=False)
    # Until when it is put off; whether it has come back and nothing was done with it since.
    sleeps_until: datetime | None = None
    came_back: bool = False
    # What somebody who answers should know of a chart that is closed or merged, and the same as short as a list can.
    chart: str = ""
    chart_short: str = ""
    # Whose reply the excerpt is of, where a search found it by one.
    found_in: str = ""


def line_of(item: InboxItem, snapshot: PracticeSnapshot) -> InboxRow:
    """The delivery in words."""
    site = snapshot.sites.get(item.site or "")
    return InboxRow(
        delivery=str(item.delivery),
        patient=item.patient_name,
        born=date_in_words(item.birth_date) if item.birth_date else "not known",
        record_number=item.record_number or "none",
        carer=None if item.sender is None else item.sender_name or "An authorized user",
        topic=item.topic.label,
        site=site.name if site else "No site",
        subject=item.subject,
        excerpt=_excerpt(item.body),
        state=STATES_IN_WORDS[item.state],
        unread=item.state is DeliveryState.UNREAD,
        done=item.state is DeliveryState.DONE,
        moved=item.state is DeliveryState.MOVED,
        held=_held(item, snapshot),
        reason=why_item(item, _names(snapshot)),
        at=item.received_at,
        came=lately(item.received_at, snapshot.at, snapshot.practice.time_zone),
        has_draft=item.has_draft,
        answer_by=item.answer_by if item.waits else None,
        answer_soon=soon(item.answer_by, snapshot.at, snapshot.practice.time_zone) if item.answer_by else "",
        late=item.is_late(snapshot.at),
        urgent=item.priority is Priority.URGENT,
        why_urgent=item.why_urgent(_names(snapshot)) or "",
        sleeps_until=item.snoozed_until if item.sleeps(snapshot.at) else None,
        came_back=item.snoozed_until is not None and not item.sleeps(snapshot.at),
        chart=item.chart.in_words,
        chart_short=_chart_short(item.chart),
    )


def found_line(item: InboxItem, found: FoundPage, snapshot: PracticeSnapshot) -> InboxRow:
    """The delivery as a search found it: with the passage of the message, or of a reply, that has the words."""
    row, reply = line_of(item, snapshot), found.replies.get(item.delivery)
    if reply is None:
        return replace(row, excerpt=passage(item.body, found.words))
    who = "You" if reply.author == item.staff else found.names.get(reply.author, reply.author)
    replied = f"{who} replied on {local_day(reply.at, snapshot.practice)}:"
    return replace(row, excerpt=passage(reply.body, found.words), found_in=replied)


def _names(snapshot: PracticeSnapshot) -> dict[str, str]:
    return {member.id: member.name for member in snapshot.staffing.members.values()}


def _chart_short(chart: Chart) -> str:
    if not chart.can_read:
        return "Chart not in use"
    return "Merged chart" if chart.replaced_by is not None else ""


def _excerpt(body: str) -> str:
    return passage(body[: LONGEST * 2], ())


def _held(item: InboxItem, snapshot: PracticeSnapshot) -> tuple[str, ...]:
    """Who takes care of it, in words."""
    said = []
    if item.owner == item.staff:
        said.append("Owned by you")
    elif item.owner is not None:
        said.append(f"Owned by {snapshot.name_of(item.owner)}")
    if item.handled_by is not None and item.handled_by != item.owner:
        said.append(f"Handled by {snapshot.name_of(item.handled_by)}")
    return tuple(said)


def typing_in_words(state: ConversationState, snapshot: PracticeSnapshot) -> str:
    """Who is writing a reply now; empty where nobody is."""
    names = [snapshot.name_of(one) for one in state.typing]
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} writing a reply now." if names else ""
