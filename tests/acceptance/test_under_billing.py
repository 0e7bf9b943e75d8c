"""A message under Billing that says "can't breathe", on SQLite and on PostgreSQL: who saw it when, and read what."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from router.actors import COMMAND
from router.coverage.ladder_decisions import traced_step_in_words
from router.errors import NotFound
from router.flows.staff.correction import CorrectionRequest
from router.flows.staff.replies import ReplyRequest
from router.messages.conversation import PatientRef
from router.messages.inbox import DeliveryRef
from router.messages.message import ReplyDraft
from router.messages.priority import Priority, change_in_words
from router.messaging.hours import Hours, PracticeHours
from router.messaging.ladder import Condition, Do, LadderStep
from router.messaging.red_flags import RedFlagGroup, RedFlags
from router.messaging.settings import MessagingSettings
from router.practice.topics import Topic
from tests.acceptance.test_long_weekend import CHICAGO, FRIDAY, WORKDAY, at
from tests.builders import a_patient, a_staff, settings
from tests.house import PRACTICE, House

NAMES = {"ada": "Ada", "ann": "Ann", "ben": "Ben", "cem": "Cem"}
STAFF = [a_staff(name, admin=name == "ada") for name in NAMES]
EMERGENCY = RedFlagGroup("emergency", {"en": ("can't breathe",)}, {"en": "Call 911 now."}, "911")
LADDER = (LadderStep(10, Condition.UNOPENED, Do.REMIND), LadderStep(30, Condition.UNOPENED, Do.ALERT))
BILL, PAID, HELP, CALLED = "Is my bill paid?", "It is.", "Since tonight I can't breathe.", "I have called you."


def open_on_workdays() -> MessagingSettings:
    """Ann gets bills, ben what is medical, and cem is on call while the practice is closed."""
    hours = Hours(PracticeHours((WORKDAY, WORKDAY, WORKDAY, WORKDAY, WORKDAY, (), ())))
    made = settings({Topic.BILLING: ["ann"], Topic.MEDICAL: ["ben"]}, hours=hours)
    return replace(made, urgent_ladder=LADDER, on_call=("cem",), red_flags=RedFlags((EMERGENCY,)))


def ref(house: House, message: UUID, staff: str) -> DeliveryRef:
    trace, _ = house.traces.trace(PRACTICE, message, COMMAND)
    delivery = next(one.id for one in trace.deliveries if one.recipient.staff == staff)
    return DeliveryRef(PRACTICE, delivery, staff, COMMAND)


def read(house: House, message: UUID, staff: str, *, earlier: bool = False) -> list[str]:
    """What somebody reads who opens the message."""
    return [entry.body for entry in house.read_inbox.open(ref(house, message, staff), earlier=earlier).thread.entries]


def trace(house: House, message: UUID) -> list[str]:
    """What became of its priority and what its ladder did, as administrators read it: no word of the message."""
    found, _ = house.traces.trace(PRACTICE, message, COMMAND)
    changes = [(change.at, change_in_words(change, NAMES)) for change in found.priority_changes]
    steps = [(step.at, traced_step_in_words(step, NAMES)) for step in found.ladder_steps]
    return [f"{moment.astimezone(CHICAGO):%a %H:%M} {words}" for moment, words in sorted(changes + steps)]


def test_a_message_under_billing_that_says_it_can_not_breathe(house: House) -> None:
    today = house.operations.ready().astimezone(CHICAGO).date()
    friday = today + timedelta(days=1 + (3 - today.weekday()) % 7)
    house.furnish(open_on_workdays(), staff=STAFF, patients=[a_patient("sam")])

    # On Friday morning Sam asks about a bill. Ann answers, and leaves the conversation to everybody who gets bills.
    at(house, friday, FRIDAY, 10)
    bill = house.write(house.draft(body=BILL))[0]
    house.route.run()
    house.replies.reply(ref(house, bill.id, "ann"), ReplyRequest(PAID))
    house.replies.release(ref(house, bill.id, "ann"))

    # At seven in the evening, everybody gone, Sam writes on. The answer to sending says what to do now.
    at(house, friday, FRIDAY, 19)
    receipt = house.write(ReplyDraft("help", "sam", bill.conversation, HELP))[0]
    house.route.run()
    assert receipt.accepted_with.advice is not None
    assert (receipt.accepted_with.advice.text, receipt.accepted_with.advice.phone) == ("Call 911 now.", "911")
    assert receipt.accepted_with.priority is Priority.ROUTINE
    assert house.recipients(receipt.id) == ["ann", "cem"]
    for staff in ("ann", "cem"):
        assert house.inbox(staff).items[0].message == receipt.id

    # Nobody opens it: those who have it are reminded after ten minutes, Ada is alerted after thirty.
    at(house, friday, FRIDAY, 19, 11)
    at(house, friday, FRIDAY, 19, 31)
    told = [
        "Fri 19:00 Urgent: red flag, group emergency.",
        "Fri 19:11 Step 1 of the ladder reminded Ann, Cem.",
        "Fri 19:31 Step 2 of the ladder alerted Ada.",
    ]
    assert trace(house, receipt.id) == told
    assert house.overdue.count(PRACTICE) == 1
    with pytest.raises(NotFound):
        house.read_inbox.open(replace(ref(house, receipt.id, "cem"), staff="ada"))

    # Cem, on call, reads that message and why it is urgent, and not what came before, unless he asks for it.
    assert read(house, receipt.id, "cem") == [HELP]
    assert house.inbox("cem").items[0].why_urgent(NAMES) == "Red flag, emergency: “can't breathe”."
    assert read(house, receipt.id, "cem", earlier=True) == [BILL, PAID, HELP]
    asked = [row.details for row in house.operations.audit(PRACTICE, None, 50) if row.details.get("earlier")]
    assert len(asked) == 1

    # It isn't about a bill. Cem reads who will be able to read it, and moves it: Ben gets it, and Ann loses it. Cem
    # keeps it, as Ben may see it on Monday only.
    found = house.correction.look(ref(house, receipt.id, "cem"), Topic.MEDICAL)
    assert (found.readers, found.to) == (("ben", "cem"), "Medical Team")
    house.correction.correct(ref(house, receipt.id, "cem"), CorrectionRequest(Topic.MEDICAL))
    assert [item.message for item in house.inbox("ben").items] == [receipt.id]
    assert house.inbox("ben").items[0].priority is Priority.URGENT
    assert not house.inbox("ann").items
    assert [item.message for item in house.inbox("cem").items] == [receipt.id]
    assert read(house, receipt.id, "ben") == [HELP]

    # Ben answers, owns the conversation, and reads all of it, as Sam does. Ann, who lost it, reads nothing new.
    house.replies.reply(ref(house, receipt.id, "ben"), ReplyRequest(CALLED))
    assert read(house, receipt.id, "ben") == [BILL, PAID, HELP, CALLED]
    assert read(house, receipt.id, "ann") == [BILL, PAID, HELP]
    thread = house.conversations.thread(PRACTICE, receipt.conversation, None, COMMAND)
    assert [entry.body for entry in thread.entries] == [BILL, PAID, HELP, CALLED]
    assert [move.to for move in thread.moves] == ["Medical Team"]
    patient = PatientRef(PRACTICE, "sam", None, COMMAND)
    for topic, here, left in ((Topic.MEDICAL, 1, 0), (Topic.BILLING, 0, 1)):
        history = house.conversations.history(patient, topic, None, 9)
        assert (len(history.threads), len(history.moved)) == (here, left)

    # It is off the list, and nothing more happens to it.
    at(house, friday, FRIDAY, 23)
    assert house.overdue.count(PRACTICE) == 0
    assert trace(house, receipt.id) == told
    house.notify.run()
    assert house.breaches() == {}
