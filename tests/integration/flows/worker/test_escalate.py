"""Ladders on both engines: each step once, in its order, whatever dies."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select

from adapters.database.tables import ladder_run, ladder_step, notification, step_notice, waiting
from router.actors import COMMAND
from router.errors import Conflict
from router.flows.staff.inbox import InboxView
from router.flows.staff.replies import ReplyRequest
from router.messages.arrival import Arrival
from router.messages.inbox import DeliveryRef
from router.messages.notification import Kind, SendOutcome, SmtpReply
from router.messages.states import DeliveryState, State
from router.messages.trace import TracedStepOfLadder
from router.messaging.hours import Hours, PracticeHours
from router.messaging.ladder import Condition, Do, Ladder, LadderStep
from router.messaging.settings import MessagingSettings, TopicSet
from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, settings
from tests.fakes import accepted
from tests.house import PRACTICE, House

ROUND_THE_CLOCK = Hours(PracticeHours(round_the_clock=True))
STAFF = tuple(
    replace(a_staff(name, admin=name == "ada"), email=f"{name}@clinic.example") for name in ("ada", "ann", "ben", "cem")
)
PATIENTS = (a_patient("pat", team=["cem"]), a_patient("sam", team=["cem"]))
REMIND = LadderStep(60, Condition.UNOPENED, Do.REMIND)
WIDEN = LadderStep(120, Condition.UNOPENED, Do.WIDEN)
HAND_OVER = LadderStep(180, Condition.UNANSWERED, Do.HAND_OVER)
ALERT = LadderStep(240, Condition.UNANSWERED, Do.ALERT)
LADDER: Ladder = (REMIND, WIDEN, HAND_OVER, ALERT)


def with_ladder(*steps: LadderStep, **values: object) -> MessagingSettings:
    """Ann gets bills, ben is the catch-all, the practice never closes."""
    base = replace(settings(), hours=ROUND_THE_CLOCK, ladder=steps, catch_all=("ben",))
    billing = replace(base.practice[Topic.BILLING], recipients=("ann",))
    practice = TopicSet({**base.practice.topics, Topic.BILLING: billing})
    return replace(base, practice=practice, **values)  # type: ignore[arg-type] # a test names the fields.


@pytest.fixture
def house(engine: Engine) -> House:
    return House(engine).furnish(with_ladder(*LADDER), staff=STAFF, patients=PATIENTS)


def wait(house: House, **duration: float) -> None:
    """Let time go by, and carry out what is due."""
    house.clock.by += timedelta(**duration)
    house.escalate.run()


def written(house: House, **values: object) -> UUID:
    receipt = house.write(replace(house.draft(), **values))[0]  # type: ignore[arg-type] # likewise.
    house.route.run()
    return receipt.id


def steps(house: House, message: UUID) -> list[TracedStepOfLadder]:
    return list(house.traces.trace(PRACTICE, message, COMMAND)[0].ladder_steps)


def did(house: House, message: UUID) -> list[tuple[str, str | None]]:
    return [(step.planned, step.did) for step in steps(house, message)]


def count(house: House, table: object) -> int:
    with house.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]


def ref(house: House, staff: str) -> DeliveryRef:
    return DeliveryRef(PRACTICE, house.inbox(staff).items[0].delivery, staff, COMMAND)


def test_a_message_that_nobody_touches_climbs_step_by_step(house: House) -> None:
    message = written(house)
    wait(house, minutes=59)
    assert steps(house, message) == []
    following = house.inbox("ann").items[0].next_step
    assert following is not None
    assert following.do is Do.REMIND
    wait(house, minutes=2)
    assert did(house, message) == [("remind", "remind")]
    assert steps(house, message)[0].told == ("ann",)
    wait(house, minutes=60)
    assert did(house, message)[1:] == [("widen", "widen")]
    assert house.recipients(message) == ["ann", "cem"]
    # Who newly has it keeps it for as long as the first step waits.
    wait(house, minutes=61)
    assert did(house, message)[2:] == [("hand_over", "hand_over")]
    assert [item.recipient.staff for item in house.inbox("ben").items] == ["ben"]
    assert not house.inbox("ann").items
    wait(house, minutes=62)
    assert did(house, message)[3:] == [("alert", "alert")]
    assert steps(house, message)[3].told == ("ada",)
    wait(house, hours=99)
    assert len(steps(house, message)) == len(LADDER)
    assert count(house, waiting.select().where(waiting.c.kind == "escalate").subquery()) == 0
    house.notify.run()
    assert house.breaches() == {}


def test_those_who_are_told_get_an_email_that_names_nothing(house: House) -> None:
    written(house)
    house.notify.run()
    house.mailer.sent.clear()
    wait(house, minutes=61)
    house.notify.run()
    assert [mail.kind for mail in house.mailer.sent] == ["staff_reminder"]
    assert str(house.inbox("ann").items[0].delivery) in house.mailer.sent[0].link


def test_what_was_opened_is_not_reminded_of_but_still_alerted(house: House) -> None:
    message = written(house)
    house.read_inbox.mark(ref(house, "ann"), DeliveryState.READ)
    for _ in range(3):
        wait(house, minutes=61)
    assert did(house, message) == [("remind", None), ("widen", None), ("hand_over", "hand_over")]
    assert steps(house, message)[0].because == "opened"


def test_an_answer_ends_the_run(house: House) -> None:
    message = written(house)
    house.replies.reply(ref(house, "ann"), ReplyRequest("It is paid."))
    wait(house, hours=9)
    assert steps(house, message) == []
    assert count(house, ladder_run.select().where(ladder_run.c.ended_by == "answered").subquery()) == 1


def test_done_ends_the_run_and_its_undo_begins_the_next(house: House) -> None:
    message = written(house)
    mine = ref(house, "ann")
    house.read_inbox.mark(mine, DeliveryState.DONE)
    wait(house, minutes=61)
    assert steps(house, message) == []
    house.read_inbox.mark(mine, DeliveryState.UNREAD)
    wait(house, minutes=1)
    wait(house, minutes=61)
    assert [(step.run, step.did) for step in steps(house, message)] == [(2, "remind")]


def test_a_reply_that_keeps_it_open_begins_the_next_run_with_a_clock_of_its_own(house: House) -> None:
    message = written(house)
    house.clock.by += timedelta(hours=3)
    house.replies.reply(ref(house, "ann"), ReplyRequest("I'll ask.", keep_open=True))
    wait(house, minutes=1)
    assert steps(house, message) == []
    for _ in range(4):
        wait(house, minutes=62)
    assert ("alert", "alert") in did(house, message)
    assert {step.run for step in steps(house, message)} == {2}


def test_after_a_long_silence_nothing_comes_as_a_volley(house: House) -> None:
    message = written(house)
    wait(house, hours=200)
    house.escalate.run()
    assert did(house, message) == [("alert", "alert")]
    wait(house, minutes=59)
    assert len(steps(house, message)) == 1
    wait(house, minutes=2)
    assert did(house, message)[1:] == [("remind", "remind")]


def test_a_ladder_counts_for_messages_accepted_from_then_on(engine: Engine) -> None:
    house = House(engine).furnish(with_ladder(), staff=STAFF)
    early = written(house)
    house.save(with_ladder(*LADDER))
    late = house.write(house.draft("key-2"))[0].id
    house.route.run()
    wait(house, minutes=61)
    assert (len(steps(house, early)), len(steps(house, late))) == (0, 1)


def test_without_hours_no_ladder_begins(engine: Engine) -> None:
    house = House(engine).furnish(with_ladder(*LADDER, hours=Hours()), staff=STAFF)
    written(house)
    assert count(house, ladder_run) == 0


def test_with_nobody_of_the_catch_all_available_a_hand_over_is_an_alert_and_nothing_moves(house: House) -> None:
    house.save(with_ladder(HAND_OVER, ALERT))
    house.send_away("ben", hours=99)
    message = written(house)
    wait(house, minutes=181)
    assert did(house, message) == [("hand_over", "alert")]
    assert steps(house, message)[0].because == "nobody_available"
    assert house.recipients(message) == ["ann"]


def test_what_was_written_to_a_chosen_provider_reaches_the_care_team_only(engine: Engine) -> None:
    base = with_ladder(HAND_OVER, ALERT)
    practice = TopicSet({**base.practice.topics, Topic.MEDICAL: replace(base.practice[Topic.MEDICAL], recipients=())})
    house = House(engine).furnish(
        replace(base, practice=practice), staff=STAFF, patients=(a_patient("sam", team=["ann", "cem"]),)
    )
    message = written(house, topic=Topic.MEDICAL, to="ann")
    wait(house, minutes=181)
    assert did(house, message) == [("hand_over", "hand_over")]
    assert house.recipients(message) == ["ann", "cem"]


def test_a_step_that_fails_three_times_becomes_an_alert_and_is_listed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = written(house)

    def fail(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("router.flows.worker.escalate.decide", fail)
        for _ in range(3):
            wait(house, minutes=61)
        wait(house, minutes=1)
    assert [(step.did, step.because) for step in steps(house, message)] == [("alert", "step_failed")]
    parked = house.operations.parked(PRACTICE, None, 10)
    assert [(item.kind, item.reason, item.id) for item in parked] == [("step", "step_failed", message)]
    with pytest.raises(Conflict, match="have been alerted"):
        house.operations.requeue(PRACTICE, message, COMMAND)


def test_a_transaction_that_is_lost_leaves_a_step_undone_and_the_next_does_it_once(house: House) -> None:
    message = written(house)
    house.clock.by += timedelta(minutes=61)
    with house.database.begin() as work:
        claimed = work.ladders.claim(10)
        assert len(claimed.runs) == 1
    assert steps(house, message) == []
    house.escalate.run()
    house.escalate.run()
    assert did(house, message) == [("remind", "remind")]
    assert count(house, step_notice) == 1
    assert count(house, ladder_step) == 1
    assert count(house, notification) == count(house, step_notice) + len(house.recipients(message))


def test_an_answer_of_somebody_from_whom_a_step_took_it_counts(house: House) -> None:
    message = written(house)
    mine = ref(house, "ann")
    for _ in range(4):
        wait(house, minutes=61)
    assert ("hand_over", "hand_over") in did(house, message)

    house.replies.reply(mine, ReplyRequest("It is paid."))

    assert house.accept.receipt(PRACTICE, message).status is State.ANSWERED
    wait(house, hours=9)
    assert len(steps(house, message)) <= len(LADDER)
    house.notify.run()
    assert house.breaches() == {}


def reminders(house: House) -> list[str]:
    """To whom reminders are sent now."""
    house.mailer.sent.clear()
    house.notify.run()
    return sorted(mail.recipient for mail in house.mailer.sent if mail.kind is Kind.STAFF_REMINDER)


def test_of_many_reminders_the_first_goes_at_once_and_the_others_together_later(house: House) -> None:
    house.notify.run()
    written(house, idempotency_key="first")
    house.clock.by += timedelta(minutes=3)
    for number in range(3):
        written(house, idempotency_key=f"later-{number}")
    house.clock.by += timedelta(minutes=3)
    written(house, idempotency_key="last")
    reminders(house)

    wait(house, minutes=55)
    assert reminders(house) == ["ann@clinic.example"]
    wait(house, minutes=3)
    assert reminders(house) == []
    wait(house, minutes=3)
    assert reminders(house) == []
    house.clock.by += timedelta(minutes=10)
    assert reminders(house) == ["ann@clinic.example"]
    house.clock.by += timedelta(minutes=30)
    assert reminders(house) == []
    with house.engine.connect() as connection:
        merged = notification.c.reason == "merged"
        assert connection.execute(select(func.count()).where(merged)).scalar_one() == 3
    assert house.breaches() == {}


def test_what_fires_while_an_email_of_it_is_on_its_way_is_told_with_the_next(house: House) -> None:
    written(house)
    house.notify.run()
    wait(house, minutes=61)
    with house.database.begin() as work:
        lease = work.notifications.lease(house.route.ids.new(), 180, 10)
        work.commit()
    assert [one.kind for one in lease.notifications] == [Kind.STAFF_REMINDER]
    written(house, idempotency_key="key-2")
    house.notify.run()
    wait(house, minutes=61)
    # The lease has run out: both are told of at once.
    assert reminders(house) == ["ann@clinic.example"]


def test_one_whose_email_is_given_up_doesn_t_keep_the_next_waiting(house: House) -> None:
    written(house, idempotency_key="first")
    house.clock.by += timedelta(minutes=2)
    written(house, idempotency_key="second")
    house.notify.run()
    house.mailer.answer = lambda mail: SmtpReply(mail.notification, SendOutcome.REJECTED, 550, "no such user")
    wait(house, minutes=59)
    assert reminders(house) == []
    house.mailer.answer = accepted
    wait(house, minutes=2)
    assert reminders(house) == ["ann@clinic.example"]


def test_who_gets_it_by_a_step_hears_what_was_not_done_in_time_and_who_had_it(house: House) -> None:
    written(house)
    for minutes in (61, 60, 61):
        wait(house, minutes=minutes)

    (cems,) = house.inbox("cem", InboxView.DONE).items
    (bens,) = house.inbox("ben").items

    assert cems.arrival is not None
    assert (cems.arrival.giver, cems.arrival.step, cems.arrival.did) == ("ann", WIDEN, Do.WIDEN)
    assert bens.arrival is not None
    assert (bens.arrival.giver, bens.arrival.step, bens.arrival.did) == ("ann", HAND_OVER, Do.HAND_OVER)
    assert bens.arrival.at == bens.received_at
    assert house.read_inbox.delivery(ref(house, "ben"))[0].arrival == bens.arrival
    assert house.inbox("ann", InboxView.DONE).items[0].arrival is None


def test_so_does_who_got_it_from_the_list_of_what_is_overdue(engine: Engine) -> None:
    house = House(engine).furnish(with_ladder(ALERT), staff=STAFF, patients=PATIENTS)
    message = written(house)
    wait(house, minutes=241)

    house.overdue.hand_over(PRACTICE, message, "catch_all", COMMAND)

    (bens,) = house.inbox("ben").items
    assert bens.arrival == Arrival(bens.received_at, "ann")


def test_what_was_parked_keeps_the_run_that_it_began_with(house: House) -> None:
    (receipt,) = house.write()
    house.bring([replace(one, active=False) for one in STAFF])
    house.route.run()
    (parked,) = house.operations.parked(PRACTICE, None, 10)
    assert (parked.id, count(house, ladder_run)) == (receipt.id, 1)

    house.bring(STAFF)
    house.route.run()

    assert house.inbox("ann").items[0].message == receipt.id
    assert count(house, ladder_run) == 1
