"""The page about urgent messages and its form, for the tests of it."""

import html
import re

import httpx2
import pytest

from adapters.documents.red_flag_lists import UNITED_STATES, ready_made
from router.messaging.settings import MessagingSettings
from tests.house import PRACTICE
from tests.integration.pages.conftest import Browser

PAGE = "/admin/messaging/urgency"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
AREA = re.compile(r'<textarea id="[^"]+" name="([^"]+)"[^>]*>\n(.*?)</textarea>', re.DOTALL)
LISTS = ready_made(["en", "es"], UNITED_STATES)
NEW_GROUP = re.compile(r'id="new_group" name="new_group" type="text" value="([^"]*)"')
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
