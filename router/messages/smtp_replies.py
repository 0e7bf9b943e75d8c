"""What of a mail server's reply may be kept: spam filters quote the email that they refuse, with its link."""

import re

REMOVED = "[removed]"

# A link with any scheme, as it is, percent-encoded, or made harmless as filters do (`hxxps[:]//`).
LINK = re.compile(r"(?:\b[a-z][a-z0-9+.-]*\[?(?::|%3a)\]?(?:/|%2f){2}|\bwww\.)\S*", re.IGNORECASE)
# A run that no word, queue id or enhanced code comes near: a token, or an email in base64.
RUN = re.compile(r"[A-Za-z0-9_+/=-]{32,}")
TOKEN_CHARACTER = re.compile(r"[A-Za-z0-9_-]")
# A shorter piece of a secret leaves enough of it to guess.
PIECE = 8


def without_links(text: str) -> str:
    """Return the reply without links and without runs of characters that could be a token."""
    return RUN.sub(REMOVED, LINK.sub(REMOVED, text))


def without_secret(text: str, secret: str) -> str:
    """Return the reply without links and without any piece of the secret, also where it is broken into parts.

    A piece is found whatever its case, and with spaces or the soft line breaks of quoted-printable inside it.
    """
    kept = [found.start() for found in TOKEN_CHARACTER.finditer(text)]
    plain = "".join(text[index] for index in kept).lower()
    pieces = {secret[start : start + PIECE].lower() for start in range(len(secret) - PIECE + 1)}
    hidden: set[int] = set()
    for start in range(len(plain) - PIECE + 1):
        if plain[start : start + PIECE] in pieces:
            hidden.update(range(kept[start], kept[start + PIECE - 1] + 1))
    marked = "".join("\0" if index in hidden else character for index, character in enumerate(text))
    return without_links(re.sub("\0+", REMOVED, marked))
