"""Conversations of a chart that was merged into the one that their reader is in, without scripts."""

from router.actors import COMMAND
from router.practice.writing_stop import WritingChange
from tests.builders import a_patient
from tests.house import PRACTICE
from tests.integration.pages.conftest import Browser
from tests.integration.pages.portal.portals import COMPOSE, come, sent
from tests.integration.pages.portal.portals import pat as pat  # noqa: PLC0414 - the fixture is shared.

NEW = a_patient("new", team=["ann"])
MERGED_CLOSED = a_patient("pat", team=["ann"], replaced_by="new", active=False)
OLDER = "This is an older conversation. Write a new message instead."
ELSEWHERE = "This chart was merged into another one. Write new messages there."
ANEW = f'<a class="button" href="{COMPOSE}">Write a new message</a>'


def test_who_is_in_the_new_chart_is_led_to_a_new_message(pat: Browser) -> None:
    page = f"/portal/conversations/{sent(pat).conversation}"
    pat.service.house.bring([], [NEW, MERGED_CLOSED])
    new = come(pat, "new")

    text = new.open(page).text

    assert OLDER in text
    assert ANEW in text
    assert ELSEWHERE not in text
    assert "Send message" in new.open(COMPOSE).text


def test_who_may_not_write_there_either_reads_why(pat: Browser) -> None:
    page = f"/portal/conversations/{sent(pat).conversation}"
    house = pat.service.house
    house.bring([], [NEW, MERGED_CLOSED])
    stop = WritingChange(may_write=False, reason="Abuse", words="Please call us.")
    house.patients.change_writing(PRACTICE, "new", stop, COMMAND)
    new = come(pat, "new")

    text = new.open(page).text

    assert "Please call us." in text
    assert OLDER not in text
    assert ANEW not in text
