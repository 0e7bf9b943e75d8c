"""Phone numbers as links that dial them, from numbers as practices write them."""

import re

from markupsafe import Markup, escape

from router.text.phones import dialled
from router.text.showing import balanced


def address_of(phone: str) -> str:
    """What a link to this number dials: `tel:5550100142` for `(555) 010-0142`. Empty if it can't be dialled."""
    number = dialled(phone)
    return f"tel:{number}" if number else ""


def with_links(text: str, phone: str) -> str:
    """A text in which the number of the practice is a link, where it is named and can be dialled."""
    if not phone or isinstance(text, Markup):
        return text
    shown, address = Markup("<bdi>{}</bdi>").format(balanced(phone)), address_of(phone)
    if address:
        shown = Markup('<a href="{}">{}</a>').format(address, shown)
    between = re.split(rf"(?<![\w+]){re.escape(phone)}(?!\w)", text)
    return shown.join(escape(balanced(part)) for part in between)
