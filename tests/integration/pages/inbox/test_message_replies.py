"""A message is answered from its page, once, and after a look at what others have answered."""

from router.actors import COMMAND
from router.flows.staff.replies import ReplyRequest
from router.messages.inbox import DeliveryRef
from router.messages.states import DeliveryState, Outcome
from tests.builders import a_patient
from tests.house import PRACTICE, STAFF
from tests.integration.flows.ladders import ALERT, HAND_OVER, wait, with_ladder
from tests.integration.pages.conftest import Browser, fields_on
from tests.integration.pages.inbox.inboxes import ann as ann  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.inbox.inboxes import fields_of, item, page_of
from tests.integration.pages.inbox.inboxes import house_with_mail as house_with_mail  # noqa: PLC0414


def test_a_reply_is_sent_once_and_finishes_the_message(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))
    carried = fields_of(ann.open(path).text)

    for _ in range(2):
        done = ann.send(path, path, do="reply", body="We will\r\nlook.", **carried)
        assert done.headers["location"] == f"{path}?view=open&told=replied"

    page = ann.open(done.headers["location"]).text
    assert "Your reply was sent." in page
    assert page.count("We will\nlook.") == 1
    assert "shown to the patient as Billing Office" in page
    assert (item(house).state, item(house).owner) == (DeliveryState.DONE, "ann")


def test_who_answers_a_message_that_a_colleague_finished_by_phone_is_asked_once(ann: Browser) -> None:
    """The patient has been told of the call: a second answer in writing is to be meant."""
    house = ann.service.house
    path = page_of(item(house))
    carried = fields_on(ann.open(path).text)
    bens = DeliveryRef(PRACTICE, item(house, "ben").delivery, "ben", COMMAND)
    house.read_inbox.mark(bens, DeliveryState.DONE, Outcome.ANSWERED_BY_PHONE)

    asked = ann.send(path, path, **carried | {"do": "reply", "body": "It is right."})

    assert asked.status_code == 409
    assert "Ben has taken care of this in the meantime" in asked.text
    assert ">\nIt is right.</textarea>" in asked.text
    again = fields_on(asked.text) | {"do": "reply", "body": "It is right."}
    assert ann.send(path, path, **again).headers["location"].endswith("told=replied")


def test_who_answers_second_sees_the_first_answer_keeps_the_text_and_is_asked_once(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))
    carried = fields_of(ann.open(path).text)
    house.replies.reply(
        DeliveryRef(PRACTICE, item(house, "ben").delivery, "ben", COMMAND), ReplyRequest("The first answer.")
    )

    asked = ann.send(path, path, do="reply", body="The second answer.", **carried)

    assert asked.status_code == 409
    assert "A colleague has answered in the meantime" in asked.text
    assert 'id="answered"' in asked.text
    assert "The first answer." in asked.text
    assert ">\nThe second answer.</textarea>" in asked.text
    sent = ann.send(path, path, do="reply", body="The second answer.", **fields_of(asked.text))
    assert sent.status_code == 303
    entries = house.replies.conversation(DeliveryRef(PRACTICE, item(house).delivery, "ann", COMMAND)).entries
    assert [entry.body for entry in entries][1:] == ["The first answer.", "The second answer."]


def test_other_words_with_the_key_of_a_sent_reply_are_kept_and_asked_about(ann: Browser) -> None:
    path = page_of(item(ann.service.house))
    carried = fields_of(ann.open(path).text)
    ann.send(path, path, do="reply", body="Once.", **carried)

    again = ann.send(path, path, do="reply", body="Twice.", **carried)

    assert again.status_code == 422
    assert "Another reply was already sent from this page" in again.text
    assert ">\nTwice.</textarea>" in again.text
    assert ann.send(path, path, do="reply", body="Twice.", **fields_of(again.text)).status_code == 303


def test_an_answer_that_came_after_a_hand_over_is_neither_shown_nor_offered_to_be_read(browser: Browser) -> None:
    house = browser.service.house
    house.bring(STAFF, [a_patient("sam")])
    house.save(with_ladder(HAND_OVER, ALERT))
    receipt = house.write()[0]
    house.route.run()
    path = page_of(house.inbox("ann").items[0])
    wait(house, minutes=181)
    bens = DeliveryRef(PRACTICE, house.inbox("ben").items[0].delivery, "ben", COMMAND)
    house.replies.reply(bens, ReplyRequest("The first answer."))

    refused = browser.sign_in("ann").send(path, path, do="reply", body="Mine.", last_seen=str(receipt.id))

    assert refused.status_code == 409
    assert "whose answer isn't shown to you" in refused.text.replace("&#39;", "'")
    assert ("The first answer." in refused.text, "#answered" in refused.text) == (False, False)
