"""Who may read which entries of a conversation once a message of it was corrected or forwarded."""

import pytest

from router.flows.staff.forward import ForwardRequest
from router.flows.staff.replies import ReplyRequest
from router.messages.inbox import DeliveryRef
from router.messages.message import ReplyDraft
from tests.house import PRACTICE, House
from tests.integration.flows.staff.corrections import TO_MEDICAL, answered, ref, written
from tests.integration.flows.staff.corrections import house as house  # noqa: PLC0414 - the fixture is shared.


def bodies(house: House, of: DeliveryRef, *, earlier: bool = False) -> list[str]:
    return [entry.body for entry in house.replies.conversation(of, earlier=earlier).entries]


def test_new_holders_see_it_from_the_corrected_message_on_and_the_rest_on_record(house: House) -> None:
    message = written(house)
    house.replies.reply(ref(house, message.id, "ann"), ReplyRequest("It is paid."))
    more = answered(house, message, "more", "My chest hurts.")
    house.correction.correct(ref(house, more.id, "ann"), TO_MEDICAL)
    cems = ref(house, more.id, "cem")
    assert bodies(house, cems) == ["My chest hurts."]
    assert house.replies.conversation(cems).has_earlier
    assert bodies(house, cems, earlier=True) == [
        "I have a question about my bill.",
        "It is paid.",
        "My chest hurts.",
    ]
    house.read_inbox.open(cems, earlier=True)
    asked = [row for row in house.operations.audit(PRACTICE, None, 50) if row.details.get("earlier")]
    assert len(asked) == 2
    # Who had it before sees what they could read until then, and nothing later.
    house.replies.reply(cems, ReplyRequest("Come in."))
    assert bodies(house, ref(house, more.id, "ann"))[-1] == "My chest hurts."
    assert bodies(house, cems)[-1] == "Come in."


@pytest.mark.parametrize("whole", [False, True])
def test_a_forward_shows_the_message_alone_or_the_whole(house: House, *, whole: bool) -> None:
    message = written(house)
    more = answered(house, message, "more")
    house.forward.forward(ref(house, more.id, "ann"), ForwardRequest("dan", "", whole_conversation=whole))
    shown = bodies(house, ref(house, more.id, "dan"))
    assert shown == (["I have a question about my bill.", "And more."] if whole else ["And more."])


def test_owners_and_the_care_team_see_everything_also_after_it_went(house: House) -> None:
    message = written(house, patient="pat")
    more = house.write(ReplyDraft("more", "pat", message.conversation, "And more."))[0]
    house.route.run()
    house.forward.forward(ref(house, more.id, "ann"), ForwardRequest("dan", "", whole_conversation=False))
    house.correction.correct(ref(house, more.id, "ann"), TO_MEDICAL)
    house.write(ReplyDraft("last", "pat", message.conversation, "The last."))[0]
    assert bodies(house, ref(house, more.id, "dan"))[-1] == "The last."
    assert bodies(house, ref(house, more.id, "ann"))[-1] == "And more."
    house.route.run()
    cems = ref(house, more.id, "cem")
    house.replies.claim(cems)
    assert len(bodies(house, cems)) == 3
