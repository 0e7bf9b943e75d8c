"""Where one resource ends and the next begins, in text that isn't framed as NDJSON is.

Tools end lines with commas, put a list on one line or several resources into it, or begin each with the record
separator of RFC 7464. Nothing of that says anything, so that nothing is lost or reported.
"""

import codecs
import json
import re
from typing import Protocol

CHUNK = 2**16
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
MARKS = b" \t\r\n\x1e,]"
# What may stand between resources: white space, commas, the brackets of a list, record separators.
_BETWEEN = re.compile(r"[\s,\[\]\x1e]*")
_DECODER = json.JSONDecoder(strict=False)


class Lines(Protocol):
    """Bytes that are read line by line."""

    def readline(self, limit: int, /) -> bytes:
        """The next line with its end, or its beginning where it is longer."""

    def read(self, limit: int, /) -> bytes:
        """What follows, no more than so many bytes of it."""


class Recoded:
    """UTF-16 with a byte order mark, as UTF-8; what is neither becomes U+FFFD."""

    def __init__(self, data: Lines) -> None:
        self._data = data
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")
        self._ahead = b""

    def readline(self, limit: int, /) -> bytes:
        """See Lines."""
        while b"\n" not in self._ahead and len(self._ahead) < limit and self._look_further():
            pass
        end = self._ahead.find(b"\n", 0, limit) + 1
        return self._take(end or limit)

    def read(self, limit: int, /) -> bytes:
        """See Lines."""
        while len(self._ahead) < limit and self._look_further():
            pass
        return self._take(limit)

    def _look_further(self) -> bool:
        more = self._data.read(CHUNK)
        self._ahead += self._decoder.decode(more, final=not more).encode()
        return bool(more)

    def _take(self, size: int) -> bytes:
        taken, self._ahead = self._ahead[:size], self._ahead[size:]
        return taken


def parts(data: bytes) -> list[bytes] | None:
    """The values in some text, none where there is nothing but marks between them.

    Returns None for text of which anything can't be read: then it can't be told where a resource begins.
    """
    text = data.decode("utf-8", "surrogateescape")
    found: list[bytes] = []
    place = _past_marks(text, 0)
    while place < len(text):
        try:
            _, end = _DECODER.raw_decode(text, place)
        except (ValueError, RecursionError):
            return None
        found.append(text[place:end].encode("utf-8", "surrogateescape"))
        place = _past_marks(text, end)
    return found


def holds_several(data: bytes) -> bool:
    """Whether text that can't be read may hold more than one resource, so that it isn't known who is in it."""
    return data.count(b'"resourceType"') > 1


def _past_marks(text: str, place: int) -> int:
    between = _BETWEEN.match(text, place)
    return between.end() if between else place
