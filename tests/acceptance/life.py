"""A small practice, everything that can happen in it in any order, and what must hold all the while."""

from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import Engine, select

from adapters.database import tables
from router.actors import COMMAND
from router.errors import IllegalTransitionError, KeyReused, NotFound, Refusal
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.inbox import InboxView
from router.flows.staff.replies import ReplyRequest
from router.messages.acceptance import Receipt
from router.messages.conversation import Author, PatientRef
from router.messages.inbox import DeliveryRef, InboxItem
from router.messages.message import AnyDraft, Draft, ReplyDraft
from router.messages.notification import SendOutcome, SmtpReply
from router.messages.states import DeliveryState, State
from router.practice.availability import Absence, Standing, represent
from router.practice.people import AuthorizedUser, Permission
from router.practice.topics import Topic
from tests.acceptance.crashes import Death, DyingDatabase, DyingMailer
from tests.builders import a_patient, a_staff, settings
from tests.fakes import accepted
from tests.house import PRACTICE, House

STAFF = ("ada", "ann", "ben")
RANK = {State.ACCEPTED: 0, State.PARKED: 0, State.DELIVERED: 1, State.OPENED: 2, State.ANSWERED: 3}
CARER = AuthorizedUser("cara", "Cara Doe", "cara@home.example", notify=True, permissions=frozenset(Permission))
PAT = replace(a_patient("pat", team=["ann"], email="pat@home.example", notify=True), authorized_users=(CARER,))

SAM = PatientRef(PRACTICE, "sam", None, COMMAND)
# More than a run of the machine writes.
WHOLE_HISTORY = 1_000

somebody = st.sampled_from(STAFF)
recipients = st.lists(somebody, unique=True, max_size=2)


class Life(RuleBasedStateMachine):
    """Hypothesis draws what happens; the invariants are checked after each step."""

    fresh: ClassVar[Callable[[], Engine]]

    def __init__(self) -> None:
        super().__init__()
        self.house = House(type(self).fresh())
        self.house.furnish(
            settings({Topic.BILLING: ["ann", "ben"]}), patients=[PAT, a_patient("sam", team=["ann", "ben"])]
        )
        self.written: dict[str, tuple[AnyDraft, Receipt]] = {}
        self.rank: dict[Any, int] = {}
        self.carer = CARER

    def write(self, draft: AnyDraft) -> None:
        (answer,) = self.house.try_to_write(draft)
        if isinstance(answer, Receipt):
            self.written[draft.idempotency_key] = (draft, answer)

    @rule(patient=st.sampled_from(["pat", "sam"]), topic=st.sampled_from(Topic), to=st.none() | somebody)
    def accept(self, patient: str, topic: Topic, to: str | None) -> None:
        self.write(Draft(f"key-{len(self.written)}", patient, topic, "A subject", "A body", to=to))

    @precondition(lambda self: self.written)
    @rule(data=st.data(), sender=st.none() | st.just("cara"))
    def accept_a_reply(self, data: st.DataObject, sender: str | None) -> None:
        draft, receipt = self.written[data.draw(st.sampled_from(sorted(self.written)))]
        reply = ReplyDraft(f"key-{len(self.written)}", draft.patient, receipt.conversation, "More", sender=sender)
        self.write(reply)

    @precondition(lambda self: self.written)
    @rule(data=st.data())
    def accept_again(self, data: st.DataObject) -> None:
        draft, receipt = self.written[data.draw(st.sampled_from(sorted(self.written)))]

        same, other = self.house.try_to_write(draft, replace(draft, body="Another body"))

        assert isinstance(same, Receipt)
        assert (same.id, same.to, same.accepted_at) == (receipt.id, receipt.to, receipt.accepted_at)
        assert isinstance(other, KeyReused)

    @rule()
    def route(self) -> None:
        self.house.route.run()

    @rule(stored=st.booleans())
    def die_while_routing(self, stored: bool) -> None:  # noqa: FBT001 - drawn by name.
        with suppress(Death):
            replace(self.house.route, database=DyingDatabase(self.house.database, stored)).run()

    @rule(stored=st.booleans())
    def die_while_accepting(self, stored: bool) -> None:  # noqa: FBT001 - drawn by name.
        draft = self.house.draft(f"key-{len(self.written)}")
        with suppress(Death):
            replace(self.house.accept, database=DyingDatabase(self.house.database, stored)).accept(
                PRACTICE, [draft], COMMAND
            )
        # The portal heard nothing: it sends the same again.
        self.write(draft)

    @rule(outcome=st.sampled_from([SendOutcome.SENT, SendOutcome.REJECTED, SendOutcome.DEFERRED, SendOutcome.RELAY]))
    def notify(self, outcome: SendOutcome) -> None:
        self.house.mailer.answer = lambda mail: SmtpReply(mail.notification, outcome, 250, "said")
        self.house.notify.run()

    @rule(survived=st.integers(0, 1), stored=st.booleans())
    def die_while_notifying(self, survived: int, stored: bool) -> None:  # noqa: FBT001 - drawn by name.
        dying = DyingDatabase(self.house.database, stored, survived)
        with suppress(Death):
            replace(self.house.notify, database=dying).run()

    @rule()
    def die_after_sending(self) -> None:
        self.house.mailer.answer = accepted
        with suppress(Death):
            replace(self.house.notify, mailer=DyingMailer(self.house.mailer)).run()

    @rule(staff=somebody, active=st.booleans())
    def leave_or_return(self, staff: str, active: bool) -> None:  # noqa: FBT001 - drawn by name.
        self.house.bring([a_staff(staff, admin=staff == "ada", active=active)])

    @rule(staff=somebody, cover=st.none() | somebody, hours=st.integers(-1, 2))
    def be_away(self, staff: str, cover: str | None, hours: int) -> None:
        begins = self.house.operations.ready() + timedelta(hours=hours)
        with suppress(Refusal):
            self.house.roster.set_absence(PRACTICE, Absence(staff, begins, begins + timedelta(hours=2), cover), COMMAND)

    @rule()
    def move_what_the_absent_left(self) -> None:
        self.house.absences.run()

    @rule(billing=recipients, other=recipients, catch_all=recipients)
    def change_settings(self, billing: list[str], other: list[str], catch_all: list[str]) -> None:
        wanted = settings({Topic.BILLING: billing, Topic.OTHER: other}, catch_all=tuple(catch_all))
        with suppress(Refusal):
            self.house.save(wanted)

    @rule(data=st.data(), staff=somebody, act=st.sampled_from(["read", "unread", "done", "claim", "release", "reply"]))
    def work_on_an_inbox(self, data: st.DataObject, staff: str, act: str) -> None:
        items = self._items(staff, InboxView.OPEN, InboxView.DONE)
        if not items:
            return
        delivery = data.draw(st.sampled_from([one.delivery for one in items]))
        answer, ref = self.house.replies, DeliveryRef(PRACTICE, delivery, staff, COMMAND)
        with suppress(Refusal, IllegalTransitionError):
            if act in {"claim", "release"}:
                getattr(answer, act)(ref)
            elif act == "reply":
                answer.reply(ref, ReplyRequest("An answer"))
            else:
                self.house.read_inbox.mark(ref, DeliveryState(act))

    @rule(data=st.data(), staff=somebody, to=somebody, whole=st.booleans())
    def forward(self, data: st.DataObject, staff: str, to: str, whole: bool) -> None:  # noqa: FBT001 - drawn by name.
        items = self._items(staff, InboxView.OPEN)
        if items:
            delivery = data.draw(st.sampled_from([one.delivery for one in items]))
            with suppress(Refusal):
                self.house.forward.forward(
                    DeliveryRef(PRACTICE, delivery, staff, COMMAND), ForwardRequest(to, "", whole)
                )

    def _items(self, staff: str, *views: InboxView) -> list[InboxItem]:
        """What somebody has in these views; nothing is shown of whoever has left."""
        if self.house.messaging.known(PRACTICE)[0].is_active(staff):
            return [item for view in views for item in self.house.inbox(staff, view).items]
        with pytest.raises(NotFound):
            self.house.inbox(staff)
        return []

    @rule(data=st.data(), staff=somebody)
    def look_into_anothers_inbox(self, data: st.DataObject, staff: str) -> None:
        others = [one for rows in self._deliveries().values() for one in rows if one.staff != staff]
        if others:
            delivery = data.draw(st.sampled_from([one.id for one in others]))
            ref = DeliveryRef(PRACTICE, delivery, staff, COMMAND)
            for look in (self.house.read_inbox.delivery, self.house.read_inbox.open, self.house.replies.conversation):
                with pytest.raises(NotFound):
                    look(ref)

    @rule(permissions=st.frozensets(st.sampled_from(Permission)))
    def change_what_the_carer_may(self, permissions: frozenset[Permission]) -> None:
        self.carer = replace(CARER, permissions=permissions)
        self.house.bring([], [replace(PAT, authorized_users=(self.carer,))])

    @rule()
    def read_as_the_carer(self) -> None:
        for draft, receipt in self.written.values():
            mine = draft.patient == "pat" and self.carer.may_read
            with nullcontext() if mine else pytest.raises(NotFound):
                self.house.conversations.thread(PRACTICE, receipt.conversation, "cara", COMMAND)

    @rule()
    def requeue_what_is_parked(self) -> None:
        for item in self.house.operations.parked(None, None, 50):
            if item.kind != "delivery":
                self.house.operations.requeue(None, item.id, COMMAND)

    @rule(minutes=st.sampled_from([1, 4, 90]))
    def let_time_pass(self, minutes: int) -> None:
        self.house.clock.by += timedelta(minutes=minutes)

    @invariant()
    def nothing_is_lost_and_nothing_goes_backwards(self) -> None:
        for _, receipt in self.written.values():
            now = RANK[self.house.accept.receipt(PRACTICE, receipt.id).status]
            assert now >= self.rank.get(receipt.id, 0)
            self.rank[receipt.id] = now

    @invariant()
    def every_undone_message_has_somebody_active_or_is_parked_in_sight(self) -> None:
        staff = self.house.messaging.known(PRACTICE)[0]
        parked = {one.id for one in self.house.operations.parked(PRACTICE, None, 1000)}
        for message, deliveries in self._deliveries().items():
            assert len({one.staff for one in deliveries}) == len(deliveries), message
            undone = [one for one in deliveries if one.state in {"unread", "read"}]
            seen = any(staff.is_active(one.staff) for one in undone)
            done = any(one.state == "done" for one in deliveries)
            assert seen or done or {one.id for one in undone} & parked, message

    @invariant()
    def nothing_is_parked_for_want_of_staff_while_an_administrator_is_active(self) -> None:
        if self.house.messaging.known(PRACTICE)[0].is_active("ada"):
            parked = self.house.operations.parked(PRACTICE, None, 1000)
            assert [one for one in parked if one.reason == "no_active_staff"] == []

    @invariant()
    def covers_never_go_in_a_circle(self) -> None:
        staff, now = self.house.messaging.known(PRACTICE)[0], self.house.operations.ready()
        for minutes in range(-90, 300, 30):
            at = now + timedelta(minutes=minutes)
            assert all(represent(one, staff, at).standing is not Standing.COVER_CIRCLE for one in STAFF)

    @invariant()
    def nobody_behind_a_display_name_is_named_to_the_patients_side(self) -> None:
        used = sorted({draft.topic for draft, _ in self.written.values() if isinstance(draft, Draft)})
        told = [
            thread
            for topic in used
            for thread in self.house.conversations.history(SAM, topic, None, WHOLE_HISTORY).threads
        ]
        for thread in told:
            names = {one.shown_as for one in thread.entries if one.author is Author.STAFF}
            assert thread.conversation.chosen or names <= {thread.conversation.display_name}

    def _deliveries(self) -> dict[Any, list[Any]]:
        found: dict[Any, list[Any]] = {}
        with self.house.engine.connect() as connection:
            for row in connection.execute(select(tables.delivery)):
                found.setdefault(row.message, []).append(row)
        return found

    def teardown(self) -> None:
        """Once everybody is back and the mail server well, everything arrives by itself, and the tables agree."""
        house = self.house
        house.bring([a_staff(staff, admin=staff == "ada") for staff in STAFF])
        house.mailer.answer = accepted
        self.requeue_what_is_parked()
        for _ in range(4):
            house.clock.by += timedelta(minutes=5)
            house.absences.run()
            house.route.run()
            house.notify.run()
        house.clock.by += timedelta(hours=12)
        house.notify.run()
        assert house.failures == []
        assert [one.waiting for one in house.operations.status().backlog] == [0, 0, 0]
        assert all(RANK[house.accept.receipt(PRACTICE, one.id).status] for _, one in self.written.values())
        breaches = house.breaches()
        assert breaches == {}, breaches
