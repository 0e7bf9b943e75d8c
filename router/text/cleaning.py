"""Cleaning text that people typed or pasted, instead of refusing it."""

import re

from router.text.rules import CONTROLS_BUT_LINES

# Vertical tab, form feed, and the separators of lines and paragraphs.
LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\u2028\u2029]")
TABS = re.compile("\t+")
C1 = re.compile("[\x80-\x9f]")
# What Windows-1252 has at the places of the C1 controls (https://encoding.spec.whatwg.org/#index-windows-1252);
# nothing at five of them.
WINDOWS_1252 = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}


def from_windows_1252(text: str) -> str:
    """Replace C1 controls by the Windows-1252 punctuation with the same code, and remove those without any."""
    return C1.sub(lambda found: WINDOWS_1252[ord(found[0])], text)


def cleaned_lines(text: str) -> str:
    """A text of several lines: line ends become line feeds, tabs become spaces, and other controls are removed."""
    return CONTROLS_BUT_LINES.sub("", from_windows_1252(TABS.sub(" ", LINE_ENDS.sub("\n", text))))


def cleaned_line(text: str) -> str:
    """A text of one line: line ends become spaces."""
    return cleaned_lines(text).replace("\n", " ")
