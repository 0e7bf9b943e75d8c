"""The page of the messaging settings and its form, for the tests of it."""

import html
import re
from typing import Any

import httpx2

from tests.house import PRACTICE
from tests.integration.pages.conftest import Browser

PAGE = "/admin/messaging"
INPUT = re.compile(r"<input\b[^>]*>")
ATTRIBUTE = re.compile(r'([a-z-]+)(?:="([^"]*)")?')


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
