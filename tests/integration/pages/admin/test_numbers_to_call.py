"""The numbers that patients are told to call, in this country and in others."""

import html
from dataclasses import replace

from adapters.documents.red_flag_lists import ready_made
from tests.integration.pages.admin.urgency_pages import LISTS, PAGE, current, fields_of, press
from tests.integration.pages.admin.urgency_pages import ada as ada  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.conftest import Browser


def test_another_country_is_asked_for_its_lines(ada: Browser) -> None:
    shown = press(ada, ada.open(PAGE).text, do="ready_made", country="")
    refused = press(ada, shown.text, turn_on="on")
    said = html.unescape(refused.text)
    assert "Group crisis, number to call: must not be empty: it is the number that patients should call</a>" in said
    assert not current(ada).red_flags.groups


def test_another_country_is_asked_for_its_numbers_before_anything_is_saved(ada: Browser) -> None:
    text = ada.open(PAGE).text
    shown = press(ada, text, do="add_group", new_group="bleeding", phone__crisis="0800 123 456").text
    mine = {"phrases__bleeding__en": "soaked through", "advice__bleeding__en": "Call.", "phone__bleeding": "9-1-1"}

    refused = press(ada, shown, turn_on="on", country="", phrases__emergency__en="my own", **mine)

    said = html.unescape(refused.text)
    assert refused.status_code == 422
    for group in ("emergency", "bleeding"):
        assert f"Group {group}, number to call: is one of the United States" in said
    assert '<option value="" selected>Another country' in said
    kept = fields_of(refused.text)
    assert (kept["phone.emergency"], kept["phone.crisis"], kept["phone.bleeding"]) == ("", "0800 123 456", "")
    assert (kept["phrases.emergency.en"], kept["phrases.bleeding.en"]) == ("my own", "soaked through")
    assert not current(ada).red_flags.groups

    # Canada's numbers are those of the United States.
    there = {"turn_on": "on", "country": "", "phone__emergency": "911", "phone__bleeding": "911"}
    assert press(ada, refused.text, **there).status_code == 303
    assert [group.phone for group in current(ada).red_flags.groups] == ["911", "0800 123 456", "911"]


def test_advice_about_a_line_of_the_united_states_goes_with_its_number(ada: Browser) -> None:
    fields = fields_of(press(ada, ada.open(PAGE).text, turn_on="on", country="").text)
    elsewhere = {group.group: group for group in ready_made(["en", "es"], "").groups}
    assert fields["advice.crisis.en"] == elsewhere["crisis"].advice["en"]
    assert fields["advice.emergency.en"] == elsewhere["emergency"].advice["en"]


def test_numbers_that_another_country_has_saved_are_its_own(ada: Browser) -> None:
    lists = ready_made(["en", "es"], "")
    groups = tuple(replace(group, phone="112") for group in lists.groups)
    ada.service.house.save(replace(current(ada), red_flags=replace(lists, groups=groups), languages=("en", "es")))
    text = ada.open(PAGE).text
    assert '<option value="" selected>Another country' in text
    assert press(ada, text, country="").status_code == 303
    assert [group.phone for group in current(ada).red_flags.groups] == ["112", "112"]


def test_a_number_must_be_one_to_call_and_a_wrong_one_from_before_stays_readable(ada: Browser) -> None:
    groups = (replace(LISTS.groups[0], phone="the <b> desk"), LISTS.groups[1])
    ada.service.house.store_as_before(replace(current(ada), red_flags=replace(LISTS, groups=groups)))
    text = ada.open(PAGE).text
    assert "Patients see it without a button, as no phone can dial it." in text
    assert press(ada, text, may_say="on", languages=["en", "es"]).status_code == 303

    refused = html.unescape(press(ada, ada.open(PAGE).text, phone__crisis="call me").text)
    assert "Group crisis, number to call: must be one number in digits, such as 988" in refused
    assert "Group emergency" not in refused
    assert press(ada, text, phone__emergency="555-0100 ext. 12").status_code == 303
    assert [group.phone for group in current(ada).red_flags.groups] == ["555-0100 ext. 12", "988"]
