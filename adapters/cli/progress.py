"""How far a long command is: one line on a terminal that is written over, and nothing where nobody watches."""

import sys
from contextlib import AbstractContextManager
from time import monotonic
from typing import Self

from typing_extensions import override

# Between two lines.
PAUSE_SECONDS = 0.2
CLEAR = "\r\x1b[K"


class Progress(AbstractContextManager["Progress"]):
    """Shows how far a command is on standard error, which stays free of it where it is no terminal."""

    def __init__(self) -> None:
        self._is_watched = sys.stderr.isatty()
        self._shown_at = float("-inf")

    @override
    def __enter__(self) -> Self:
        return self

    @override
    def __exit__(self, *_: object) -> None:
        self._write(CLEAR)

    def show(self, said: str) -> None:
        """Write over what was said before; what comes too soon is left out."""
        now = monotonic()
        if now - self._shown_at >= PAUSE_SECONDS:
            self._shown_at = now
            self._write(f"{CLEAR}{said}")

    def _write(self, text: str) -> None:
        if self._is_watched:
            sys.stderr.write(text)
            sys.stderr.flush()
