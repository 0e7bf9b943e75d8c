"""What the page of an open message polls for."""

from tests.integration.pages.conftest import Browser
from tests.integration.pages.inbox.inboxes import ann as ann  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.inbox.inboxes import ann_as, fields_of, item, page_of
from tests.integration.pages.inbox.inboxes import house_with_mail as house_with_mail  # noqa: PLC0414
from tests.integration.pages.inbox.test_drafts import save

JSON = {"Accept": "application/json"}


def test_it_hears_that_something_changed_and_who_is_typing(ann: Browser) -> None:
    house = ann.service.house
    path, bens = page_of(item(house)), page_of(item(house, "ben"))
    page = ann.open(path).text
    before = ann.client.get(f"{path}/news", headers=JSON).json()
    assert f'data-mark="{before["mark"]}"' in page
    assert before["typing"] == ""

    ann_as(ann, "ben")
    save(ann, bens, "Half a reply")
    ann_as(ann, "ann")
    assert ann.client.get(f"{path}/news", headers=JSON).json() == before | {"typing": "Ben is writing a reply now."}
    assert "Ben is writing a reply now." in ann.open(path).text
    ann_as(ann, "ben")
    ann.send(bens, bens, do="reply", body="Ben's answer.", **fields_of(ann.open(bens).text))
    ann_as(ann, "ann")

    assert ann.client.get(f"{path}/news", headers=JSON).json()["mark"] != before["mark"]
    latest = ann.client.get(f"{path}/latest?view=open").text
    assert "Ben&#39;s answer." in latest
    assert "Ben owns this conversation" in latest


def test_nobody_elses_message_is_watched_and_watching_keeps_no_session(ann: Browser) -> None:
    house = ann.service.house
    bens = page_of(item(house, "ben"))

    assert ann.client.get(f"{bens}/news", headers=JSON).status_code == 404
    assert ann.client.get(f"{bens}/latest", headers=JSON).status_code == 404
    ann.client.cookies.clear()
    assert ann.client.get(f"{page_of(item(house))}/news", headers=JSON).status_code == 401
