"""Showing text from outside beside other text: changes of writing direction end where the text ends."""

import re

# Unicode Standard Annex 9: embeddings and overrides end with PDF, isolates with PDI.
EMBEDDINGS, ISOLATES = "\u202a\u202b\u202d\u202e", "\u2066\u2067\u2068"
PDF, FSI, PDI = "\u202c", "\u2068", "\u2069"
DIRECTIONS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
# Letters that are written from right to left; see Unicode Standard Annex 9, R and AL.
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")


def balanced(text: str) -> str:
    """A text whose direction overrides and isolates all end within it, and that ends none begun before it."""
    if not DIRECTIONS.search(text):
        return text
    kept: list[str] = []
    open_: list[str] = []
    isolates = 0
    for character in text:
        if character in EMBEDDINGS:
            open_.append(PDF)
        elif character in ISOLATES:
            open_.append(PDI)
            isolates += 1
        elif character == PDF:
            if not open_ or open_[-1] != PDF:
                continue
            open_.pop()
        elif character == PDI:
            if not isolates:
                continue
            isolates -= 1
            # It ends the embeddings within the isolate as well.
            while open_.pop() != PDI:
                pass
        kept.append(character)
    return "".join(kept) + "".join(reversed(open_))


def isolated(text: str) -> str:
    """A text that can't rearrange the text around it, for places where markup isn't possible.

    Text that is entirely left to right stays unchanged.
    """
    if not DIRECTIONS.search(text) and not RIGHT_TO_LEFT.search(text):
        return text
    return f"{FSI}{balanced(text)}{PDI}"
