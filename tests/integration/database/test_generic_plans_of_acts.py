"""What is done or looked at now and then costs as much as it is about, whatever plan PostgreSQL keeps.

As in the tests of messages: each statement keeps the first plan that was made of it, before anything had statistics,
or makes it anew once they are gathered.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from router.actors import COMMAND
from router.flows.staff.forward import ForwardRequest
from router.messages.events import EventKind
from router.messages.inbox import DeliveryRef
from router.messages.notification import Mail, SendOutcome, SmtpReply
from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, settings
from tests.fakes import accepted
from tests.house import PRACTICE, STAFF, House
from tests.integration.database.test_generic_plans_of_messages import FILLED
from tests.plans import ANALYZED, buffers_of_each, fill, generic_plans

MOST_BLOCKS = 150
# Those of Ann's messages she had all forwarded, and as many of another's moved to Ben long ago; care teams without an
# address, half of them of charts that are inactive; and what was parked for other reasons.
ACTED = """
insert into hand_over (practice, id, message, giver, taker, kind, note, whole_conversation, handed_at)
select practice, gen_random_uuid(), id, 'ann', 'ben', 'forward', repeat('Please. ', 10), false, accepted_at
from message where fingerprint = '';
insert into delivery (practice, id, message, conversation, staff, step, represents, state, received_at)
select practice, gen_random_uuid(), id, conversation, 'ben', 'absence', 'ann', 'unread', accepted_at - interval '1 day'
from message where fingerprint = '';
insert into notification (practice, id, delivery, kind, state, due_at, deferrals, attempts)
select practice, id, id, 'staff_delivery', 'sent', received_at, 0, 1 from delivery
where step = 'absence' and received_at < now() - interval '12 hours';
insert into care_team_member (practice, patient, staff, role, position)
select 'clinic', 'patient-' || n, staff, 'Nurse', 0
from generate_series(1, 8000) n, unnest(array['cho', 'dee', 'eli']) staff;
update patient set active = false where practice = 'clinic' and id like 'patient-%5'
"""


@pytest.fixture
def house(postgres_url: str, *, analyzed: bool) -> Iterator[House]:
    """A practice that was small when the plans were made."""
    mute = [a_staff(one, email=None) for one in ("cho", "dee", "eli")]
    with generic_plans(postgres_url) as engine:
        house = House(engine).furnish(
            settings({Topic.BILLING: ["ann"]}),
            staff=[*STAFF, *mute],
            patients=[a_patient("sam"), a_patient("pat", team=["cho"])],
        )
        prepare(house, 0)
        act(house, 0)
        fill(engine, FILLED + ";" + ACTED, analyzed=analyzed)
        yield house


def prepare(house: House, turn: int) -> None:
    """Emails are due about a message that an absence moved to Ben, and about another one of Ann's."""
    house.write(house.draft(f"moved-{turn}"))
    house.route.run()
    house.send_away("ann", "ben")
    house.absences.run()
    house.roster.end_absence(PRACTICE, "ann", COMMAND)
    house.write(house.draft(f"anns-{turn}"))
    house.route.run()


def act(house: House, turn: int) -> None:
    """Each thing once. Ann's email is refused, and requeued."""
    since = house.operations.ready() - timedelta(minutes=1)
    house.mailer.answer = lambda mail: refused(mail) if mail.recipient.startswith("ann") else accepted(mail)
    house.notify.run()
    assert house.operations.requeue_parked(PRACTICE, "rejected", since, COMMAND) == 1
    ref = DeliveryRef(PRACTICE, house.inbox("ann").items[0].delivery, "ann", COMMAND)
    house.forward.forward(ref, ForwardRequest("ada", "Please.", whole_conversation=True))
    house.undo.undo(ref)
    # Messages that nobody could take are requeued.
    house.roster.change_staff(PRACTICE, "ben", {"title": f"Title {turn}"}, COMMAND)
    house.reports.needs_a_look(PRACTICE)
    house.conversations.events(PRACTICE, 0, 5, [EventKind.PARKED])


def refused(mail: Mail) -> SmtpReply:
    return SmtpReply(mail.notification, SendOutcome.REJECTED, 550, "5.1.1 unknown")


@ANALYZED
def test_nothing_that_is_done_now_and_then_reads_more_where_much_was_done(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.database.repositories.events.LOOKED_AT", 100, raising=False)

    prepare(house, 1)

    with buffers_of_each(house.engine) as read:
        act(house, 1)

    worst: dict[str, int] = {}
    for statement, blocks in read:
        worst[statement] = max(blocks, worst.get(statement, 0))
    assert len(worst) > 50
    assert {
        " ".join(statement.split())[:300]: blocks for statement, blocks in worst.items() if blocks > MOST_BLOCKS
    } == {}
