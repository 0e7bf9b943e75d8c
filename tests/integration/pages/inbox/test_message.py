"""A message in the staff's inbox and what is done with it, without scripts."""

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from adapters.database.unit_of_work import Database
from router.actors import COMMAND
from router.flows.staff.replies import ReplyRequest
from router.messages.inbox import DeliveryRef
from router.messages.message import ReplyDraft
from router.messages.states import DeliveryState, Outcome
from router.ports.unit_of_work import UnitOfWork
from tests.builders import a_staff
from tests.house import PRACTICE, STAFF
from tests.integration.api.conftest import CANARY
from tests.integration.pages.conftest import Browser, fields_on
from tests.integration.pages.inbox.inboxes import ann as ann  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.inbox.inboxes import (
    ann_as,
    fields_of,
    item,
    page_of,
)
from tests.integration.pages.inbox.inboxes import house_with_mail as house_with_mail  # noqa: PLC0414


def test_looking_at_a_message_changes_nothing_and_saying_that_it_is_read_does(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))

    page = ann.open(f"{path}?view=unread")

    assert item(house).state is DeliveryState.UNREAD
    assert "<title>(2) Billing message · Clinic</title>" in page.text
    for said in ("First\nbody", "Cara Doe", "Mark as read", "Record number", "Billing Office"):
        assert said in page.text
    done = ann.send(path, f"{path}?view=unread", do="read")
    assert (done.status_code, done.headers["location"]) == (303, f"{path}?view=unread&told=read")
    assert item(house).state is DeliveryState.READ
    assert "Mark as read" not in ann.open(path).text


def test_opening_a_message_is_one_transaction_and_one_audit_row(ann: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Besides the look that finds out who is signed in."""
    house = ann.service.house
    opened = item(house)
    ann.open(page_of(opened))
    before = [row.id for row in house.operations.audit(PRACTICE, None, 99)]
    begun: list[str] = []
    for name in ("begin", "look", "snapshot"):
        monkeypatch.setattr(Database, name, _noted(begun, name))

    page = ann.open(page_of(opened))

    monkeypatch.undo()
    assert page.status_code == 200
    assert begun == ["look", "begin"]
    rows = [row for row in house.operations.audit(PRACTICE, None, 99) if row.id not in before]
    assert [(row.action, row.subject, row.details) for row in rows] == [
        ("conversation.read", str(opened.conversation), {"staff": "ann", "delivery": str(opened.delivery)})
    ]


def _noted(begun: list[str], name: str) -> Callable[[Database], AbstractContextManager[UnitOfWork]]:
    """A method of the database that also notes that it was called."""
    method = getattr(Database, name)

    def note(database: Database) -> AbstractContextManager[UnitOfWork]:
        begun.append(name)
        found: AbstractContextManager[UnitOfWork] = method(database)
        return found

    return note


def test_the_pages_script_marks_it_read_with_the_token_in_a_header(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))
    token = re.findall(r'name="csrf-token" content="([^"]+)"', ann.open(path).text)[0]

    assert ann.client.post(f"{path}/read").status_code == 403
    done = ann.client.post(f"{path}/read", headers={"X-CSRF-Token": token})

    assert done.json() == {"unread": 1}
    assert item(house).state is DeliveryState.READ


def test_somebody_elses_delivery_is_not_found(ann: Browser) -> None:
    house = ann.service.house
    bens = page_of(item(house, "ben"))
    given = {"body": "x", "to": "ada", "last_seen": str(item(house, "ben").message)}

    for path in (bens, f"/inbox/message/{uuid4()}", "/inbox/message/nonsense"):
        assert ann.open(path).status_code == 404
    for does in ("reply", "forward", "claim", "release", "read", "unread", "done"):
        assert ann.send("/inbox/absence", bens, do=does, **given).status_code == 404, does

    assert (item(house, "ben").state, item(house, "ben").owner) == (DeliveryState.UNREAD, None)


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


NOT_SENT = (
    ({"do": "reply", "body": " "}, "body", "must not be empty"),
    ({"do": "reply", "body": "x" * 20_001}, "body", "must have at most 20000 characters"),
    ({"do": "reply", "body": "x", "last_seen": str(uuid4())}, "body", "is not an entry of this conversation"),
    ({"do": "forward", "to": ""}, "to", "Choose a colleague."),
    ({"do": "forward", "to": CANARY}, "to", "No active colleague matches."),
    ({"do": "forward", "to": "left"}, "to", "No active colleague matches."),
    ({"do": "forward", "to": "ann"}, "to", "No active colleague matches."),
    ({"do": "forward", "to": "a"}, "to", "people match"),
    ({"do": "forward", "to": "ada", "note": "a" * 5001}, "note", "must have at most"),
)


def test_what_can_not_be_sent_is_told_beside_its_field_and_kept(ann: Browser) -> None:
    house = ann.service.house
    house.bring([a_staff("cam", name="Ada Second")])
    path = page_of(item(house))

    for fields, field, said in NOT_SENT:
        page = ann.send(path, path, **fields)

        assert page.status_code == 422, said
        assert said in html.unescape(page.text)
        assert f'id="error-{field}"' in page.text
    assert house.inbox("ada").items == ()
    assert item(house).state is DeliveryState.UNREAD


def test_a_form_that_is_not_ours_is_refused(ann: Browser) -> None:
    path = page_of(item(ann.service.house))

    assert ann.send(path, path, do="shred").status_code == 422
    assert ann.client.post(path, data={"do": "done"}).status_code == 403


def test_forwarding_gives_the_message_with_a_note_for_staff(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))
    assert "left" not in re.findall(r"<datalist.*?</datalist>", ann.open(path).text, re.DOTALL)[0].lower()
    carried = fields_of(ann.open(path).text)

    for _ in range(2):
        done = ann.send(path, path, do="forward", to="Ada", note="You know this.", **carried)
        assert done.headers["location"].endswith("told=forwarded&whom=ada")

    given = item(house, "ada")
    assert (given.owner, len(house.inbox("ada").items)) == (None, 1)
    ann.client.cookies.clear()
    text = ann.sign_in("ada").open(page_of(given)).text
    assert "You know this." in text
    assert "Ann forwarded it to you." in text
    assert "forwarded, for staff only" in text


def test_the_whole_conversation_is_handed_over_when_ticked_and_told_once(ann: Browser) -> None:
    house = ann.service.house
    first = item(house)
    house.write(ReplyDraft("more", "pat", first.conversation, "One more thing."))
    house.route.run()
    path = page_of(first)

    ann.send(path, path, do="forward", to="Ada", note="All yours.", whole="on")

    assert len(house.inbox("ada").items) == 2
    text = ann.open(path).text
    assert "Owned by Ada" in text
    assert text.count("All yours.") == 1
    assert text.count("forwarded, for staff only") == 1


def test_claiming_releasing_and_what_another_owns(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))

    assert ann.send(path, path, do="claim").headers["location"].endswith("told=claimed")
    assert item(house).owner == "ann"
    assert "Release" in ann.open(path).text
    assert ann.send(path, path, do="release").headers["location"].endswith("told=released")
    assert item(house).owner is None
    house.replies.claim(DeliveryRef(PRACTICE, item(house, "ben").delivery, "ben", COMMAND))
    for does in ("claim", "release"):
        refused = ann.send(path, path, do=does)
        assert refused.status_code == 409
        assert "The conversation is owned by Ben (ben)." in refused.text
    assert 'value="claim"' not in ann.open(path).text
    assert "Owned by Ben" in ann.open("/inbox").text


def test_done_and_unread_lead_back_to_the_list(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))

    done = ann.send(path, f"{path}?view=mine", do="done")
    assert done.headers["location"] == f"/inbox?view=mine&told=done&of={path.rsplit('/', 1)[1]}"
    assert "The message is done." in ann.open(done.headers["location"]).text
    assert "Handled by Ann" in ann_as(ann, "ben").open("/inbox").text
    assert ann_as(ann, "ann").send(path, path, do="unread").headers["location"] == "/inbox?view=open&told=unread"
    assert item(house).state is DeliveryState.UNREAD


def test_what_went_to_a_cover_can_be_read_and_nothing_else(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))
    house.send_away("ann", "ada")
    house.absences.run()

    page = ann.open(path)

    assert "This message has gone to somebody else" in page.text
    assert "<textarea" not in page.text
    for does in ("done", "reply", "claim"):
        assert ann.send("/inbox/absence", path, do=does, body="x").status_code == 409
    assert "You are away" in ann.open("/inbox").text
    assert "your messages go to <bdi>Ada" in ann.open("/inbox").text
    given = ann_as(ann, "ada").open(page_of(item(house, "ada"))).text
    assert "You cover for Ann, who had not read it." in given
    assert 'entry-from">You</bdi> <span class="quiet small">got it as the cover for Ann during an absence<' in given
    assert 'entry-from">Ada</bdi> <span class="quiet small">got it as the cover for you during an absence<' in page.text


def test_done_claim_release_and_forward_offer_undo(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))

    for does, told in (("claim", "Your claim was undone."), ("forward", "The forward was undone.")):
        done = ann.send(path, path, do=does, to="ada")
        assert 'value="undo">Undo<' in ann.open(done.headers["location"]).text
        undone = ann.send(path, path, do="undo")
        assert told in ann.open(undone.headers["location"]).text
    assert "forwarded, for staff only, taken back" in ann.open(path).text

    done = ann.send(path, f"{path}?view=unread", do="done")
    listed = ann.open(done.headers["location"]).text
    assert f'action="{path}?view=unread"' in listed
    undone = ann.send(path, f"{path}?view=unread", do="undo")
    assert "The message is open again." in ann.open(undone.headers["location"]).text
    assert item(house).state is DeliveryState.UNREAD
    again = ann.send(path, path, do="undo")
    assert (again.status_code, "There is nothing to undo." in again.text) == (409, True)


def test_what_was_done_names_who_has_it_now_and_nobody_whom_the_practice_does_not_know(ann: Browser) -> None:
    people = [*STAFF, *(a_staff(f"nurse{number}", name=f"Nurse {number}") for number in range(4))]
    ann.service.house.bring(people)
    for ids, told in (
        (("ben",), "It is with Ben now."),
        (("ben", "ada", "nobody", "x" * 200), "It is with Ben and Ada now."),
        (("ann", "ben", "ada"), "It is with Ann, Ben and Ada now."),
        (("ann", "ben", "ada", "nurse0", "nurse1", "nurse2"), "It is with Ann, Ben, Ada, Nurse 0 and others now."),
        (("nobody",), "The conversation was moved to the new topic."),
    ):
        page = ann.open(f"/inbox?{urlencode([('told', 'moved'), *(('whom', one) for one in ids)])}")

        assert told in page.text
    assert "now." not in ann.open("/inbox?whom=ben").text.split("<h1>")[1].split("filters")[0]


def test_a_forward_names_who_got_it_and_whether_they_own_it(ann: Browser) -> None:
    path = page_of(item(ann.service.house))

    one = ann.send(path, path, do="forward", to="ada", note="")
    whole = ann.send(path, path, do="forward", to="ada", note="", whole="on")

    assert "The message was forwarded to Ada." in ann.open(one.headers["location"]).text
    told = ann.open(whole.headers["location"]).text
    assert "The whole conversation was forwarded to Ada, who owns it now" in told
    assert 'data-told="forwarded-whole"' in told
    assert '<button class="button slim" name="do" value="undo">' in told


def test_a_release_that_gives_it_back_says_to_whom(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))
    ann.send(path, path, do="forward", to="ada", note="")
    bens = page_of(item(house, "ben"))
    ann.send(path, path, do="done")
    adas = page_of(item(house, "ada"))
    ann_as(ann, "ben")
    ann.send(bens, bens, do="done")
    ann_as(ann, "ada")
    ann.send(adas, adas, do="reply", body="I'll ask.", keep_open="on", **fields_of(ann.open(adas).text))

    released = ann.send(adas, adas, do="release")

    assert "It went back to Ann and Ben: nobody else had it open." in ann.open(released.headers["location"]).text


def test_who_owned_a_conversation_and_gave_it_up_reads_that_they_did(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))
    ann.send(path, path, do="claim")
    house.write(ReplyDraft("again", "pat", item(house).conversation, "Still there?"))
    house.route.run()
    followed = page_of(house.inbox("ann").items[0])
    assert "You own this conversation." in ann.open(followed).text

    ann.send(followed, followed, do="release")

    assert "You owned this conversation when it came." in ann.open(followed).text
