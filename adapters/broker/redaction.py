"""Removes API keys from what is stored, so that nobody who reads it later can use them.

What came may be anything, so that keys are looked for as bytes: plain, with JSON's escapes, in UTF-16 or UTF-32, and
inside Base64, whose lines may be broken.
"""

import re
from base64 import b64decode

from router.access.keys import PREFIX

REMOVED = b"[key removed]"
# Shorter ones are no keys, and would be found in words.
SHORTEST_KEY = 16


def _spelt(character: str) -> str:
    """One character as ASCII or as JSON's escape; the other bytes of wide encodings are zeros."""
    return rf"(?:{character}|\\u00{ord(character):02x}|\\u00{ord(character):02X})\x00*"


KEY_RUN = re.compile(
    ("".join(_spelt(one) for one in f"{PREFIX}_") + r"(?:(?:[A-Za-z0-9_-]|\\u00[2-7][0-9a-fA-F])\x00*)+").encode()
)
# Whatever stands in a field `key`, also where the object that it is in breaks off.
FIELD = re.compile(rb'("key"\s*:\s*)"(?:[^"\\]|\\.)*"?', re.DOTALL)
BASE64 = re.compile(rb"(?<!\\)(?:[A-Za-z0-9+/_-]|\\/)(?:[A-Za-z0-9+/_-]|\\[/rn]|[\r\n]){23,}={0,2}")
# MIME breaks lines of Base64 (RFC 2045, section 6.8); in JSON a line end is an escape.
LINE_ENDS = re.compile(rb"\\[rn]|[\r\n]")
# A text can begin at each of the four places of Base64's groups.
GROUP = 4
URL_SAFE = bytes.maketrans(b"-_", b"+/")


def without_keys(data: bytes, presented: str | None = None) -> bytes:
    """The data without anything that looks like an API key, and without the one that was presented."""
    cleaned = BASE64.sub(lambda run: REMOVED if _hides_key(run[0]) else run[0], data)
    cleaned = KEY_RUN.sub(REMOVED, FIELD.sub(rb'\1"' + REMOVED + b'"', cleaned))
    if presented is not None and len(presented) >= SHORTEST_KEY:
        cleaned = cleaned.replace(presented.encode("utf-8", "surrogatepass"), REMOVED)
    return cleaned


def _hides_key(run: bytes) -> bool:
    text = LINE_ENDS.sub(b"", run).replace(b"\\", b"").rstrip(b"=").translate(URL_SAFE)
    starts = (text[start:] for start in range(GROUP))
    return any(KEY_RUN.search(b64decode(one[: len(one) // GROUP * GROUP])) for one in starts)
