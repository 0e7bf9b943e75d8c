"""The patient's side: threads, histories, read marks, families, replies and events."""

import threading
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from router.actors import COMMAND
from router.errors import Invalid, KeyReused, NotFound, ReplyRefused
from router.flows.patient.threads import Thread
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.replies import ReplyRequest
from router.messages.acceptance import Receipt
from router.messages.conversation import Author, CannotReply, PatientRef
from router.messages.events import EventKind
from router.messages.inbox import DeliveryRef
from router.messages.message import ReplyDraft
from router.messages.states import DeliveryState
from router.practice.people import AuthorizedUser, Permission
from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, settings, topic_set
from tests.house import PRACTICE, STAFF, House

MOTHER = AuthorizedUser("mother", "Mo Doe", "mo@home.example", notify=True, permissions=frozenset(Permission))
READER = AuthorizedUser("reader", "Rea Doe", permissions=frozenset({Permission.READ}))
SILENT = AuthorizedUser("silent", "Si Doe")
FAMILY = a_patient(
    "pat", team=["ann"], email="pat@home.example", notify=True, authorized_users=(MOTHER, READER, SILENT)
)
TO_BOTH = settings({Topic.BILLING: ["ann", "ben"]})


def furnish(house: House, messaging=TO_BOTH) -> House:
    return house.furnish(messaging, patients=[FAMILY, a_patient("sam")])


def write(house: House, key: str = "key-1", **fields: object) -> Receipt:
    receipt = house.write(house.draft(key, **({"patient": "pat"} | fields)))[0]
    house.route.run()
    return receipt


def answer_to(house: House, receipt: Receipt, staff: str = "ann", body: str = "We will look.") -> None:
    item = next(one for one in house.inbox(staff).items if one.message == receipt.id)
    house.replies.reply(DeliveryRef(PRACTICE, item.delivery, staff, COMMAND), ReplyRequest(body))


def read(house: House, conversation: UUID, actor: str | None = None) -> Thread:
    return house.conversations.thread(PRACTICE, conversation, actor, COMMAND)


def reply(receipt: Receipt, key: str = "reply-1", **fields: object) -> ReplyDraft:
    made = ReplyDraft(key, "pat", receipt.conversation, "Thank you!")
    return replace(made, **fields)  # type: ignore[arg-type] # a test names the fields.


def test_a_thread_shows_its_whole_history_oldest_first_under_the_display_name(house: House) -> None:
    first = write(furnish(house))
    answer_to(house, first)
    house.write(reply(first))

    thread = read(house, first.conversation)

    assert [(one.author, one.shown_as, one.body) for one in thread.entries] == [
        (Author.PATIENT, "Pat Doe", "I have a question about my bill."),
        (Author.STAFF, "Billing Office", "We will look."),
        (Author.PATIENT, "Pat Doe", "Thank you!"),
    ]
    assert not any(name in one.shown_as for one in thread.entries for name in ("Ann", "Ben"))


def test_an_answer_in_a_chosen_provider_thread_names_its_author_honestly(house: House) -> None:
    furnish(house, settings()).bring([replace(STAFF[1], name="Dr. Lee"), a_staff("ben", name="Nisha Patel, RN")])
    chosen = write(house, topic=Topic.MEDICAL, to="ann")
    item = house.inbox("ann").items[0]
    house.forward.forward(
        DeliveryRef(PRACTICE, item.delivery, "ann", COMMAND), ForwardRequest("ben", "Please", whole_conversation=False)
    )
    answer_to(house, chosen, "ben", "I asked her.")

    names = [one.shown_as for one in read(house, chosen.conversation).entries if one.author is Author.STAFF]

    assert names == ["N. Patel for Dr. Lee"]


def test_a_reply_goes_to_whoever_owns_the_conversation_whatever_was_switched_off(house: House) -> None:
    first = write(furnish(house))
    answer_to(house, first, "ben")
    house.save(settings(practice=topic_set({Topic.BILLING: ["ann"]}, off=[Topic.BILLING])))

    second = house.write(reply(first))[0]
    house.route.run()

    assert second.to == "Billing Office"
    assert house.recipients(second.id) == ["ben"]
    assert house.breaches() == {}


def test_a_reply_is_idempotent_and_refused_with_its_field(house: House) -> None:
    first = write(furnish(house))
    accepted = house.write(reply(first))[0]

    assert house.write(reply(first)) == [accepted]
    other = house.write(house.draft("of-sam"))[0]
    for draft, kind, field in (
        (reply(first, body="Something else"), KeyReused, "idempotency_key"),
        (reply(first, "r2", body=" "), Invalid, "body"),
        (reply(first, "r3", conversation=uuid4()), NotFound, "conversation"),
        (reply(other, "r4"), NotFound, "conversation"),
        (reply(first, "r5", sender="ghost"), NotFound, "sender"),
        (reply(first, "r6", sender="silent"), NotFound, "conversation"),
        (reply(first, "r7", sender="reader"), ReplyRefused, "conversation"),
    ):
        refusal = house.try_to_write(draft)[0]
        assert isinstance(refusal, kind)
        assert refusal.errors[0].field == field


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda house: house.save(settings(messaging_enabled=False)), CannotReply.MESSAGING_OFF),
        (lambda house: house.bring([], [replace(FAMILY, active=False)]), CannotReply.PATIENT_INACTIVE),
        (
            lambda house: house.bring([replace(one, active=False) for one in STAFF]),
            CannotReply.NOBODY_AVAILABLE,
        ),
    ],
)
def test_a_thread_says_why_one_can_not_reply_and_hides_nothing(house: House, change, reason) -> None:
    first = write(furnish(house))
    assert read(house, first.conversation).cannot_reply is None

    change(house)

    thread = read(house, first.conversation)
    assert (thread.cannot_reply, len(thread.entries)) == (reason, 1)
    refusal = house.try_to_write(reply(first))[0]
    assert isinstance(refusal, ReplyRefused)
    assert refusal.reason == reason


def test_read_marks_are_kept_for_each_actor(house: House) -> None:
    first = write(furnish(house))
    answer_to(house, first)

    assert [read(house, first.conversation, actor).unread for actor in (None, "mother")] == [1, 2]
    house.conversations.mark_read(PRACTICE, first.conversation, None, COMMAND)
    assert [read(house, first.conversation, actor).unread for actor in (None, "mother")] == [0, 2]
    house.conversations.mark_read(PRACTICE, first.conversation, "mother", COMMAND)
    house.write(reply(first))
    assert [read(house, first.conversation, actor).unread for actor in (None, "mother")] == [0, 1]


def test_an_older_read_mark_that_is_stored_late_takes_nothing_back(house: House) -> None:
    first = write(furnish(house))
    answer_to(house, first)

    for age in (timedelta(), timedelta(days=1)):
        with house.database.begin() as work:
            work.conversations.mark_read(PRACTICE, first.conversation, "", work.now() - age)
            work.commit()

    assert read(house, first.conversation).unread == 0


def test_a_conversation_is_read_up_to_what_was_seen_of_it(house: House) -> None:
    first = write(furnish(house))
    answer_to(house, first)

    assert house.conversations.mark_read(PRACTICE, first.conversation, "mother", COMMAND, first.id) == 1
    assert read(house, first.conversation, "mother").unread == 1
    with pytest.raises(Invalid, match="last_seen"):
        house.conversations.mark_read(PRACTICE, first.conversation, "mother", COMMAND, UUID(int=1))


def test_the_history_of_a_topic_goes_across_conversations(house: House) -> None:
    furnish(house)
    keys = ["one", "two", "three"]
    for key in keys:
        write(house, key, body=key)
    write(house, "medical", topic=Topic.MEDICAL, to="ann")

    history = house.conversations.history(PatientRef(PRACTICE, "pat", None, COMMAND), Topic.BILLING, None, 9).threads
    listed, following = house.conversations.threads(PatientRef(PRACTICE, "pat", None, COMMAND), None, None, 3)
    rest, end = house.conversations.threads(PatientRef(PRACTICE, "pat", None, COMMAND), None, following, 3)
    billing, _ = house.conversations.threads(PatientRef(PRACTICE, "pat", "mother", COMMAND), Topic.BILLING, None, 9)

    assert [one.entries[0].body for one in history] == keys
    assert [one.conversation.topic for one in listed] == [Topic.MEDICAL, Topic.BILLING, Topic.BILLING]
    assert ([one.entries[0].body for one in rest], end) == (["one"], None)
    assert len(billing) == 3


def test_who_may_not_read_hears_that_there_is_nothing(house: House) -> None:
    first = write(furnish(house))
    private = write(house, "private", private=True)

    for attempt in (
        lambda: read(house, first.conversation, "silent"),
        lambda: read(house, first.conversation, "stranger"),
        lambda: read(house, private.conversation, "mother"),
        lambda: read(house, uuid4()),
        lambda: house.conversations.threads(PatientRef(PRACTICE, "pat", "silent", COMMAND), None, None, 9),
        lambda: house.conversations.threads(PatientRef(PRACTICE, "ghost", None, COMMAND), None, None, 9),
        lambda: house.conversations.history(PatientRef(PRACTICE, "pat", "stranger", COMMAND), Topic.BILLING, None, 9),
        lambda: house.conversations.mark_read(PRACTICE, private.conversation, "reader", COMMAND),
    ):
        with pytest.raises(NotFound):
            attempt()
    seen, _ = house.conversations.threads(PatientRef(PRACTICE, "pat", "mother", COMMAND), None, None, 9)
    assert [one.conversation.id for one in seen] == [first.conversation]
    assert isinstance(house.try_to_write(house.draft("x", patient="pat", sender="mother", private=True))[0], Invalid)


def test_a_permission_that_ends_closes_at_once_and_the_record_stays(house: House) -> None:
    first = write(furnish(house), sender="mother")
    assert len(read(house, first.conversation, "mother").entries) == 1

    house.bring([], [replace(FAMILY, authorized_users=())])

    with pytest.raises(NotFound):
        read(house, first.conversation, "mother")
    entry = read(house, first.conversation).entries[0]
    assert (entry.author, entry.shown_as) == (Author.AUTHORIZED_USER, "Mo Doe")


def test_a_reply_is_told_by_email_to_those_who_may_read_it_and_asked_for_it(house: House) -> None:
    first = write(furnish(house))
    private = write(house, "private", private=True)
    house.notify.run()
    house.mailer.sent.clear()

    answer_to(house, first)
    answer_to(house, private)
    house.notify.run()

    told = sorted(mail.recipient for mail in house.mailer.sent if mail.kind == "patient_reply")
    assert told == ["mo@home.example", "pat@home.example", "pat@home.example"]
    assert house.breaches() == {}


def test_who_lost_their_address_meanwhile_is_not_told(house: House) -> None:
    answer_to(house, write(furnish(house)))
    house.bring([], [replace(FAMILY, email=None, authorized_users=())])

    house.notify.run()

    assert [mail for mail in house.mailer.sent if mail.kind == "patient_reply"] == []


def test_events_come_in_order_without_gaps_or_repeats(house: House) -> None:
    first = write(furnish(house))
    item = house.inbox("ann").items[0]
    house.read_inbox.mark(DeliveryRef(PRACTICE, item.delivery, "ann", COMMAND), DeliveryState.READ)
    answer_to(house, first)

    events = house.conversations.events(PRACTICE, 0, 100).events

    assert [one.number for one in events] == [1, 2, 3, 4]
    assert [one.kind for one in events] == [
        EventKind.DELIVERED,
        EventKind.OPENED,
        EventKind.REPLIED,
        EventKind.ANSWERED,
    ]
    assert house.conversations.events(PRACTICE, 2, 1).events == events[2:3]
    assert house.conversations.events(PRACTICE, 4, 9).events == ()
    assert house.conversations.events("other", 0, 9).events == ()


def test_a_frontend_that_follows_while_several_processes_write_misses_nothing(house: House) -> None:
    furnish(house)
    writers = [House(house.engine) for _ in range(3)]
    receipts: list[Receipt] = []

    def work(number: int, one: House) -> None:
        for turn in range(6):
            receipts.extend(one.write(one.draft(f"{number}-{turn}", patient="sam")))
            one.route.run()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(writers)]
    for thread in threads:
        thread.start()
    seen: list[tuple[int, UUID | None]] = []
    while any(thread.is_alive() for thread in threads) or len(seen) < len(receipts):
        batch = house.conversations.events(PRACTICE, len(seen), 100).events
        seen += [(one.number, one.message) for one in batch]
        house.route.run()
    for thread in threads:
        thread.join()

    assert [number for number, _ in seen] == list(range(1, 19))
    assert {message for _, message in seen} == {receipt.id for receipt in receipts}
