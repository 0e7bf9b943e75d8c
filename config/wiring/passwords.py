"""Passwords, kept with argon2id."""

from collections.abc import Collection
from functools import cache

from pwdlib import PasswordHash
from typing_extensions import override

from router.ports.services import Passwords

# Below it zxcvbn (Wheeler, USENIX Security 2016) speaks of very guessable passwords: those that are tried online.
GUESSES = 10**6
# Its time grows with the square of the length, and it takes no more.
LOOKED_AT = 72


class ArgonPasswords(Passwords):
    """See router.ports.services.Passwords. Each call takes about a fifth of a second and 64 MB."""

    def __init__(self) -> None:
        self._hasher = PasswordHash.recommended()

    @override
    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    @override
    def is_common(self, password: str, known: Collection[str]) -> bool:
        """Whether zxcvbn, by the lists that it ships with, finds it in fewer than GUESSES guesses."""
        # Its lists take a tenth of a second to read, and most commands set no password.
        from zxcvbn import zxcvbn  # noqa: PLC0415

        found = zxcvbn(password[:LOOKED_AT], user_inputs=list(known))
        return bool(found["guesses"] < GUESSES)

    @override
    def verify(self, password: str, stored: str | None) -> bool:
        """Whether this is the password; where there is none, a decoy takes as long."""
        fits = self._hasher.verify(password, _decoy() if stored is None else stored)
        return fits and stored is not None


@cache
def _decoy() -> str:
    return PasswordHash.recommended().hash("nobody's password")
