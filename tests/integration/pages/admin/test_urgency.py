"""The page about urgent messages, without scripts: what is saved, told and kept beside what others save."""

import html
import re
from dataclasses import replace

import pytest

from adapters.documents.red_flag_lists import UNITED_STATES, ready_made
from router.messaging.ladder import READY_MADE_URGENT
from router.text.phrase_words import NEGATIONS
from tests.integration.pages.admin.urgency_pages import LISTS, PAGE, current, fields_of, press
from tests.integration.pages.admin.urgency_pages import ada as ada  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.conftest import Browser

# Minutes, and one hour.
OFFERED = ["15", "30", "1"]
AFTER = re.compile(r'name="after\.\d" value="(\d+)"')


def test_the_lists_that_ship_are_off_until_an_administrator_turns_them_on(ada: Browser) -> None:
    page = ada.open(PAGE)
    assert "Red flags are off" in page.text
    assert AFTER.findall(page.text) == []
    added = press(ada, page.text, added="Ben")
    assert added.status_code == 303
    messaging = current(ada)
    assert (messaging.on_call, messaging.red_flags.groups) == (("ben",), ())
    assert (messaging.languages, messaging.urgent_ladder) == (("en",), ())
    page = ada.open(added.headers["location"])
    assert "<li>On call: added Ben.</li></ul>" in page.text
    assert "Red flags are off" in page.text

    step = {"after__0": "5", "unit__0": "min", "condition__0": "unopened"}
    assert press(ada, page.text, turn_on="on", may_say="on", **step).status_code == 422
    saved = press(ada, page.text, turn_on="on", may_say="on", on_call="ben", **step, do__0="alert")
    assert saved.status_code == 303, saved.text
    messaging = current(ada)
    assert messaging.red_flags == ready_made(["en", "es"], UNITED_STATES)
    assert (messaging.languages, messaging.on_call, messaging.patients_may_say_urgent) == (("en", "es"), ("ben",), True)
    assert [(step.after, step.do.value) for step in messaging.urgent_ladder] == [(5, "alert")]
    again = ada.open(saved.headers["location"]).text
    assert "<li>Red flags: turned on.</li>" in again
    assert "Red flags are off" not in again
    assert 'id="turn_on"' not in again
    assert 'name="on_call" value="ben" checked' in again


def test_the_page_names_every_word_that_negates_a_phrase(ada: Browser) -> None:
    shown = html.unescape(ada.open(PAGE).text)

    assert [words for words in NEGATIONS if f"“{words}”" not in shown] == []


def test_a_save_that_changes_nothing_says_so(ada: Browser) -> None:
    saved = press(ada, ada.open(PAGE).text)
    assert saved.headers["location"] == f"{PAGE}?saved=0"
    assert "No changes to save" in ada.open(saved.headers["location"]).text
    assert "No changes to save" not in ada.open(f"{PAGE}?saved=no").text


def test_lists_that_were_changed_while_red_flags_are_off_are_not_lost(ada: Browser) -> None:
    text = ada.open(PAGE).text
    refused = press(ada, text, phrases__crisis__en="my own")
    assert refused.status_code == 422
    assert "Turn red flags on: is off, so your changes to the lists would be lost" in refused.text
    assert "my own" in refused.text
    english = press(ada, press(ada, text, do="ready_made", country="", languages="en").text, on_call="ben")
    assert english.status_code == 303

    empty = press(ada, press(ada, text, do="remove_group:crisis").text, do="remove_group:emergency").text
    refused = press(ada, empty, turn_on="on")
    assert "Turn red flags on: needs a group of phrases" in refused.text
    assert re.search(r'id="turn_on" value="on"\s+checked', refused.text)
    assert press(ada, empty, may_say="on").status_code == 303
    assert not current(ada).red_flags.groups


def test_what_is_wrong_is_told_by_group_language_and_line(ada: Browser) -> None:
    ada.service.house.save(replace(current(ada), red_flags=LISTS, languages=("en", "es")))
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
    assert "On call: No active colleague matches.</a>" in said
    assert "Step 1: must be a whole number</a>" in said
    said = html.unescape(press(ada, text, phrases__crisis__en="fine\n*", advice__crisis__es="").text)
    assert "Group crisis, phrases, English: line 2 must have a word before *</a>" in said
    assert "Group crisis, advice, Spanish: must not be empty</a>" in said
    assert "fine\n*" in said
    said = html.unescape(press(ada, text, languages=["en"]).text)
    assert "Group emergency, phrases, Spanish: is not one of the practice's languages</a>" in said
    many = "\n".join(f"phrase {number}" for number in range(1001))
    said = html.unescape(press(ada, text, phrases__crisis__en=many).text)
    assert "Red flags: may have at most 1000 phrases in all" in said


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"added": "nobody of this name"}, "added"),
        ({"after__0": "soon"}, "after.0"),
        ({"after__0": "5", "do__0": "remind"}, "do.0"),
        ({"after__0": "5", "do__0": "alert", "after__1": "9", "do__1": "alert"}, "do.0"),
        ({"on_call": ["ben", "gone"]}, "on_call.1"),
        ({"phone__crisis": ""}, "phone.crisis"),
        ({"phrases__crisis__es": "*"}, "phrases.crisis.es"),
        ({"phrases__crisis__es": "", "phrases__crisis__en": ""}, "phrases.crisis.en"),
        ({"advice__crisis__es": ""}, "advice.crisis.es"),
        ({"new_group": "bleeding"}, "new_group"),
    ],
)
def test_each_error_leads_to_its_field_which_says_it(ada: Browser, changes: dict[str, str], field: str) -> None:
    ada.service.house.save(replace(current(ada), red_flags=LISTS, languages=("en", "es")))
    step = {"unit__0": "min", "condition__0": "unopened", "unit__1": "min", "condition__1": "unopened"}
    refused = press(ada, ada.open(PAGE).text, **step, **changes)
    assert refused.status_code == 422
    assert 'role="alert" id="errors" tabindex="-1"' in refused.text
    assert f'<li><a href="#{field}">' in refused.text
    found = re.search(rf'<(?:input|select|textarea)[^>]* id="{re.escape(field)}"[^>]*>', refused.text)
    assert found is not None
    assert 'aria-invalid="true"' in found[0]
    assert re.search(rf'aria-describedby="[^"]*error-{re.escape(field)}"', found[0])
    assert f'<p class="error" id="error-{field}">' in refused.text


def test_several_errors_of_a_list_name_the_lines_as_they_were_typed(ada: Browser) -> None:
    ada.service.house.save(replace(current(ada), red_flags=LISTS, languages=("en", "es")))
    refused = press(ada, ada.open(PAGE).text, phrases__crisis__en="fine\n\nfine\n*\n!")
    assert "English: line 4 must have a word before *; line 5 must have a word</a>" in html.unescape(refused.text)


def test_people_who_match_are_named(ada: Browser) -> None:
    said = html.unescape(press(ada, ada.open(PAGE).text, added="n").text)
    assert re.search(r"On call: \d people match: .*Ann.*Ben", said)


def test_whoever_turns_urgent_messages_on_is_led_to_their_ladder(ada: Browser) -> None:
    text = ada.open(PAGE).text
    assert "Urgent messages have no ladder of their own" not in text
    saved = ada.open(press(ada, text, turn_on="on").headers["location"]).text
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
    refused = press(ada, shown, turn_on="on", may_say="on", phone__crisis="555", added="Ann")

    assert refused.status_code == 409
    assert "saved while you were editing" in refused.text
    assert "On call: added Ben." in refused.text
    assert 'name="on_call" value="ann" checked' in refused.text
    assert 'value="555"' in refused.text
    for name in ("may_say", "turn_on"):
        assert re.search(rf'name="{name}" id="{name}" value="on"\s+checked', refused.text)
    assert not current(ada).red_flags.groups
    assert press(ada, refused.text, turn_on="on", may_say="on", on_call="ann").status_code == 303
    assert (current(ada).on_call, current(ada).patients_may_say_urgent) == (("ann",), True)


def test_lists_that_are_off_are_offered_again_beside_what_somebody_else_saved(ada: Browser) -> None:
    text = ada.open(PAGE).text
    ada.service.house.save(replace(current(ada), on_call=("ben",)))
    refused = press(ada, text, added="Ann")
    assert refused.status_code == 409
    assert fields_of(refused.text)["phone.crisis"] == "988"
    assert press(ada, refused.text, on_call="ann").status_code == 303
    assert not current(ada).red_flags.groups


def test_a_colleagues_red_flags_stay_on_beside_a_form_from_before(ada: Browser) -> None:
    text = ada.open(PAGE).text
    ada.service.house.save(replace(current(ada), red_flags=LISTS, languages=("en", "es")))
    shown = press(ada, text, do="try").text
    assert 'id="turn_on"' in shown
    assert press(ada, shown, may_say="on").status_code == 303
    assert (current(ada).red_flags, current(ada).patients_may_say_urgent) == (LISTS, True)


def test_what_somebody_else_saved_elsewhere_refuses_nothing_and_stays(ada: Browser) -> None:
    text = ada.open(PAGE).text
    ada.service.house.save(replace(current(ada), phone="112", on_call=("ben",)))

    assert press(ada, text, turn_on="on", may_say="on").status_code == 303

    saved = current(ada)
    assert (saved.phone, saved.on_call, saved.patients_may_say_urgent) == ("112", ("ben",), True)
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
    assert "Red flags: group 3, phrases, Spanish: is not one of the practice's languages" in html.unescape(refused.text)


def test_enter_in_a_field_saves_and_does_not_change_the_ladder(ada: Browser) -> None:
    form = ada.open(PAGE).text.split('action="/admin/messaging/urgency"')[1]

    assert re.findall(r'<button [^>]*name="do" value="(\w+)"', form)[0] == "save"
