"""The settings of many sites at once, for the tests of their pages."""

import html
import re
from typing import Any

import httpx2

from router.messaging.settings import MessagingSettings
from router.practice.topics import Topic
from tests.house import PRACTICE
from tests.integration.pages.conftest import Browser

PAGE = "/admin/messaging"
MEDICAL = f"{PAGE}/topics/medical"
FIELD = re.compile(r"<input\b[^>]*>")
ATTRIBUTE = re.compile(r'([a-z-]+)(?:="([^"]*)")?')


def current(admin: Browser) -> MessagingSettings:
    return admin.service.house.reports.snapshot(PRACTICE).messaging


def press(admin: Browser, page: httpx2.Response, do: str, *without: str, **typed: Any) -> httpx2.Response:  # noqa: ANN401
    """Send the form of a topic by one of its buttons, with fields typed (`__` stands for a dot) or unticked."""
    text = page.text.split('action="/admin/messaging/topics/')[1].split("</form>")[0]
    data: dict[str, list[str]] = {"do": [do]}
    for tag in FIELD.findall(text):
        said = {name: html.unescape(value) for name, value in ATTRIBUTE.findall(tag[6:])}
        shown = said.get("type") != "checkbox" or "checked" in said
        if said.get("name") and shown and f"{said['name']}={said.get('value')}" not in without:
            data.setdefault(said["name"], []).append(said.get("value", ""))
    data |= {name.replace("__", "."): [value] for name, value in typed.items()}
    return admin.client.post(MEDICAL, data=data)


def copy(admin: Browser, **fields: Any) -> httpx2.Response:  # noqa: ANN401
    version = str(current(admin).version)
    return admin.send(PAGE, f"{PAGE}/copy", **{"version": version, "source": "north", "topic": list(Topic)} | fields)
