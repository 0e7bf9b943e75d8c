"""What the page of a conversation asks by itself."""

import re
from datetime import timedelta
from uuid import uuid4

from tests.integration.pages.conftest import Browser
from tests.integration.pages.portal.portals import answer_to, come, sent
from tests.integration.pages.portal.portals import pat as pat  # noqa: PLC0414 - the fixture is shared.

NEWEST = re.compile(r'data-newest="([0-9a-f-]{36})"')


def test_new_entries_come_without_opening_the_page_again(pat: Browser) -> None:
    receipt = sent(pat)
    page = f"/portal/conversations/{receipt.conversation}"
    found = NEWEST.search(pat.open(page).text)
    assert found
    asked = f"{page}/news?newest={found[1]}"
    quiet = pat.open(asked)
    assert (quiet.status_code, quiet.text) == (204, "")

    answer_to(pat, receipt, "We will look.")
    came = pat.open(asked)

    assert came.status_code == 200
    assert "<html" not in came.text
    assert "We will look." in came.text
    assert "New</span>" in came.text
    assert 'data-from="Billing Office"' in came.text
    assert pat.open(f"{page}/news?newest={NEWEST.findall(came.text)[0]}").status_code == 204
    assert "You have read everything." in pat.open("/portal").text


def test_asking_keeps_no_session_alive_and_is_for_those_who_may_read(pat: Browser) -> None:
    receipt = sent(pat)
    asked = f"/portal/conversations/{receipt.conversation}/news?newest={uuid4()}"
    assert come(pat, "sam").open(asked).status_code == 404

    pat.service.house.clock.by += timedelta(minutes=10)
    assert pat.open(asked).status_code == 200
    pat.service.house.clock.by += timedelta(minutes=10)

    assert pat.open(asked).status_code == 401
