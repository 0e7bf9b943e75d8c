"""Tokens of sessions and one-time links: only their digests are stored."""

import hashlib


def digest(token: str) -> str:
    """The SHA-256 of a token, in hexadecimal.

    One round is enough, because tokens have 256 random bits.
    """
    return hashlib.sha256(token.encode()).hexdigest()
