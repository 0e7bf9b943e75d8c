"""Conversations as the pages of the portal show them: who wrote, what is new, and receipts in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from adapters.http.pages.kit.render import moment_in_zone
from adapters.http.pages.kit.telephone import with_links
from adapters.http.pages.kit.times import expectation, names_zone, opening
from router.access.sessions import PatientSession
from router.flows.patient.portal import OpenedThread
from router.messages.acceptance import Receipt
from router.messages.compose import REASONS_IN_WORDS, ComposeForm, OfferedTopic, Reason
from router.messages.conversation import Author, CannotReply, Conversation, Entry, is_own
from router.messages.readers import STAFF_READERS, MessageReader
from router.messages.states import Outcome, State
from router.messages.topic_change import TopicChange
from router.practice.people import Practice

IS_FULL = "This conversation is full."
# Not the words for somebody who is still in the merged chart: its reader is where new messages are written.
OLDER = "This is an older conversation. Write a new message instead."


@dataclass(frozen=True, slots=True)
class PatientEntryView:
    """One entry: `note` says in which capacity somebody wrote, `receipt` what became of it, both empty for others."""

    name: str
    note: str
    at: datetime
    body: str
    new: bool
    receipt: str


@dataclass(frozen=True, slots=True)
class PatientThreadView:
    """A conversation; its entries newest first, or oldest first in a history."""

    conversation: Conversation
    site: str | None
    entries: tuple[PatientEntryView, ...]
    why_not: str
    expectation: str
    late: bool
    newest: UUID
    moves: Sequence[TopicChange]


def show_thread(opened: OpenedThread, person: PatientSession, time_zone: str) -> PatientThreadView:
    """A conversation, newest entry first, on a page in this time zone."""
    entries = tuple(reversed(_entries(opened, person, time_zone)))
    thread = opened.thread
    why_not = in_words(thread.cannot_reply, person)
    if thread.conversation.patient != person.patient.id:
        why_not = in_words(opened.cannot_write, person) or OLDER
    return PatientThreadView(
        thread.conversation,
        opened.site,
        entries,
        why_not,
        _expectation(opened, person.practice),
        thread.late,
        thread.entries[-1].id,
        thread.moves,
    )


def _expectation(opened: OpenedThread, practice: Practice) -> str:
    if _is_advised(opened):
        return ""
    named = names_zone(opened.time_zone, practice)
    said = expectation(opened.thread.answer_by, opened.at, opened.time_zone, opened.phone, named=named)
    return with_links(said, opened.phone)


def _is_advised(opened: OpenedThread) -> bool:
    """Whether what waits may be an emergency: by when we usually answer is not what matters, unless that has passed."""
    waiting = (receipt for receipt in opened.receipts.values() if receipt.waits)
    return not opened.thread.late and any(receipt.accepted_with.advice for receipt in waiting)


def in_words(why_not: CannotReply | None, person: PatientSession) -> str:
    """Why one can't write now, in the practice's own words where it has stopped the patient; empty where one can."""
    if why_not is CannotReply.STOPPED and person.patient.stop is not None:
        return person.patient.stop.words
    if why_not is CannotReply.CONVERSATION_FULL:
        return f"{IS_FULL} Please write a new message."
    return REASONS_IN_WORDS[Reason(why_not.value)] if why_not else ""


def receipt_in_words(receipt: Receipt, time_zone: str) -> str:
    """What became of a message: `Sent Tue 3 Mar 2026, 10:12 CST, delivered, opened Tue 3 Mar 2026, 11:40 CST`."""
    said = [f"Sent {moment_in_zone(receipt.accepted_at, time_zone)}"]
    if receipt.status is State.PARKED:
        said.append("waiting for somebody at the practice to be available")
    elif receipt.status is State.ACCEPTED:
        said.append("on its way")
    else:
        said.append("delivered")
    if receipt.opened_at is not None:
        said.append(f"opened {moment_in_zone(receipt.opened_at, time_zone)}")
    if receipt.outcome is Outcome.ANSWERED_BY_PHONE and receipt.outcome_at is not None:
        said.append(f"answered by phone {moment_in_zone(receipt.outcome_at, time_zone)}")
    elif receipt.answered_at is not None:
        said.append("answered")
    return ", ".join(said)


def opening_of(form: ComposeForm, practice: Practice) -> str:
    """Whether the practice is open, as a form says it; empty where nothing is said."""
    if form.at is None:
        return ""
    named = names_zone(form.time_zone, practice)
    return opening(is_open=form.open, opens_at=form.opens_at, at=form.at, time_zone=form.time_zone, named=named)


def expectation_of(offered: OfferedTopic, form: ComposeForm, practice: Practice) -> str:
    """By when what is written now about a topic is usually answered; empty where nothing is said."""
    if form.at is None:
        return ""
    named = names_zone(form.time_zone, practice)
    return expectation(offered.answer_by, form.at, form.time_zone, form.phone, named=named)


def who_reads(readers: Sequence[MessageReader], person: PatientSession) -> str:
    """Who else on the patient's side can read something, in words; empty where nobody can."""
    there = [reader for reader in readers if reader not in STAFF_READERS]
    names = [f"{reader.name} (the patient)" if reader.id == person.patient.id else reader.name for reader in there]
    return ", ".join(names)


def which_staff_read(readers: Sequence[MessageReader]) -> str:
    """Which other staff may get it, private or not, in words; empty where nobody else does."""
    return ", and by ".join(reader.name for reader in readers if reader in STAFF_READERS)


def who_shares_address(readers: Sequence[MessageReader]) -> str:
    """Who has the patient's own email address as well, in words; empty where nobody has."""
    return ", ".join(one.name for one in readers if one.shares_address)


def _new_ones(opened: OpenedThread, person: PatientSession) -> Sequence[Entry]:
    """The unread entries: the last ones that others wrote."""
    chart = opened.thread.conversation.patient
    others = [entry for entry in opened.thread.entries if not is_own(entry, chart, person.user)]
    return others[len(others) - opened.thread.unread :]


def _entries(opened: OpenedThread, person: PatientSession, time_zone: str) -> list[PatientEntryView]:
    new = _new_ones(opened, person)
    receipts = {receipt.id: receipt_in_words(receipt, time_zone) for receipt in opened.receipts.values()}
    return [
        PatientEntryView(
            entry.shown_as,
            _note(entry, opened, person),
            entry.at,
            entry.body,
            entry in new,
            receipts.get(entry.id, ""),
        )
        for entry in opened.thread.entries
    ]


def _note(entry: Entry, opened: OpenedThread, person: PatientSession) -> str:
    if is_own(entry, opened.thread.conversation.patient, person.user):
        return "you"
    match entry.author:
        case Author.PATIENT:
            return "the patient"
        case Author.AUTHORIZED_USER:
            return "acting for the patient"
    return ""
