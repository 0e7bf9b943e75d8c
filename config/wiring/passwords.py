"""Passwords, kept with argon2id."""

from functools import cache

from pwdlib import PasswordHash


class ArgonPasswords:
    """See router.ports.services.Passwords. Each call takes about a fifth of a second and 64 MB."""

    def __init__(self) -> None:
        self._hasher = PasswordHash.recommended()

    def hash(self, password: str) -> str:
        """What is stored."""
        return self._hasher.hash(password)

    def verify(self, password: str, stored: str | None) -> bool:
        """Whether this is the password; where there is none, a decoy takes as long."""
        fits = self._hasher.verify(password, _decoy() if stored is None else stored)
        return fits and stored is not None


@cache
def _decoy() -> str:
    return PasswordHash.recommended().hash("nobody's password")
