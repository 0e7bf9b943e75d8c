"""Groups of red flags are added, removed, tried and counted on the page about urgent messages."""

import html
from dataclasses import replace

import pytest

from adapters.documents.red_flag_lists import UNITED_STATES, ready_made
from router.actors import COMMAND
from router.flows.staff.urgency import PriorityRequest
from router.messages.inbox import DeliveryRef
from router.messages.priority import LoweredBecause, Priority
from tests.house import PRACTICE
from tests.integration.pages.admin.urgency_pages import NEW_GROUP, PAGE, current, press
from tests.integration.pages.admin.urgency_pages import ada as ada  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.conftest import Browser


def test_it_counts_what_each_phrase_marked_and_what_staff_lowered(ada: Browser) -> None:
    house = ada.service.house
    lists = ready_made(["en"], UNITED_STATES)
    house.save(replace(current(ada), red_flags=lists))
    for number, body in enumerate(("chest pain", "CHEST PAIN!", "a bill")):
        house.write(house.draft(f"counted-{number}", body=body))
    house.route.run()
    mine = next(item for item in house.inbox("ada").items if item.body == "chest pain")
    lower = PriorityRequest(Priority.ROUTINE, LoweredBecause.NOT_MEANT)
    house.urgency.change(DeliveryRef(PRACTICE, mine.delivery, "ada", COMMAND), lower)
    page = ada.open(PAGE).text
    assert '<th scope="row" dir="auto">chest pain*</th><td data-label="Group">emergency</td>' in page
    assert 'data-label="Messages it made urgent">2</td><td class="number" data-label="Lowered by staff">1</td>' in page
    others = sum(len(group.phrases["en"]) for group in lists.groups) - 1
    assert f"The other {others} phrases made no message urgent." in page


@pytest.mark.parametrize(("do", "name"), [("add_group", "2nd <group>"), ("save", "bleeding"), ("try", "bleeding")])
def test_the_name_of_a_group_that_is_not_added_yet_stays_in_its_field(ada: Browser, do: str, name: str) -> None:
    shown = press(ada, ada.open(PAGE).text, do=do, new_group=name, may_say="on")
    assert [html.unescape(value) for value in NEW_GROUP.findall(shown.text)] == [name]
    assert ("Name of the group: is not added yet: press “Add the group”" in html.unescape(shown.text)) == (do == "save")
    assert not current(ada).patients_may_say_urgent


def test_a_group_is_not_saved_empty(ada: Browser) -> None:
    shown = press(ada, ada.open(PAGE).text, do="add_group", new_group="bleeding").text
    refused = press(ada, shown, turn_on="on")
    assert refused.status_code == 422
    said = html.unescape(refused.text)
    assert "Group bleeding, phrases, English: must not be empty: a group needs phrases, advice and a number" in said
    assert not current(ada).red_flags.groups


def test_a_group_is_added_and_one_removed(ada: Browser) -> None:
    text = ada.open(PAGE).text
    for name, said in (
        ("", "Name of the group: must begin with a letter"),
        ("crisis", "Name of the group: is the name of a group already"),
    ):
        assert said in press(ada, text, do="add_group", new_group=name).text
    shown = press(ada, text, do="add_group", new_group="Heavy bleeding")
    assert NEW_GROUP.findall(shown.text) == [""]
    assert '<input type="hidden" name="group" value="heavy-bleeding">' in shown.text
    assert not current(ada).red_flags.groups

    removed = press(ada, shown.text, do="remove_group:crisis").text
    fields = {"phrases__heavy-bleeding__en": "soaked through", "advice__heavy-bleeding__en": "Call now."}
    saved = press(ada, removed, turn_on="on", **fields, **{"phone__heavy-bleeding": "911"})

    assert saved.status_code == 303, saved.text
    groups = current(ada).red_flags.groups
    assert [group.group for group in groups] == ["emergency", "heavy-bleeding"]
    assert groups[1].phrases == {"en": ("soaked through",)}
    assert (groups[1].advice, groups[1].phone) == ({"en": "Call now."}, "911")
    assert "Heavy-bleeding" in ada.open(PAGE).text


def test_phrases_are_tried_without_being_saved(ada: Browser) -> None:
    house = ada.service.house
    house.write(*(house.draft(f"tried-{number}", body="chest pain") for number in range(10)))
    text = ada.open(PAGE).text
    tried = press(ada, text, do="try")
    assert "would have made 10 messages urgent. Trials left today: 19." in tried.text
    none = press(ada, tried.text, do="try", phrases__emergency__en="nobody says this", phrases__emergency__es="")
    assert "would have made fewer than 10 messages urgent. Trials left today: 18." in none.text
    assert "nobody says this" in none.text
    assert "line 1 must have a word before *" in press(ada, text, do="try", phrases__crisis__en="*").text
    for _ in range(18):
        press(ada, text, do="try")
    assert "Phrases can be tried 20 times a day." in press(ada, text, do="try").text
    assert not current(ada).red_flags.groups


def test_a_trial_says_that_it_looked_at_the_newest_messages_alone(
    ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("router.flows.administrator.red_flag_trial.MESSAGES_LIMIT", 10)
    house = ada.service.house
    house.write(*(house.draft(f"tried-{number}", body="chest pain") for number in range(11)))
    tried = press(ada, ada.open(PAGE).text, do="try")
    assert "would have made 10 messages urgent. Only the newest 100,000 messages were checked." in tried.text
