"""What staff, patients and administrators look at costs as much as it shows, whatever plan PostgreSQL keeps.

Each statement keeps the first plan that was made of it, before anything had statistics, or makes it anew once they are
gathered; by then one inbox, one patient and the practice hold many messages. Each statement is explained just before it
is executed, and what it reads is undone.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from router.access.sessions import PatientSession
from router.actors import COMMAND
from router.flows.staff.inbox import InboxListing, InboxView
from router.flows.staff.notes import NoteRequest
from router.flows.staff.replies import ReplyRequest
from router.messages.conversation import PatientRef
from router.messages.drafts import StaffDraft
from router.messages.inbox import DeliveryRef, InboxRef
from router.messages.inbox_search import InboxSearch
from router.messaging.hours import Hours, PracticeHours
from router.messaging.ladder import Condition, Do, LadderStep
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE, House
from tests.plans import ANALYZED, buffers_of_each, fill, generic_plans

ANN = InboxRef(PRACTICE, "ann", COMMAND)
SAM = PatientRef(PRACTICE, "sam", None, COMMAND)
LADDER = (LadderStep(60, Condition.UNOPENED, Do.REMIND), LadderStep(120, Condition.UNANSWERED, Do.ALERT))
A_PAGE, MOST_BLOCKS = 5, 300
# A search for people looks through the newest 20,000 deliveries of an inbox.
LOOKED_THROUGH = ("SELECT patient.id, patient.name, patient.record_number, patient.birth_date",)
# What stands first in an inbox is not bounded here.
URGENT_FIRST = "message.urgent_since IS NOT NULL"
# Messages of many patients that Ann was done with and owns: tables and indexes have 100 to 300 blocks each.
FILLED = """
insert into patient (practice, id, name, notify, active, sought)
select 'clinic', 'patient-' || n, 'Patient ' || n, false, true, 'patient ' || n from generate_series(1, 8000) n;
insert into conversation (practice, id, patient, topic, site, display_name, subject, private, owner, started_at)
select 'clinic', gen_random_uuid(), 'patient-' || n, 'other', null, 'Front Desk', 'A question', false, 'ann',
  now() - n * interval '1 minute'
from generate_series(1, 8000) n;
insert into message (practice, id, conversation, patient, body, idempotency_key, fingerprint, state, failures, due_at,
  accepted_at, delivered_at, answered_at)
select practice, (lpad(to_hex((extract(epoch from started_at) * 1000)::bigint), 12, '0') || '7000'
    || substr(md5(id::text), 1, 16))::uuid, id, patient, 'My question.', id::text, '', 'answered', 0,
  started_at, started_at, started_at, started_at
from conversation where subject = 'A question';
insert into resolution (practice, message, number, resolved_at, distribution_version, recipients, trace)
select practice, id, 1, accepted_at, 1, '[]', '[]' from message where fingerprint = '';
insert into delivery (practice, id, message, conversation, staff, step, state, received_at)
select practice, id, id, conversation, 'ann', 'recipients', 'done', accepted_at from message where fingerprint = '';
insert into notification (practice, id, delivery, kind, state, due_at, deferrals, attempts)
select practice, id, id, 'staff_delivery', 'sent', accepted_at, 0, 1 from message where fingerprint = '';
insert into search_text (practice, message, words)
select practice, id, ' my question ' from message where fingerprint = '';
insert into event (practice, id, number, at, kind, patient, conversation, message)
select practice, gen_random_uuid(), 1000 + row_number() over (), accepted_at, 'message.delivered', patient,
  conversation, id
from message where fingerprint = '';
insert into ladder_run (practice, message, number, began_at, clock, steps, failures, ended_at)
select practice, id, 1, accepted_at, accepted_at, '[]', 0, accepted_at from message where fingerprint = '';
insert into search_mark (practice, message, settled)
select practice, id, id from message where fingerprint = '' order by id desc limit 1;
"""
# Messages that somebody was done with without saying how: lately, and ten weeks ago, when that wasn't noted with them.
LONG_DONE = """
insert into conversation (practice, id, patient, topic, site, display_name, subject, private, owner, started_at)
select 'clinic', gen_random_uuid(), 'patient-' || n, 'other', null, 'Front Desk', 'A thing', false, 'ben',
  now() - interval '1 minute' * n - case when n > 4000 then interval '70 days' else interval '0' end
from generate_series(1, 8000) n;
insert into message (practice, id, conversation, patient, body, idempotency_key, fingerprint, state, failures, due_at,
  accepted_at, delivered_at, opened_at, answer_by, done_at)
select practice, (lpad(to_hex((extract(epoch from started_at) * 1000)::bigint), 12, '0') || '7000'
    || substr(md5(id::text), 1, 16))::uuid, id, patient, 'My question.', id::text, 'done', 'opened', 0,
  started_at, started_at, started_at, started_at, started_at + interval '1 hour',
  case when started_at > now() - interval '69 days' then started_at end
from conversation where subject = 'A thing';
insert into delivery (practice, id, message, conversation, staff, step, state, received_at)
select practice, id, id, conversation, 'ben', 'recipients', 'done', accepted_at from message where fingerprint = 'done';
insert into ladder_run (practice, message, number, began_at, clock, steps, failures, ended_at)
select practice, id, 1, accepted_at, accepted_at, '[]', 0, accepted_at from message where fingerprint = 'done';
insert into ladder_run (practice, message, number, began_at, clock, steps, failures, due_at, alerted_at)
select practice, id, 2, accepted_at, accepted_at, '[]', 0, now() + interval '2 days', accepted_at
from message where fingerprint = 'done' order by id limit 20
"""


@pytest.fixture
def house(postgres_url: str, *, analyzed: bool) -> Iterator[House]:
    """A practice that was small when the plans were made."""
    hours = Hours(PracticeHours(round_the_clock=True))
    with generic_plans(postgres_url) as engine:
        house = House(engine).furnish(replace(settings({Topic.BILLING: ["ann", "ben"]}), hours=hours, ladder=LADDER))
        a_day(house, 0)
        fill(engine, FILLED + LONG_DONE, analyzed=analyzed)
        yield house


def a_day(house: House, turn: int) -> None:
    """Everything that is done and looked at all day, each thing once."""
    house.write(house.draft(f"one-{turn}"), house.draft(f"two-{turn}"), house.draft(f"late-{turn}"))
    house.route.run()
    house.index_words.run()
    staff_work(house)
    staff_look(house)
    patient_looks(house)
    house.clock.by += timedelta(hours=3)
    house.escalate.run()
    house.notify.run()
    house.sweep.hint()
    administrator_looks(house)


def staff_work(house: House) -> None:
    first, second, _ = house.inbox("ann").items[:3]
    ref, other = (DeliveryRef(PRACTICE, item.delivery, "ann", COMMAND) for item in (first, second))
    house.read_inbox.open(ref, InboxListing())
    house.drafts.put(ref, StaffDraft("I am"))
    house.notes.note(ref, NoteRequest("Ben knows.", mentions=("ben",)))
    house.replies.claim(ref)
    house.undo.undo(ref)
    house.replies.reply(ref, ReplyRequest("I am on it."))
    house.snooze.snooze(other, house.operations.ready() + timedelta(minutes=1))
    house.watch_conversation.look(other)


def staff_look(house: House) -> None:
    for view in InboxView:
        house.read_inbox.page(ANN, InboxListing(view), None, A_PAGE)
    house.read_inbox.page(ANN, InboxListing(InboxView.DONE, topic=Topic.OTHER), None, A_PAGE)
    for asked in (
        InboxSearch(text="question"),
        InboxSearch(patient="sam", text="bill"),
        InboxSearch(topic=Topic.OTHER),
    ):
        house.search_inbox.search(ANN, asked, None, A_PAGE)
    house.watch_inboxes.unread(PRACTICE, "ann")
    house.quick_texts.offered(ANN)


def patient_looks(house: House) -> None:
    token, _ = house.portal_links.make(PRACTICE, "sam", None, COMMAND)
    sam = house.sessions.check(house.portal_links.enter(token))
    assert isinstance(sam, PatientSession)
    overview = house.read_portal.overview(sam, None, A_PAGE)
    house.read_portal.open(sam, overview.summaries[0].conversation.id)
    house.read_portal.history(sam, Topic.BILLING, None, A_PAGE)
    house.search_messages.search(sam, "bill", None)
    house.conversations.threads(SAM, None, None, A_PAGE)
    house.conversations.history(SAM, Topic.BILLING, None, A_PAGE)
    house.conversations.events(PRACTICE, 0, A_PAGE)


def administrator_looks(house: House) -> None:
    house.overdue.list(PRACTICE, COMMAND, A_PAGE)
    house.overdue.count(PRACTICE)
    house.ladders.would_begin(PRACTICE)
    house.reports.needs_a_look(PRACTICE)
    house.patients.search(PRACTICE, "patient 4711", COMMAND, limit=A_PAGE)
    house.operations.status()
    house.operations.parked(None, None, A_PAGE)
    house.traces.trace(PRACTICE, house.inbox("ann").items[0].message, COMMAND)
    house.operations.audit(PRACTICE, None, A_PAGE)
    house.staff.hanging_on(PRACTICE, "ben")
    house.look_at_urgency.counts(PRACTICE)


@ANALYZED
def test_no_statement_reads_more_where_much_was_written_and_done(house: House) -> None:
    with buffers_of_each(house.engine) as read:
        a_day(house, 1)

    assert len({statement for statement, _ in read}) > 80
    worst: dict[str, int] = {}
    for statement, blocks in read:
        worst[statement] = max(blocks, worst.get(statement, 0))
    assert {
        " ".join(statement.split())[:300]: blocks
        for statement, blocks in worst.items()
        if blocks > MOST_BLOCKS and not any(words in statement for words in (*LOOKED_THROUGH, URGENT_FIRST))
    } == {}
