"""The page about urgent messages, without scripts."""

import html
import re
from dataclasses import replace

import httpx2
import pytest

from adapters.documents.red_flag_lists import UNITED_STATES, ready_made
from router.actors import COMMAND
from router.flows.staff.urgency import PriorityRequest
from router.messages.inbox import DeliveryRef
from router.messages.priority import LoweredBecause, Priority
from router.messaging.ladder import READY_MADE_URGENT
from router.messaging.settings import MessagingSettings
from tests.house import PRACTICE
from tests.integration.pages.conftest import Browser

PAGE = "/admin/messaging/urgency"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
AREA = re.compile(r'<textarea id="[^"]+" name="([^"]+)"[^>]*>\n(.*?)</textarea>', re.DOTALL)
# Minutes, and one hour.
OFFERED = ["15", "30", "1"]
AFTER = re.compile(r'name="after\.\d" value="(\d+)"')
LINE = re.compile(r'<input id="(phone[^"]+)" name="[^"]+" type="text" value="([^"]*)"')


@pytest.fixture
def ada(browser: Browser) -> Browser:
    """Ada, who administers, in a browser."""
    return browser.sign_in("ada")


def current(ada: Browser) -> MessagingSettings:
    return ada.service.house.reports.snapshot(PRACTICE).messaging


def fields_of(text: str) -> dict[str, str | list[str]]:
    form = text.split('action="/admin/messaging/urgency"')[1].split("</form>", maxsplit=1)[0]
    found: dict[str, str | list[str]] = {name: html.unescape(value) for name, value in HIDDEN.findall(form)}
    found |= {name: html.unescape(value) for name, value in (*AREA.findall(form), *LINE.findall(form))}
    found["group"] = [value for name, value in HIDDEN.findall(form) if name == "group"]
    return found | {"languages": re.findall(r'name="languages" value="(\w+)" checked', form), "do": "save"}


def press(ada: Browser, text: str, **changes: str | list[str]) -> httpx2.Response:
    named = {name.replace("__", "."): value for name, value in changes.items()}
    return ada.client.post(PAGE, data=fields_of(text) | named)


def test_the_lists_that_ship_are_off_until_an_administrator_saves_them(ada: Browser) -> None:
    page = ada.open(PAGE)
    assert "Red flags are off" in page.text
    assert not current(ada).red_flags.groups
    saved = press(ada, page.text, may_say="on", added="Ben", after__0="5", unit__0="min", condition__0="unopened")
    assert saved.status_code == 422
    saved = press(
        ada, page.text, may_say="on", added="Ben", after__0="5", unit__0="min", condition__0="unopened", do__0="alert"
    )
    assert saved.status_code == 303, saved.text
    messaging = current(ada)
    assert messaging.red_flags == ready_made(["en", "es"], UNITED_STATES)
    assert (messaging.languages, messaging.on_call, messaging.patients_may_say_urgent) == (("en", "es"), ("ben",), True)
    assert [(step.after, step.do.value) for step in messaging.urgent_ladder] == [(5, "alert")]
    again = ada.open(PAGE).text
    assert "Red flags are off" not in again
    assert 'name="on_call" value="ben" checked' in again


def test_another_country_is_asked_for_its_lines(ada: Browser) -> None:
    shown = press(ada, ada.open(PAGE).text, do="ready_made", country="")
    refused = press(ada, shown.text)
    said = html.unescape(refused.text)
    assert "Group crisis, number to call: must not be empty: it is the number that patients should call." in said
    assert not current(ada).red_flags.groups


def test_what_is_wrong_is_told_by_group_language_and_line(ada: Browser) -> None:
    text = ada.open(PAGE).text
    refused = press(
        ada,
        text,
        phrases__crisis__en="fine\n*",
        advice__crisis__es="",
        added="nobody of this name",
        after__0="soon",
    )
    said = html.unescape(refused.text)
    assert "On call: no active colleague matches." in said
    assert "Step 1 must be a whole number." in said
    said = html.unescape(press(ada, text, phrases__crisis__en="fine\n*", advice__crisis__es="").text)
    assert "Group crisis, phrases, English, line 2: must have a word before *." in said
    assert "Group crisis, advice, Spanish: must not be empty." in said
    assert "fine\n*" in said
    said = html.unescape(press(ada, text, languages=["en"]).text)
    assert "Group emergency, phrases, Spanish: is not one of the practice's languages." in said
    many = "\n".join(f"phrase {number}" for number in range(1001))
    said = html.unescape(press(ada, text, phrases__crisis__en=many).text)
    assert "Red flags may have at most 1000 phrases in all" in said


def test_whoever_turns_urgent_messages_on_is_led_to_their_ladder(ada: Browser) -> None:
    text = ada.open(PAGE).text
    assert AFTER.findall(text) == OFFERED
    assert "Urgent messages have no ladder of their own" not in text
    assert press(ada, text).headers["location"] == f"{PAGE}?saved=1"

    saved = ada.open(f"{PAGE}?saved=1").text
    assert "Urgent messages have no ladder of their own" in saved
    assert '<a href="#urgent-ladder">' in saved
    assert AFTER.findall(saved) == []
    offered = press(ada, saved, do="ready_ladder").text
    assert AFTER.findall(offered) == OFFERED
    assert current(ada).urgent_ladder == ()
    house = ada.service.house
    house.save(replace(current(ada), urgent_ladder=READY_MADE_URGENT))
    assert "Urgent messages have no ladder of their own" not in ada.open(PAGE).text
    assert "If nobody has opened it after 15 min, remind the people who have it" in ada.open(PAGE).text


def test_what_was_typed_is_kept_beside_what_somebody_else_saved(ada: Browser) -> None:
    text = ada.open(PAGE).text
    ada.service.house.save(replace(current(ada), on_call=("ben",)))

    # Another group in between doesn't make the page the newest.
    shown = press(ada, text, do="add_group", new_group="bleeding").text
    shown = press(ada, shown, do="remove_group:bleeding").text
    refused = press(ada, shown, may_say="on", phone__crisis="555", added="Ann")

    assert refused.status_code == 409
    assert "saved while you were editing" in refused.text
    assert "On call: added Ben." in refused.text
    assert 'name="on_call" value="ann" checked' in refused.text
    assert 'value="555"' in refused.text
    assert re.search(r'name="may_say" id="may_say" value="on"\s+checked', refused.text)
    assert not current(ada).red_flags.groups
    assert press(ada, refused.text, may_say="on", on_call="ann").status_code == 303
    assert (current(ada).on_call, current(ada).patients_may_say_urgent) == (("ann",), True)


def test_what_somebody_else_saved_elsewhere_refuses_nothing_and_stays(ada: Browser) -> None:
    text = ada.open(PAGE).text
    ada.service.house.save(replace(current(ada), phone="1", on_call=("ben",)))

    assert press(ada, text, may_say="on").status_code == 303

    saved = current(ada)
    assert (saved.phone, saved.on_call, saved.patients_may_say_urgent) == ("1", ("ben",), True)
    assert saved.red_flags == ready_made(["en", "es"], UNITED_STATES)


def test_what_is_wrong_with_a_colleagues_group_is_told_though_the_form_has_no_such_group(ada: Browser) -> None:
    lists = ready_made(["en", "es"], UNITED_STATES)
    ada.service.house.save(replace(current(ada), red_flags=lists, languages=("en", "es")))
    text = ada.open(PAGE).text
    phrases = {"en": ("bleeding",), "es": ("sangre",)}
    more = replace(lists.groups[0], group="bleeding", phrases=phrases)
    ada.service.house.save(replace(current(ada), red_flags=replace(lists, groups=(*lists.groups, more))))

    refused = press(ada, text, languages=["en"])

    assert refused.status_code == 422
    assert "Group 3, phrases, Spanish: is not one of the practice's languages." in html.unescape(refused.text)


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


def test_a_group_is_added_and_one_removed(ada: Browser) -> None:
    text = ada.open(PAGE).text
    for name, said in (
        ("", "New group must begin with a letter"),
        ("crisis", "New group is the name of a group already."),
    ):
        assert said in press(ada, text, do="add_group", new_group=name).text
    shown = press(ada, text, do="add_group", new_group="Heavy bleeding")
    assert '<input type="hidden" name="group" value="heavy-bleeding">' in shown.text
    assert not current(ada).red_flags.groups

    removed = press(ada, shown.text, do="remove_group:crisis").text
    fields = {"phrases__heavy-bleeding__en": "soaked through", "advice__heavy-bleeding__en": "Call now."}
    saved = press(ada, removed, **fields, **{"phone__heavy-bleeding": "911"})

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
    assert "line 1: must have a word before *" in press(ada, text, do="try", phrases__crisis__en="*").text
    for _ in range(18):
        press(ada, text, do="try")
    assert "Phrases can be tried 20 times a day." in press(ada, text, do="try").text
    assert not current(ada).red_flags.groups


def test_enter_in_a_field_saves_and_does_not_change_the_ladder(ada: Browser) -> None:
    form = ada.open(PAGE).text.split('action="/admin/messaging/urgency"')[1]

    assert re.findall(r'<button [^>]*name="do" value="(\w+)"', form)[0] == "save"
