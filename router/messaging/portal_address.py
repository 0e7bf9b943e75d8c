"""The address of a practice's own portal, to which emails link: which addresses are allowed."""

import re

URL_LIMIT = 500
LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"
HOST = rf"(?:{LABEL}(?:\.{LABEL})*\.?|\[[0-9A-Fa-f:.]+\])"
# Without TLS only this machine itself, for trying things out.
SECURE, LOCAL = rf"https://{HOST}", r"http://(?:localhost|127\.0\.0\.1|\[::1\])"
# Where the host ends: the port, then a path, a query or a fragment (RFC 3986, section 3). No user stands before it.
BEGINNING = re.compile(rf"(?:{SECURE}|{LOCAL})(?::([0-9]{{1,5}}))?(?=[/?#]|\Z)")
HIGHEST_PORT = 65_535
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
    begins = BEGINNING.match(url)
    if begins is None or int(begins[1] or 0) > HIGHEST_PORT or not URL.fullmatch(url):
        return "must be an address that begins with https:// and the name of a server, such as https://portal.example"
    if UNUSABLE.search(url) or url.count("&") > MOST_AMPERSANDS:
        return "must be an address as browsers show it, without quotes, angle brackets or backslashes"
    return None
