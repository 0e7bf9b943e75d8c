"""What emails to patients say, as an administrator sets it, without scripts."""

import re
from dataclasses import replace

import pytest

from router.messaging.settings import MessagingSettings
from tests.house import PRACTICE
from tests.integration.pages.conftest import Browser

PAGE = "/admin/messaging/emails"
VERSION = re.compile(r'name="version" value="(\d+)"')


def current(admin: Browser) -> MessagingSettings:
    return admin.service.house.reports.snapshot(PRACTICE).messaging


def version_of(admin: Browser) -> str:
    found = VERSION.search(admin.open(PAGE).text)
    assert found
    return found[1]


def test_both_are_saved_and_shown(admin: Browser) -> None:
    fields = {"email_name": " Willow\x0b", "portal_url": "https://portal.example "}

    saved = admin.send(PAGE, PAGE, version=version_of(admin), **fields)

    text = admin.open(saved.headers["location"]).text
    assert "It applies to every email from now on." in text
    assert text.count("Willow") == 3, "the hint's example, the field, and what patients get"
    assert "Sign in to your portal: <bdi>https://portal.example</bdi>" in text
    assert (current(admin).email_name, current(admin).portal_url) == ("Willow", "https://portal.example")


def test_an_address_that_is_none_is_told_beside_its_field(admin: Browser) -> None:
    refused = admin.send(PAGE, PAGE, version=version_of(admin), email_name="Willow", portal_url="portal.example")

    assert refused.status_code == 422
    assert 'id="error-portal_url"' in refused.text
    assert 'value="portal.example"' in refused.text
    assert current(admin).email_name == ""


def test_an_address_from_before_it_had_to_name_a_server_is_told_and_keeps_nothing_from_being_saved(
    admin: Browser,
) -> None:
    admin.service.house.store_as_before(replace(current(admin), portal_url="https://"))

    page = admin.open(PAGE).text
    saved = admin.send(PAGE, PAGE, version=version_of(admin), email_name="Willow", portal_url="https://")

    assert "Emails don&#39;t link to your portal" in page
    assert "Read your message, and how to sign in on your website" in page
    assert (saved.status_code, current(admin).email_name) == (303, "Willow")


@pytest.mark.parametrize("address", ["https://", "http://127.0.0.1.evil.example/"])
def test_an_address_that_names_no_server_is_refused(admin: Browser, address: str) -> None:
    refused = admin.send(PAGE, PAGE, version=version_of(admin), email_name="Willow", portal_url=address)

    assert refused.status_code == 422
    assert 'id="error-portal_url"' in refused.text


def test_what_a_colleague_saved_meanwhile_stays(admin: Browser) -> None:
    version = version_of(admin)
    admin.service.house.save(replace(current(admin), phone="555 0100"))

    admin.send(PAGE, PAGE, version=version, email_name="Willow", portal_url="")

    assert (current(admin).email_name, current(admin).phone) == ("Willow", "555 0100")


def test_a_form_that_is_not_ours_is_refused(admin: Browser) -> None:
    assert admin.send(PAGE, PAGE, version="x", email_name="", portal_url="").status_code == 422


def test_what_a_colleague_changed_of_the_same_is_told_and_not_overwritten(admin: Browser) -> None:
    version = version_of(admin)
    admin.service.house.save(replace(current(admin), email_name="Theirs"))

    refused = admin.send(PAGE, PAGE, version=version, email_name="Mine", portal_url="")

    assert refused.status_code == 409
    assert "saved while you were editing" in refused.text
    assert 'value="Mine"' in refused.text
    assert current(admin).email_name == "Theirs"
    assert f'name="version" value="{version_of(admin)}"' in refused.text


def test_who_saves_on_two_pages_at_once_is_told_that_it_was_they(admin: Browser) -> None:
    version = version_of(admin)
    admin.send(PAGE, PAGE, version=version, email_name="First", portal_url="")

    refused = admin.send(PAGE, PAGE, version=version, email_name="Second", portal_url="")

    assert "You, on another page, saved while you were editing" in refused.text
