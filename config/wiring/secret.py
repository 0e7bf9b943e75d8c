"""The secret of an installation, and what is made from it."""

import os
import secrets
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from itsdangerous import Signer
from typing_extensions import override

from config.settings import Settings
from router.ports.services import LinkTokens

FILE = "secret.key"


class SignedTokens(LinkTokens):
    """See router.ports.services.LinkTokens: signatures (HMAC with SHA-256) of notifications' ids."""

    def __init__(self, secret: str) -> None:
        self._signer = Signer(secret, salt="careroute.password-link", digest_method=sha256)

    @override
    def of(self, notification: UUID) -> str:
        return self._signer.get_signature(notification.bytes).decode()


def link_tokens(settings: Settings) -> SignedTokens:
    """What makes and knows the tokens of links in emails."""
    given = settings.secret_key
    return SignedTokens(given.get_secret_value() if given else _kept(settings.careroute_data_dir))


def _kept(folder: Path) -> str:
    """The secret of an embedded installation that was given none: made once, for its own user's eyes only."""
    path = folder / FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"{FILE}.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(32))
        # Nothing half written ever has the name.
        draft.rename(path)
    return path.read_text()
