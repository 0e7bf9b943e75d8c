"""Phone numbers as links that dial them, from numbers as practices write them."""

import re
import unicodedata
from urllib.parse import quote

from markupsafe import Markup, escape

from router.text.showing import balanced

# What E.164 allows; fewer than three are part of something else, such as `24/7`, unless * or # is dialled with them.
FEWEST, MOST = 3, 15
NUMBER = re.compile(
    r"(?P<sign>[+*#]?)\(?\d(?:[\d\s().\u00b7\u2010-\u2015-]*\d)?(?P<end>#?)"
    r"(?:\W{0,3}(?:extension|ext|x)[.\s]*(?P<extension>\d{1,6})\b)?",
    re.IGNORECASE,
)
# `1-800-FLOWERS`: its letters are dialled too, and not every phone has them.
LETTERS = re.compile(r"\d[\s.-]?(?!EXT)[A-Z]{3,}")


def address_of(phone: str) -> str:
    """What a link to this number dials: `tel:5550100142` for `(555) 010-0142`. Empty if it can't be dialled."""
    written = unicodedata.normalize("NFKC", phone)
    if LETTERS.search(written):
        return ""
    return next(filter(None, map(_dialled, NUMBER.finditer(written))), "")


def _dialled(found: re.Match[str]) -> str:
    sign, written = (
        found["sign"],
        found[0][: found.start("extension") - found.start()] if found["extension"] else found[0],
    )
    if sign == "+":
        # The national prefix, which isn't dialled from abroad.
        written = written.replace("(0)", "")
    digits = "".join(str(unicodedata.digit(letter)) for letter in written if letter.isdecimal())
    if not (sign in {"*", "#"} or len(digits) >= FEWEST) or len(digits) > MOST:
        return ""
    # Phones wait at a comma before they dial what follows.
    waits = f",{found['extension']}" if found["extension"] else ""
    return f"tel:{quote(sign + digits + found['end'], safe='+*')}{waits}"


def with_links(text: str, phone: str) -> str:
    """A text in which the number of the practice is a link, where it is named and can be dialled."""
    if not phone or isinstance(text, Markup):
        return text
    shown, address = Markup("<bdi>{}</bdi>").format(balanced(phone)), address_of(phone)
    if address:
        shown = Markup('<a href="{}">{}</a>').format(address, shown)
    between = re.split(rf"(?<![\w+]){re.escape(phone)}(?!\w)", text)
    return shown.join(escape(balanced(part)) for part in between)
