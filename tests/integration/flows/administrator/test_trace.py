"""A trace tells everything that happened to a message, and nothing that was written."""

import re
from dataclasses import replace

from sqlalchemy import Engine

from adapters.cli.messages import trace_in_words
from router.actors import COMMAND
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.replies import ReplyRequest
from router.flows.staff.urgency import PriorityRequest
from router.messages.cascade import HandOver
from router.messages.explanation import hand_over_in_words, why_item
from router.messages.inbox import DeliveryRef
from router.messages.priority import Priority
from router.messages.states import DeliveryState
from router.practice.people import AuthorizedUser, Permission
from router.practice.topics import Topic
from tests.builders import a_patient, settings
from tests.house import PRACTICE, House
from tests.integration.flows.ladders import LADDER, STAFF, ref, wait, with_ladder, written

CANARY = "canary-91c4"
CARER = AuthorizedUser("cara", CANARY, "cara@home.example", notify=True, permissions=frozenset({Permission.READ}))
SAM = replace(a_patient("sam", name=CANARY, email="sam@home.example", notify=True), authorized_users=(CARER,))


def test_a_trace_tells_forwards_absences_replies_and_every_email(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]}), patients=[SAM])
    receipt = house.write(house.draft(subject=CANARY, body=CANARY))[0]
    house.route.run()
    house.send_away("ann", "ben")
    house.absences.run()
    bens = house.inbox("ben").items[0].delivery
    for whole in (False, True):
        house.forward.forward(DeliveryRef(PRACTICE, bens, "ben", COMMAND), ForwardRequest("ada", CANARY, whole))
    house.replies.reply(
        DeliveryRef(PRACTICE, house.inbox("ada").items[0].delivery, "ada", COMMAND), ReplyRequest(CANARY)
    )
    house.notify.run()

    trace, names = house.traces.trace(PRACTICE, receipt.id, COMMAND)

    assert [hand_over_in_words(hand_over, names) for hand_over in trace.hand_overs] == [
        "Ben covers for Ann, whose absence began before they had read it.",
        "Ben forwarded it to Ada.",
        "Ben forwarded it to Ada with the whole conversation, which they now own.",
    ]
    assert [hand_over.kind for hand_over in trace.hand_overs] == [HandOver.ABSENCE, HandOver.FORWARD, HandOver.FORWARD]
    (reply,) = trace.replies
    assert reply.author == "ada"
    assert sorted((notification.reader or "", notification.state) for notification in reply.notifications) == [
        ("", "sent"),
        ("cara", "sent"),
    ]
    assert all(notification.attempts for notification in reply.notifications)
    said = "\n".join(trace_in_words(trace, names))
    assert "Ada replied, " in said
    assert "  Email to the patient: sent." in said
    assert "  Email to authorized user cara: sent." in said
    assert CANARY not in said
    assert CANARY not in repr(trace)


def test_a_trace_of_what_nobody_touched_has_no_hand_overs(house: House) -> None:
    receipt = house.furnish(settings({Topic.BILLING: ["ann"]})).write()[0]
    house.route.run()
    item = house.inbox("ann").items[0]
    house.read_inbox.mark(DeliveryRef(PRACTICE, item.delivery, "ann", COMMAND), DeliveryState.READ)

    trace, _ = house.traces.trace(PRACTICE, receipt.id, COMMAND)

    assert (trace.hand_overs, trace.replies) == ((), ())


def test_a_trace_tells_a_step_that_gave_it_to_more_people_from_one_that_handed_it_over(engine: Engine) -> None:
    house = House(engine).furnish(with_ladder(*LADDER), staff=STAFF, patients=(a_patient("sam", team=["cem"]),))
    message = written(house)
    for _ in LADDER:
        wait(house, minutes=62)

    trace, names = house.traces.trace(PRACTICE, message, COMMAND)

    assert [hand_over_in_words(hand_over, names) for hand_over in trace.hand_overs] == [
        "A step of the ladder gave it to Cem as well; it stayed with Ann.",
        "It was with Ann. A step of the ladder handed it over to Ben.",
    ]


def test_a_trace_and_the_cover_read_what_somebody_absent_had_done_with_each_message(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]}))
    messages = {key: house.write(house.draft(key))[0].id for key in ("unread", "again", "owned", "answered")}
    house.route.run()
    anns = {item.message: DeliveryRef(PRACTICE, item.delivery, "ann", COMMAND) for item in house.inbox("ann").items}
    for key, state in (("again", DeliveryState.READ), ("again", DeliveryState.UNREAD), ("owned", DeliveryState.READ)):
        house.read_inbox.mark(anns[messages[key]], state)
    house.replies.claim(anns[messages["owned"]])
    house.replies.reply(anns[messages["answered"]], ReplyRequest("There is more to come.", keep_open=True))

    house.send_away("ann", "ben")
    house.absences.run()

    told = {}
    for key, message in messages.items():
        trace, names = house.traces.trace(PRACTICE, message, COMMAND)
        told[key] = [hand_over_in_words(handed, names) for handed in trace.hand_overs]
    owns = "who owns the conversation and was not done with it when their absence began."
    assert told == {
        "unread": ["Ben covers for Ann, whose absence began before they had read it."],
        "again": ["Ben covers for Ann, whose absence began when they had read it and were not done with it."],
        "owned": [f"Ben covers for Ann, {owns}"],
        "answered": [f"Ben covers for Ann, {owns}"],
    }
    reasons = {item.message: why_item(item, {"ann": "Ann"}) for item in house.inbox("ben").items}
    assert {key: reasons[message] for key, message in messages.items()} == {
        "unread": "You cover for Ann, who had not read it.",
        "again": "You cover for Ann, who had read it and was not done with it.",
        "owned": "You cover for Ann, who owns this conversation and was not done with it.",
        "answered": "You cover for Ann, who owns this conversation and was not done with it.",
    }


def test_a_trace_tells_the_steps_of_the_ladder_with_their_emails_and_the_priority(engine: Engine) -> None:
    house = House(engine).furnish(with_ladder(*LADDER), staff=STAFF, patients=(a_patient("sam", team=["cem"]),))
    message = written(house)
    for _ in LADDER:
        wait(house, minutes=62)
        house.notify.run()
    house.urgency.change(ref(house, "ben"), PriorityRequest(Priority.URGENT))
    house.overdue.hand_over(PRACTICE, message, "ann", COMMAND)

    trace, names = house.traces.trace(PRACTICE, message, COMMAND)

    told = [re.sub(r"^\S+Z: ", "", line) for line in trace_in_words(trace, names)]
    said = "\n".join(told)
    assert "Its priority is urgent." in told
    assert "Ben raised it to urgent." in told
    for step in (
        "Step 1 of the ladder reminded Ann.\n  Email to Ann, a reminder: sent.\n    Attempt 1, ",
        "Step 2 of the ladder gave it to Cem.\nA step of the ladder gave it to Cem as well; it stayed with Ann.\n",
        "Step 3 of the ladder handed it over to Ben.\nIt was with Ann. A step of the ladder handed it over to Ben.\n",
        "Step 4 of the ladder alerted Ada.\n  Email to Ada, an alert: sent.\n    Attempt 1, ",
        "  Email to Ann, because it came back to their inbox: due.",
        "  Email to Ben, because it went to somebody else: due.",
    ):
        assert step in said, step
    causes = [(notice.staff, notice.cause, notice.run, notice.step) for notice in trace.notices]
    assert causes == [
        ("ann", "remind", 1, 0),
        ("ada", "alert", 1, 3),
        ("ann", "returned", None, None),
        ("ben", "handed_over", None, None),
    ]
