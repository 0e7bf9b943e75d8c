"""The page of the messaging settings, without scripts."""

import html
from dataclasses import replace

import pytest

from adapters.http.limits import DRAFT_BYTES
from router.actors import COMMAND
from router.messaging.settings import TopicSet
from router.practice.topics import Topic
from tests.builders import a_staff, settings
from tests.integration.pages.admin.messaging_pages import PAGE, fields_of, press, saved
from tests.integration.pages.conftest import Browser, fields_on


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

    done = admin.client.post(f"{PAGE}/history", data=fields_on(asked.text))

    assert done.status_code == 303
    assert saved(admin).practice[Topic.BILLING].recipients == ()
    assert admin.send(f"{PAGE}/history", f"{PAGE}/history", version="999").status_code == 404


def test_restoring_a_version_asks_again_where_a_colleague_saved_since_it_was_asked(admin: Browser) -> None:
    first = saved(admin)
    admin.service.house.save(settings({Topic.OTHER: ["ada"]}))
    asked = admin.open(f"{PAGE}/history/restore?version={first.version}")
    admin.service.house.save(settings({Topic.BILLING: ["ann"]}))

    again = admin.client.post(f"{PAGE}/history", data=fields_on(asked.text))

    assert (again.status_code, saved(admin).practice[Topic.BILLING].recipients) == (409, ("ann",))
    assert "saved in the meantime" in again.text
    assert "Practice, Billing, recipients: added Ann." in again.text
    assert admin.client.post(f"{PAGE}/history", data=fields_on(again.text)).status_code == 303
    assert saved(admin).version == first.version + 3
    assert saved(admin).practice[Topic.BILLING].recipients == ()


def test_a_form_that_does_not_say_what_a_version_was_compared_with_asks_before_it_restores(admin: Browser) -> None:
    first = saved(admin)
    admin.service.house.save(settings({Topic.BILLING: ["ann"]}))

    asked = admin.send(f"{PAGE}/history/restore?version={first.version}", f"{PAGE}/history", version=str(first.version))

    assert "Practice, Billing, recipients: removed Ann." in asked.text
    assert saved(admin).practice[Topic.BILLING].recipients == ("ann",)


def test_settings_of_hundreds_of_sites_are_not_too_long_for_their_form(admin: Browser) -> None:
    page = admin.open(PAGE)
    draft = dict(fields_of(page))["draft"]

    done = press(admin, page, "save", draft=draft + " " * 2 * DRAFT_BYTES, other__display_name="Mine")

    assert (done.status_code, saved(admin).practice[Topic.OTHER].display_name) == (303, "Mine")


@pytest.mark.parametrize(("field", "value"), [("draft", "{"), ("draft", "[]"), ("version", "x"), ("version", "")])
def test_a_form_that_is_not_ours_is_refused_on_a_page(admin: Browser, field, value) -> None:
    page = press(admin, admin.open(PAGE), "save", **{field: value})

    assert page.status_code == 422
    assert page.headers["content-type"].startswith("text/html")


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
