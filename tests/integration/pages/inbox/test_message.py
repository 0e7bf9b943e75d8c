"""A message in the staff's inbox is looked at, marked, undone and kept from others, without scripts."""

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from uuid import uuid4

import pytest

from adapters.database.unit_of_work import Database
from router.messages.states import DeliveryState
from router.ports.unit_of_work import UnitOfWork
from router.practice.people import Patient
from tests.builders import a_patient, a_staff
from tests.house import PRACTICE
from tests.integration.api.conftest import CANARY
from tests.integration.pages.conftest import Browser
from tests.integration.pages.inbox.inboxes import ann as ann  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.inbox.inboxes import ann_as, item, page_of
from tests.integration.pages.inbox.inboxes import house_with_mail as house_with_mail  # noqa: PLC0414

SAM = a_patient("sam", name="Sam Reed")


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
        button = f'<input type="hidden" name="act" value="{does}"><button class="button slim" name="do" value="undo">'
        assert button in ann.open(done.headers["location"]).text
        undone = ann.send(path, path, do="undo", act=does)
        assert told in ann.open(undone.headers["location"]).text
    assert "forwarded, for staff only, taken back" in ann.open(path).text

    done = ann.send(path, f"{path}?view=unread", do="done")
    listed = ann.open(done.headers["location"]).text
    assert f'action="{path}?view=unread"' in listed
    assert 'name="act" value="done"><button class="button slim" name="do" value="undo">' in listed
    undone = ann.send(path, f"{path}?view=unread", do="undo")
    assert "The message is open again." in ann.open(undone.headers["location"]).text
    assert item(house).state is DeliveryState.UNREAD
    again = ann.send(path, path, do="undo")
    assert (again.status_code, "There is nothing to undo." in again.text) == (409, True)


def test_undo_takes_back_no_other_act_than_the_one_beside_which_it_stands(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))
    ann.send(path, path, do="claim")
    ann.send(path, path, do="forward", to="ada", note="")

    again = ann.send(path, path, do="claim")
    assert 'value="undo">' not in ann.open(again.headers["location"]).text
    refused = ann.send(path, path, do="undo", act="claim")

    assert (refused.status_code, "You have done something else with this message since." in refused.text) == (409, True)
    assert len(house.inbox("ada").items) == 1
    assert ann.send(path, path, do="undo", act="nonsense").status_code == 422


@pytest.mark.parametrize(
    ("patient", "badge", "words"),
    [
        (replace(SAM, active=False), "Chart not in use", "no longer in use: the patient can't read replies here."),
        (replace(SAM, replaced_by="pat"), "Merged chart", "The patient reads replies there, but can't answer them."),
    ],
    ids=["closed", "merged"],
)
def test_a_chart_that_is_closed_or_merged_is_named_in_the_list_and_beside_the_reply(
    ann: Browser, patient: Patient, badge: str, words: str
) -> None:
    house = ann.service.house
    path = page_of(item(house, subject="Second subject"))
    assert badge not in ann.open(path).text
    house.bring([], [patient])

    assert ann.open("/inbox").text.count(badge) == 1
    page = ann.open(path).text
    assert badge in page
    assert words in html.unescape(page.partition('<h2 id="reply">')[2].partition("</section>")[0])
