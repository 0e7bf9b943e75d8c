"""Passwords, kept with argon2id."""

from functools import cache

from pwdlib import PasswordHash
from typing_extensions import override

from router.ports.services import Passwords


class ArgonPasswords(Passwords):
    """See router.ports.services.Passwords. Each call takes about a fifth of a second and 64 MB."""

    def __init__(self) -> None:
        self._hasher = PasswordHash.recommended()

    @override
    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    @override
    def verify(self, password: str, stored: str | None) -> bool:
        """Whether this is the password; where there is none, a decoy takes as long."""
        fits = self._hasher.verify(password, _decoy() if stored is None else stored)
        return fits and stored is not None


@cache
def _decoy() -> str:
    return PasswordHash.recommended().hash("nobody's password")
