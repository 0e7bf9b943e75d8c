"""Undoing what was done with several messages at once."""

import re
from datetime import timedelta

import httpx2
import pytest

from router.messages.message import ReplyDraft
from router.messages.states import DeliveryState
from tests.integration.pages.conftest import Browser
from tests.integration.pages.inbox.inboxes import ann as ann  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.inbox.inboxes import house_with_mail as house_with_mail  # noqa: PLC0414
from tests.integration.pages.inbox.inboxes import ids as ids  # noqa: PLC0414
from tests.integration.pages.inbox.inboxes import item, selected, states


def take_back(ann: Browser, page: str, **fields: object) -> httpx2.Response:
    """Press the button that undoes what the page tells."""
    form = re.findall(r'<form method="post" action="/inbox/bulk[^"]*" class="undo">.*?</form>', page, re.DOTALL)[0]
    act = re.findall(r'name="act" value="([^"]+)"', form)[0]
    deliveries = re.findall(r'name="delivery" value="([^"]+)"', form)
    return ann.send("/inbox", "/inbox/bulk?view=open", do="undo", act=act, delivery=deliveries, **fields)


def test_what_was_left_out_stays_selected_and_the_rest_can_be_undone(ann: Browser, ids: list[str]) -> None:
    page = ann.send("/inbox", "/inbox/bulk?view=open", do="done", delivery=ids).text

    assert selected(page) == [ids[1]]
    undone = take_back(ann, page).text

    assert "1 message is as before." in undone
    assert selected(undone) == [ids[0]]
    assert 'class="undo"' not in undone
    assert states(ann.service.house) == [DeliveryState.READ, DeliveryState.UNREAD]


@pytest.mark.parametrize(("act", "fields"), [("claim", {}), ("unread", {}), ("forward", {"to": "ada"})])
def test_every_act_on_several_can_be_undone(ann: Browser, ids: list[str], act: str, fields: dict[str, str]) -> None:
    house = ann.service.house
    ann.send("/inbox", f"/inbox/message/{ids[1]}", do="read")
    page = ann.send("/inbox", "/inbox/bulk", do=act, delivery=ids, **fields).text

    assert "2 messages are as before." in take_back(ann, page).text

    assert states(house) == [DeliveryState.READ] * 2
    assert {one.owner for one in house.inbox("ann").items} == {None}
    assert not house.inbox("ada").items


def test_undo_is_offered_only_for_what_was_done_with_them_together(ann: Browser, ids: list[str]) -> None:
    house = ann.service.house
    path = f"/inbox/message/{ids[0]}"
    ann.send("/inbox", path, do="claim")
    ann.send("/inbox", path, do="forward", to="ada", note="")

    page = ann.send("/inbox", "/inbox/bulk", do="claim", delivery=ids).text
    assert "2 messages are claimed." in page

    assert "1 message is as before." in take_back(ann, page).text
    assert len(house.inbox("ada").items) == 1
    assert item(house, subject="Second subject").owner is None


def test_undo_counts_only_what_it_took_back(ann: Browser, ids: list[str]) -> None:
    house = ann.service.house
    page = ann.send("/inbox", "/inbox/bulk", do="claim", delivery=ids).text
    ann.send("/inbox", f"/inbox/message/{ids[0]}", do="forward", to="ada", note="")

    undone = take_back(ann, page).text

    assert "1 message is as before." in undone
    assert re.search(r"<bdi>First subject</bdi>: You have done something else with this message since", undone)
    assert len(house.inbox("ada").items) == 1


def test_what_can_not_be_undone_any_more_is_told_and_stays_selected(ann: Browser, ids: list[str]) -> None:
    page = ann.send("/inbox", "/inbox/bulk", do="claim", delivery=ids).text
    ann.service.house.clock.by += timedelta(seconds=61)
    ann.sign_in("ann")

    undone = take_back(ann, page).text

    assert undone.count("It can only be undone within a minute.") == 2
    assert len(selected(undone)) == 2
    assert "as before" not in undone


def test_of_one_conversation_a_claim_is_undone_once(ann: Browser, ids: list[str]) -> None:
    house = ann.service.house
    house.write(ReplyDraft("again", "pat", item(house).conversation, "Again."))
    house.route.run()
    again = next(str(one.delivery) for one in house.inbox("ann").items if one.body == "Again.")
    page = ann.send("/inbox", "/inbox/bulk", do="claim", delivery=[ids[0], again]).text
    assert "2 messages are claimed." in page

    undone = take_back(ann, page).text

    assert "1 message is as before." in undone
    assert "left out" not in undone
    assert {one.owner for one in house.inbox("ann").items} == {None}


def test_what_was_unread_again_from_the_list_of_what_is_done_has_no_button_that_would_only_read_it(
    ann: Browser, ids: list[str]
) -> None:
    ann.send("/inbox", f"/inbox/message/{ids[0]}", do="done")

    page = ann.send("/inbox", "/inbox/bulk?view=done", do="unread", delivery=ids[:1]).text

    assert "1 message is unread again." in page
    assert 'class="undo"' not in page


def test_undo_of_unread_leaves_out_what_was_done(ann: Browser, ids: list[str]) -> None:
    """Ann's own conversations are listed whether they are done or not."""
    house = ann.service.house
    ann.send("/inbox", "/inbox/bulk", do="claim", delivery=ids)
    ann.send("/inbox", f"/inbox/message/{ids[1]}", do="done")
    page = ann.send("/inbox", "/inbox/bulk?view=mine", do="unread", delivery=ids).text
    assert "2 messages are unread again." in page

    assert "1 message is as before." in take_back(ann, page).text
    assert states(house) == [DeliveryState.READ, DeliveryState.UNREAD]


def test_what_a_key_did_with_one_message_leaves_nothing_selected(ann: Browser, ids: list[str]) -> None:
    """The next key is for the message in focus then, not for the one before."""
    left = ann.send("/inbox", "/inbox/bulk?view=open", do="done", delivery=ids[1:], alone="1").text
    assert "1 was left out" in left
    assert "still selected" not in left
    assert selected(left) == []

    done = ann.send("/inbox", "/inbox/bulk?view=open", do="done", delivery=ids[:1], alone="1").text
    assert '<input type="hidden" name="alone" value="1"><input type="hidden" name="delivery"' in done
    undone = take_back(ann, done, alone="1").text
    assert "1 message is as before." in undone
    assert selected(undone) == []
