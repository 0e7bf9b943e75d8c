"""The page of the messaging settings, without scripts."""

import html
import re
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from router.actors import COMMAND
from router.messaging.settings import TopicSet
from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, settings, topic_set
from tests.house import PRACTICE
from tests.integration.api.conftest import CANARY
from tests.integration.pages.conftest import Browser

PAGE = "/admin/messaging"
INPUT = re.compile(r"<input\b[^>]*>")
ATTRIBUTE = re.compile(r'([a-z-]+)(?:="([^"]*)")?')


@pytest.fixture
def admin(browser: Browser) -> Browser:
    """Ada, who administers, in a browser."""
    return browser.sign_in("ada")


def fields_of(page: httpx2.Response) -> list[tuple[str, str]]:
    """The fields of the page's form, as a browser would send them."""
    text = page.text.split('id="messaging"')[1].split("</form>")[0]
    found = []
    for tag in INPUT.findall(text):
        said = {name: html.unescape(value) for name, value in ATTRIBUTE.findall(tag[6:])}
        if said.get("name") and (said.get("type") != "checkbox" or "checked" in said):
            found.append((said["name"], said.get("value", "")))
    disclaimer = re.search(r'<textarea id="disclaimer"[^>]*>\n(.*?)</textarea>', text, re.DOTALL)
    assert disclaimer
    found.append(("disclaimer", html.unescape(disclaimer[1])))
    return found


def press(
    admin: Browser,
    page: httpx2.Response,
    do: str,
    *,
    without: tuple[str, ...] = (),
    **changes: Any,  # noqa: ANN401
) -> httpx2.Response:
    """Send the form of a page by one of its buttons, with some fields changed; `__` in their names stands for a dot."""
    named = {name.replace("__", "."): value for name, value in changes.items()}
    kept = [(name, value) for name, value in fields_of(page) if name not in named and name not in without]
    data: dict[str, Any] = {}
    for name, value in [*kept, *named.items(), ("do", do)]:
        data.setdefault(name, []).append(value)
    return admin.client.post(PAGE, data=data)


def saved(admin: Browser) -> Any:  # noqa: ANN401 - the settings.
    return admin.service.house.reports.snapshot(PRACTICE).messaging


def test_everything_is_saved_at_once_and_told_in_words(admin: Browser) -> None:
    page = press(admin, admin.open(PAGE), "add:billing", billing__new="Ben", billing__display_name="Accounts")
    assert "You have unsaved changes." in page.text
    page = press(admin, page, "save", without=("medical.enabled",), disclaimer="Call 911.\r\nReally.")

    told = admin.open(page.headers["location"]).text

    current = saved(admin)
    assert current.practice[Topic.BILLING].recipients == ("ben",)
    assert current.practice[Topic.BILLING].display_name == "Accounts"
    assert not current.practice[Topic.MEDICAL].enabled
    assert current.disclaimer == "Call 911.\nReally."
    assert "Practice, Billing, recipients: added Ben." in told
    assert "Practice, Medical turned off." in told


def test_saving_what_is_there_changes_nothing(admin: Browser) -> None:
    before = saved(admin)

    page = press(admin, admin.open(PAGE), "save")

    assert page.headers["location"] == f"{PAGE}?saved=0"
    assert "No changes to save" in admin.open(page.headers["location"]).text
    assert saved(admin) == before


def test_a_recipient_is_removed_by_a_button(admin: Browser) -> None:
    admin.service.house.save(settings({Topic.BILLING: ["ann", "ben"]}))

    page = press(admin, admin.open(PAGE), "remove:billing:ann")
    press(admin, page, "save")

    assert saved(admin).practice[Topic.BILLING].recipients == ("ben",)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("zebra", "No active colleague matches."), ("a", "people match: "), ("<b>", "No active colleague matches.")],
)
def test_who_is_not_found_is_told_beside_the_field(admin: Browser, typed, said) -> None:
    page = press(admin, admin.open(PAGE), "save", billing__new=typed)

    assert page.status_code == 422
    assert said in page.text
    assert 'id="error-billing.new"' in page.text


def test_what_can_not_be_saved_is_told_beside_its_field_and_nothing_typed_is_lost(admin: Browser) -> None:
    before = saved(admin)

    page = press(admin, admin.open(PAGE), "save", billing__display_name="x" * 81, other__display_name="Kept Desk")

    assert page.status_code == 422
    assert "must have at most 80 characters" in page.text
    assert 'value="Kept Desk"' in page.text
    assert saved(admin) == before


def test_a_site_gets_its_own_settings_and_loses_them(admin: Browser) -> None:
    page = press(admin, admin.open(PAGE), "edit", by_site="on", site="north")
    assert "Uses the practice's settings" in html.unescape(page.text)
    page = press(admin, page, "own")
    page = press(admin, page, "add:other", other__new="Ann", other__display_name="North Desk")
    done = press(admin, page, "save")

    assert done.headers["location"].endswith("&site=north")
    assert saved(admin).sites["north"][Topic.OTHER].recipients == ("ann",)
    assert saved(admin).practice[Topic.OTHER].recipients == ()
    page = admin.open(done.headers["location"])
    assert "Has its own settings" in page.text

    press(admin, press(admin, page, "inherit"), "save")
    assert saved(admin).sites == {}


def test_a_colleagues_save_in_between_is_shown_and_either_can_be_kept(admin: Browser) -> None:
    page = admin.open(PAGE)
    theirs = settings({Topic.BILLING: ["ann"]}, disclaimer="Theirs.")
    other = replace(theirs.practice[Topic.OTHER], display_name="Theirs")
    practice = TopicSet({**theirs.practice.topics, Topic.OTHER: other})
    admin.service.house.save(replace(theirs, practice=practice))

    stale = press(admin, page, "save", other__display_name="Mine")

    assert stale.status_code == 409
    assert "saved while you were editing" in stale.text
    assert "Practice, Billing, recipients: added Ann." in stale.text
    assert "display name changed from “Theirs” to “Mine”" in stale.text
    assert saved(admin).practice[Topic.OTHER].display_name == "Theirs"

    done = press(admin, stale, "mine")
    assert done.status_code == 303
    current = saved(admin)
    assert current.practice[Topic.OTHER].display_name == "Mine"
    assert current.practice[Topic.BILLING].recipients == ("ann",)
    assert current.disclaimer == "Theirs."


def test_a_colleagues_save_elsewhere_in_between_is_kept_and_refuses_nothing(admin: Browser) -> None:
    page = admin.open(PAGE)
    admin.service.house.save(settings({Topic.BILLING: ["ann"]}, disclaimer="Theirs."))

    done = press(admin, page, "save", other__display_name="Mine")

    assert done.status_code == 303
    told = admin.open(done.headers["location"]).text
    assert "display name changed from “Front Desk” to “Mine”" in told
    assert "added Ann" not in told.split("<form")[0]
    current = saved(admin)
    assert current.practice[Topic.OTHER].display_name == "Mine"
    assert current.practice[Topic.BILLING].recipients == ("ann",)
    assert current.disclaimer == "Theirs."


def test_a_patients_form_is_shown_for_what_is_saved_and_for_what_is_edited(admin: Browser) -> None:
    page = press(admin, admin.open(PAGE), "add:billing", billing__new="Ben")

    tried = press(admin, page, "try", try__patient="pat", try__topic="billing")

    assert "As saved now" in tried.text
    assert "With your changes" in tried.text
    assert "Choosing Ann: Ann" in tried.text
    assert "To: Billing Office" in tried.text
    missing = press(admin, page, "try", try__patient=CANARY, try__topic="billing")
    assert "No patient has this name, record number or id." in missing.text


def test_warnings_stand_where_they_arise(admin: Browser) -> None:
    admin.service.house.save(settings({Topic.BILLING: ["ann"]}))
    admin.service.house.send_away("ann", "ben")

    page = admin.open(PAGE).text

    assert "Only one person receives this topic" in page
    assert "Ann is away until" in page
    assert "covered by Ben" in page


def test_beside_a_recipient_who_is_away_stands_who_gets_their_messages(admin: Browser) -> None:
    house = admin.service.house
    house.save(settings({Topic.BILLING: ["ann"]}))
    house.send_away("ann", "ben")
    house.send_away("ben")
    assert re.search(r"away until [^<,]*, [^<,]*, nobody covers", admin.open(PAGE).text)

    house.send_away("ben", "ada")
    assert re.search(r"away until [^<,]*, [^<,]*, covered by Ada", admin.open(PAGE).text)


def test_a_version_is_brought_back_from_the_history(admin: Browser) -> None:
    first = saved(admin)
    admin.service.house.save(settings({Topic.BILLING: ["ann"]}))
    assert "Practice, Billing, recipients: added Ann." in admin.open(f"{PAGE}/history").text

    asked = admin.open(f"{PAGE}/history/restore?version={first.version}")
    assert "Practice, Billing, recipients: removed Ann." in asked.text
    assert saved(admin).practice[Topic.BILLING].recipients == ("ann",)
    assert "Nothing would change" in admin.open(f"{PAGE}/history/restore?version={first.version + 1}").text
    for version in ("999", "x", ""):
        assert admin.open(f"{PAGE}/history/restore?version={version}").status_code == 404

    done = admin.send(f"{PAGE}/history/restore?version={first.version}", f"{PAGE}/history", version=str(first.version))

    assert done.status_code == 303
    assert saved(admin).practice[Topic.BILLING].recipients == ()
    assert admin.send(f"{PAGE}/history", f"{PAGE}/history", version="999").status_code == 404


def test_the_gaps_are_a_grid_of_sites_and_topics(admin: Browser) -> None:
    admin.service.house.save(
        settings({Topic.BILLING: ["ann"]}, by_site=True, sites={"south": topic_set({}, off=[Topic.OTHER])})
    )

    page = admin.open(f"{PAGE}/gaps").text

    assert "One person" in page
    assert "North Clinic" in page
    assert "Catch-all" in page


@pytest.mark.parametrize(("field", "value"), [("draft", "{"), ("draft", "[]"), ("version", "x"), ("version", "")])
def test_a_form_that_is_not_ours_is_refused_on_a_page(admin: Browser, field, value) -> None:
    page = press(admin, admin.open(PAGE), "save", **{field: value})

    assert page.status_code == 422
    assert page.headers["content-type"].startswith("text/html")


def test_whoever_gets_messages_and_can_not_be_told_of_them_is_listed(admin: Browser) -> None:
    """Recipients, the catch-all, members of care teams; not who gets nothing."""
    silent = [a_staff(one, email=None) for one in ("cy", "dee", "eve", "fay")]
    house = admin.service.house
    house.bring(silent, [a_patient("kim", team=["eve"])])
    house.save(settings({Topic.BILLING: ["cy"]}, catch_all=("dee",), messaging_enabled=False))

    page = admin.open(f"{PAGE}/gaps").text

    for name in ("Cy", "Dee", "Eve"):
        assert f"<strong>{name}</strong>: has no email address" in page
    assert "Fay" not in page
    assert "Messaging is off" in page


def test_an_administrator_of_a_new_practice_is_led_through_the_first_steps(browser: Browser) -> None:
    house = browser.service.house
    house.roster.create_practice("new", "New Practice", "UTC", COMMAND)
    house.bring([a_staff("ada", admin=True)], practice="new")
    browser.sign_in("ada", "new")

    assert browser.open("/").headers["location"] == PAGE
    page = browser.open(PAGE).text
    assert "Set up messaging in three steps" in page
    assert "/admin/people" in page

    done = press(browser, browser.open(PAGE), "save", messaging_enabled="on")
    assert "Set up messaging" not in browser.open(done.headers["location"]).text
    assert browser.open("/").headers["location"] == "/inbox"
    browser.client.cookies.clear()
    assert browser.open("/").headers["location"] == "/sign-in"


def test_of_several_patients_with_a_name_one_is_chosen_in_place(admin: Browser) -> None:
    page = press(admin, admin.open(PAGE), "try", try__patient="doe").text

    assert "Several patients match: choose one." in page
    assert 'value="try:pat"' in page
    assert 'value="try:sam"' in page
    chosen = press(admin, admin.open(PAGE), "try:sam", try__patient="doe").text
    assert "As saved now" in chosen
    assert 'value="sam"' in chosen


def test_of_several_people_with_a_name_one_is_added_in_place_and_nothing_is_saved(admin: Browser) -> None:
    house = admin.service.house
    house.bring([a_staff("amy", name="Amy Stone"), a_staff("eve", name="Eve Stone")])
    house.send_away("eve")

    several = press(admin, admin.open(PAGE), "update", billing__new="stone")

    assert several.status_code == 422
    assert 'value="stone"' in several.text
    assert 'value="pick:billing:amy"' in several.text
    assert "(away until " in several.text
    picked = press(admin, several, "pick:billing:eve")
    assert picked.status_code == 200
    assert ("billing.recipients", "eve") in fields_of(picked)
    assert ("billing.new", "") in fields_of(picked)
    assert "eve" not in saved(admin).practice[Topic.BILLING].recipients


def test_what_matches_nobody_stays_typed(admin: Browser) -> None:
    refused = press(admin, admin.open(PAGE), "save", billing__new="zebra")

    assert refused.status_code == 422
    assert 'value="zebra"' in refused.text
    assert "zebra" not in str(saved(admin))
