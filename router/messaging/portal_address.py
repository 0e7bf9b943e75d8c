"""The address of a practice's own portal, to which emails link: which addresses are allowed."""

import re

URL_LIMIT = 500
URL_BEGINNINGS = ("https://", "http://localhost", "http://127.0.0.1")
# A URI is ASCII (RFC 3986, section 2); quotes, angle brackets and backslashes belong to none.
URL = re.compile(r"[!-~]+")
UNUSABLE = re.compile(r"[\"'<>\\]")
# In the HTML part of an email each takes the room of five characters.
MOST_AMPERSANDS = 100


def problem_with_portal_url(url: str) -> str | None:
    """Say in words what is wrong with a portal's address, or None if it is fine; empty means that none is set."""
    if not url:
        return None
    if len(url) > URL_LIMIT:
        return f"must have at most {URL_LIMIT} characters"
    if not url.startswith(URL_BEGINNINGS) or not URL.fullmatch(url):
        return "must be an address that begins with https://"
    if UNUSABLE.search(url) or url.count("&") > MOST_AMPERSANDS:
        return "must be an address as browsers show it, without quotes, angle brackets or backslashes"
    return None
