"""Several messages at once, on the page and without scripts."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from router.flows.staff.bulk import MOST_DELIVERIES
from router.messages.states import DeliveryState
from router.messaging.hours import Hours, PracticeHours
from router.practice.topics import Topic
from tests.builders import settings
from tests.integration.pages.conftest import Browser
from tests.integration.pages.inbox.inboxes import ann as ann  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.inbox.inboxes import fields_of, item, selected, states
from tests.integration.pages.inbox.inboxes import house_with_mail as house_with_mail  # noqa: PLC0414
from tests.integration.pages.inbox.inboxes import ids as ids  # noqa: PLC0414


def test_done_leaves_out_what_was_never_opened_and_says_so(ann: Browser, ids: list[str]) -> None:
    page = ann.send("/inbox", "/inbox/bulk?view=open", do="done", delivery=ids)

    assert page.status_code == 200
    assert "1 message is done." in page.text
    assert "1 was left out" in page.text
    assert re.search(r"<bdi>Second subject</bdi>: You have not opened it", page.text)
    assert states(ann.service.house) == [DeliveryState.DONE, DeliveryState.UNREAD]


def test_done_leaves_out_what_is_past_its_answer_by(ann: Browser, ids: list[str]) -> None:
    house = ann.service.house
    hours = Hours(practice=PracticeHours(round_the_clock=True))
    house.save(replace(settings({Topic.BILLING: ["ann"]}), hours=hours, answer_within=60))
    house.write(house.draft("third", subject="Third subject"))
    house.route.run()
    third = item(house, subject="Third subject")
    ann.send("/inbox", f"/inbox/message/{third.delivery}", do="read")
    house.clock.by = timedelta(hours=2)
    ann.sign_in("ann")

    page = ann.send("/inbox", "/inbox/bulk", do="done", delivery=[*ids[:1], str(third.delivery)])

    assert "1 message is done." in page.text
    assert re.search(
        r"<bdi>Third subject</bdi>: The time at which the patient was told to expect an answer has passed", page.text
    )
    assert item(house, subject="Third subject").state is DeliveryState.READ


def test_claim_unread_and_forward_do_it_with_each(ann: Browser, ids: list[str]) -> None:
    house = ann.service.house
    carried = fields_of(ann.open("/inbox").text)

    assert "2 messages are claimed." in ann.send("/inbox", "/inbox/bulk", do="claim", delivery=ids).text
    assert "2 messages are unread again." in ann.send("/inbox", "/inbox/bulk", do="unread", delivery=ids).text
    for _ in range(2):
        page = ann.send("/inbox", "/inbox/bulk", do="forward", to="ada", note="Both.", delivery=ids, **carried)
        assert "2 messages are forwarded to Ada." in page.text

    assert states(house) == [DeliveryState.UNREAD] * 2
    assert {one.owner for one in house.inbox("ann").items} == {"ann"}
    assert len(house.inbox("ada").items) == 2


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"do": "done"}, 422, "Select at least one message."),
        ({"do": "forward", "to": "nobody"}, 422, "No active colleague matches."),
        ({"do": "forward", "to": ""}, 422, "Choose a colleague."),
        ({"do": "nonsense"}, 422, "The form is not valid. Open the page again and try again."),
    ],
)
def test_what_can_not_be_done_is_told_and_nothing_is_done(
    ann: Browser, ids: list[str], fields: dict[str, str], status: int, said: str
) -> None:
    chosen = ids if "do" in fields and fields["do"] != "done" else []

    page = ann.send("/inbox", "/inbox/bulk", **fields, delivery=chosen)

    assert (page.status_code, said in page.text) == (status, True)
    assert states(ann.service.house) == [DeliveryState.READ, DeliveryState.UNREAD]


def test_somebody_elses_message_is_left_out_without_its_subject(ann: Browser, ids: list[str]) -> None:
    house = ann.service.house
    bens = str(item(house, "ben").delivery)

    page = ann.send("/inbox", "/inbox/bulk", do="claim", delivery=[bens, "x", ids[0]])

    assert "1 message is claimed." in page.text
    assert page.text.count("A message that isn&#39;t in your inbox") == 2
    assert item(house, "ben").state is DeliveryState.READ


def test_sort_and_filters_stand_in_the_address_and_come_back_with_the_message(ann: Browser, ids: list[str]) -> None:
    asked = "view=open&amp;sort=oldest&amp;topic=billing"
    page = ann.open("/inbox?view=open&sort=oldest&topic=billing&site=").text

    assert page.index("First subject") < page.index("Second subject")
    assert f'href="/inbox/message/{ids[0]}?{asked}"' in page
    opened = ann.open(f"/inbox/message/{ids[0]}?view=open&sort=oldest&topic=billing").text
    assert f'href="/inbox?{asked}#d-{ids[0]}"' in opened
    assert f'href="/inbox/message/{ids[1]}?{asked}" data-key="j">Next message' in opened
    assert "Previous message" not in opened
    urgent = ann.open("/inbox?priority=urgent").text
    assert "No urgent messages" in urgent
    assert '<a href="/inbox?view=open&amp;priority=urgent" aria-current="page">Urgent</a>' in urgent
    assert '<input type="hidden" name="priority" value="urgent">' in urgent
    nothing = ann.open("/inbox?topic=medical").text
    assert "No messages match" in nothing
    assert ann.open("/inbox?topic=nonsense&sort=nonsense&site=%00").text.count('class="delivery-head"') == 2
    ann.client.cookies.set("careroute_density", "compact")
    assert 'class="compact"' in ann.open("/inbox").text


def test_a_forward_that_was_not_done_keeps_what_was_typed_and_selected(ann: Browser, ids: list[str]) -> None:
    page = ann.send("/inbox", "/inbox/bulk", do="forward", to="nobody", note="Kept.", delivery=ids).text

    assert sorted(selected(page)) == sorted(ids)
    assert 'value="nobody"' in page
    assert 'value="Kept."' in page
    assert '<details class="bulk-forward drops" open>' in page


def test_going_back_to_what_became_of_them_asks_for_the_list(ann: Browser, ids: list[str]) -> None:
    page = ann.send("/inbox", "/inbox/bulk?view=open&sort=oldest", do="claim", delivery=ids).text

    assert 'data-posted data-shown-at="/inbox?view=open&amp;sort=oldest"' in page
    assert "data-shown-at" not in ann.open("/inbox").text


def test_enter_in_a_field_of_a_forward_presses_forward(ann: Browser) -> None:
    form = ann.open("/inbox").text.split('action="/inbox/bulk')[1]

    assert re.findall(r'<button [^>]*name="do" value="(\w+)"', form)[0] == "forward"


def test_a_forward_of_nothing_keeps_what_was_typed_and_leaves_the_list_in_sight(ann: Browser) -> None:
    page = ann.send("/inbox", "/inbox/bulk", do="forward", to="ada", note="Kept.").text

    assert "Select at least one message." in page
    assert '<details class="bulk-forward drops">' in page
    assert 'value="ada"' in page


def test_many_that_were_left_out_are_folded(ann: Browser) -> None:
    house = ann.service.house
    house.write(*(house.draft(f"more-{number}", subject=f"More {number}") for number in range(8)))
    house.route.run()
    unopened = [str(one.delivery) for one in house.inbox("ann").items]

    few = ann.send("/inbox", "/inbox/bulk", do="done", delivery=unopened[:8]).text
    many = ann.send("/inbox", "/inbox/bulk", do="done", delivery=unopened).text

    assert ("8 were left out" in few, "Which, and why" in few) == (True, False)
    assert ("10 were left out" in many, "<details><summary>Which, and why</summary>" in many) == (True, True)


def test_several_messages_that_go_to_somebody_who_is_away_say_so(ann: Browser, ids: list[str]) -> None:
    ann.service.house.send_away("ada")

    done = ann.send("/inbox", "/inbox/bulk", do="forward", delivery=ids, to="Ada")

    assert "2 messages are forwarded to Ada." in done.text
    assert re.search(r"Ada is away until [^.]*, and nobody covers\.", done.text)


def test_a_forward_that_left_messages_out_keeps_what_was_typed_for_them(ann: Browser, ids: list[str]) -> None:
    """Its note begins again only where all of them were forwarded."""
    house = ann.service.house
    theirs = str(item(house, "ben").delivery)

    some = ann.send("/inbox", "/inbox/bulk", do="forward", to="ada", note="Kept.", delivery=[ids[0], theirs]).text
    everything = ann.send("/inbox", "/inbox/bulk", do="forward", to="ada", note="Kept.", delivery=ids[1:]).text

    assert "1 was left out" in some
    assert 'value="Kept."' in some
    assert '<details class="bulk-forward drops" open>' in some
    assert 'value="Kept."' not in everything


def test_more_messages_than_can_be_forwarded_at_once_are_refused_with_what_was_typed(ann: Browser) -> None:
    many = [str(UUID(int=number)) for number in range(MOST_DELIVERIES + 1)]

    page = ann.send("/inbox", "/inbox/bulk", do="forward", to="ada", note="Kept.", delivery=many)

    assert page.status_code == 422
    assert f"Select at most {MOST_DELIVERIES} messages." in page.text
    assert 'value="Kept."' in page.text
