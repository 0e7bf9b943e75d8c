"""The lines of a table with their numbers, and the encodings in which spreadsheet programs write them."""

import codecs
from collections import deque
from collections.abc import Sequence
from io import TextIOWrapper
from typing import IO, NamedTuple, TextIO

CHUNK = 2**16
# What is longer is cut, and no row is made of it.
LONGEST_LINE = 2**20

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WINDOWS_1252 = "careroute.windows-1252"


class Line(NamedTuple):
    """A line with its end; of one that `is_cut` the rest was passed over."""

    number: int
    text: str
    is_cut: bool = False


class Lines:
    """Reads a text line by line; lines that were given back come again."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._read = 0
        self._ahead: deque[Line] = deque()

    def next(self) -> Line | None:
        """The next line; None at the end."""
        if self._ahead:
            return self._ahead.popleft()
        text = self._text.readline(LONGEST_LINE)
        if not text:
            return None
        self._read += 1
        return Line(self._read, text, is_cut=len(text) == LONGEST_LINE and self._pass_over(text))

    def give_back(self, lines: Sequence[Line]) -> None:
        """Put lines before all that are still to come."""
        self._ahead.extendleft(reversed(lines))

    def _pass_over(self, text: str) -> bool:
        """Read on to the end of a line that is too long."""
        while text and not text.endswith(("\n", "\r")):
            text = self._text.readline(LONGEST_LINE)
        return True


def as_text(data: IO[bytes]) -> tuple[TextIOWrapper, bool]:
    """The table as text, and whether some bytes of it had to be taken for Windows-1252, since they aren't UTF-8."""
    start = data.read(2)
    data.seek(0)
    if start in _UTF_16:
        return TextIOWrapper(data, encoding="utf-16", errors="replace", newline=""), False
    is_foreign = not _is_utf_8(data)
    data.seek(0)
    return TextIOWrapper(data, encoding="utf-8-sig", errors=_WINDOWS_1252, newline=""), is_foreign


def _is_utf_8(data: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := data.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Only bytes that aren't UTF-8 are read otherwise: tables are pasted together out of both."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_WINDOWS_1252, _as_windows_1252)
