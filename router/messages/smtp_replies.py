"""Removing links from mail servers' replies before they are stored, since spam filters quote emails they refuse."""

import re
from base64 import b64encode

REMOVED = "[removed]"

# A link with any scheme, as it is, percent-encoded, or made harmless as filters do (`hxxps[:]//`).
LINK = re.compile(r"(?:\b[a-z][a-z0-9+.-]*\[?(?::|%3a)\]?(?:/|%2f){2}|\bwww\.)\S*", re.IGNORECASE)
# A run that no word, queue id or enhanced code comes near: a token, or an email in base64.
RUN = re.compile(r"[A-Za-z0-9_+/=-]{32,}")
TOKEN_CHARACTER = re.compile(r"[A-Za-z0-9_-]+")
# Each line of a reply begins with one (RFC 2034), so that they stand between pieces of what is broken over lines.
ENHANCED_CODE = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
# A shorter piece of a secret leaves enough of it to guess.
PIECE = 8
# A word that is nothing but a piece of the secret, whatever stands around it; one of a reply's own is none by chance.
WORD = 5


def without_links(text: str) -> str:
    """Return the reply without links and without runs of characters that could be a token."""
    return RUN.sub(REMOVED, LINK.sub(REMOVED, text))


def without_secret(text: str, secret: str) -> str:
    """Return the reply without links and without any piece of the secret, also where it is broken into parts.

    Pieces are found in any case, in base64 or hexadecimal, and with spaces, SMTP codes or quoted-printable soft line
    breaks inside them.
    """
    forms = [form.lower() for form in _forms(secret)]
    # Same length, so that what is found stands at the same place in the text.
    searched = ENHANCED_CODE.sub(lambda code: " " * len(code[0]), text)
    hidden = {index for found in _words(searched, forms) for index in range(*found.span())}
    hidden |= _scattered(searched, {form[at : at + PIECE] for form in forms for at in range(len(form) - PIECE + 1)})
    marked = "".join("\0" if index in hidden else character for index, character in enumerate(text))
    return without_links(re.sub("\0+", REMOVED, marked))


def _forms(secret: str) -> list[str]:
    """The secret as it is, in hexadecimal, and in base64 without its ends, which depend on the surrounding text."""
    written = secret.encode()
    # Of so many bytes before it the first characters hold something, too.
    skipped = ((0, 0), (1, 2), (2, 3))
    encoded = [b64encode(b" " * before + written).decode().rstrip("=")[skip:-1] for before, skip in skipped]
    return [secret, written.hex(), *encoded]


def _words(text: str, forms: list[str]) -> list[re.Match[str]]:
    return [
        found
        for found in TOKEN_CHARACTER.finditer(text)
        if len(found[0]) >= WORD and any(found[0].lower() in form for form in forms)
    ]


def _scattered(text: str, pieces: set[str]) -> set[int]:
    """The positions of pieces, ignoring other characters between theirs."""
    kept = [index for found in TOKEN_CHARACTER.finditer(text) for index in range(*found.span())]
    plain = "".join(text[index] for index in kept).lower()
    hidden: set[int] = set()
    for start in range(len(plain) - PIECE + 1):
        if plain[start : start + PIECE] in pieces:
            hidden.update(range(kept[start], kept[start + PIECE - 1] + 1))
    return hidden
