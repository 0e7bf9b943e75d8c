"""The list beside a message, and the next message after a reply, both by choice."""

import re
from datetime import timedelta
from urllib.parse import quote

from router.messages.states import DeliveryState
from tests.integration.pages.conftest import Browser
from tests.integration.pages.inbox.inboxes import ann as ann  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.inbox.inboxes import fields_of, item, page_of
from tests.integration.pages.inbox.inboxes import house_with_mail as house_with_mail  # noqa: PLC0414


def test_the_list_stands_beside_a_message_for_who_chose_so(ann: Browser) -> None:
    house = ann.service.house
    path, other = page_of(item(house)), page_of(item(house, subject="Second subject"))
    assert "pane-list" not in ann.open(path).text

    ann.client.cookies.set("careroute_pane", "on")
    page = ann.open(f"{path}?view=open&sort=oldest").text

    assert f'href="{other}?view=open&amp;sort=oldest"' in page
    assert 'data-live="/inbox/latest?view=open&amp;sort=oldest"' in page
    assert "Choose a message to read it here." in ann.open("/inbox").text
    assert "pane-list" not in ann.open(f"{path}?view=search").text


def test_after_a_reply_comes_the_next_open_message_and_at_the_end_the_list(ann: Browser) -> None:
    house = ann.service.house
    first, second = item(house), item(house, subject="Second subject")
    newest, older = sorted((first, second), key=lambda one: one.received_at, reverse=True)
    path = f"{page_of(newest)}?view=open"

    answered = ann.send(path, path, do="reply", body="Yes.", next="on", **fields_of(ann.open(path).text))
    assert answered.headers["location"].startswith(page_of(older))
    assert "careroute_next=on" in answered.headers["set-cookie"]
    page = ann.open(answered.headers["location"]).text
    assert "This is the next open message." in page
    assert f'data-sent="{newest.delivery}"' in page
    assert 'name="next" value="on" checked' in page

    path = f"{page_of(older)}?view=open"
    answered = ann.send(path, path, do="reply", body="Yes.", next="on", **fields_of(page))
    page = ann.open(answered.headers["location"]).text
    assert "You have no other open messages here." in page
    assert f'data-sent="{older.delivery}"' in page
    stays = ann.send(path, path, do="reply", body="Again.", **fields_of(ann.open(path).text))
    assert stays.headers["location"].startswith(page_of(older))
    assert 'name="next" value="on" checked' not in ann.open(path).text


def test_done_goes_on_likewise_and_can_be_undone_from_there(ann: Browser) -> None:
    house = ann.service.house
    first, second = item(house), item(house, subject="Second subject")
    ann.client.cookies.set("careroute_next", "on")

    done = ann.send(page_of(first), f"{page_of(first)}?view=done", do="done")
    page = ann.open(done.headers["location"]).text

    assert done.headers["location"].startswith(page_of(second))
    assert "The previous message is done." in page
    assert f'action="{page_of(first)}?view=done" class="undo"' in page
    assert 'name="act" value="done"><button class="button slim" name="do" value="undo">' in page
    ann.send(page_of(second), page_of(first), do="undo")
    assert item(house).state is DeliveryState.UNREAD
    later = f"{house.operations.ready() + timedelta(hours=30):%Y-%m-%dT%H:%M}"
    gone = ann.send(page_of(first), page_of(first), do="snooze", at=later)
    assert gone.headers["location"].startswith(page_of(second))
    page = ann.open(gone.headers["location"]).text
    assert re.search(r"The previous message comes back on [A-Z][a-z]{2} \d\d:\d\d\.", page)
    for until in ("", "x", "2026-13-01", "0001-01-01T00:00:00+00:00", "2026-03-02T08:00"):
        told = ann.open(f"{page_of(second)}?told=snoozed-next&of={first.delivery}&until={quote(until)}").text
        assert "The previous message will come back then." in told, until
    assert 'value="wake">Bring it back now' in page
