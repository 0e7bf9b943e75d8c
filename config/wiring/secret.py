"""The secret of an installation, and what is made from it."""

import os
import secrets
from contextlib import suppress
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from itsdangerous import Signer
from typing_extensions import override

from config.settings import Settings
from config.wiring import data_folder
from router.ports.services import LinkTokens, UnsubscribeTokens


class SignedTokens(LinkTokens):
    """See router.ports.services.LinkTokens: signatures (HMAC with SHA-256) of notifications' ids."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _signer(self) -> Signer:
        # Read when it is needed: most commands need no secret, and must not make one for another user.
        return Signer(_secret(self._settings), salt="careroute.password-link", digest_method=sha256)

    @override
    def of(self, notification: UUID, generation: int = 0) -> str:
        # The first is as it was before there were generations: links in emails that were sent then go on working.
        counted = generation.to_bytes(4) if generation else b""
        return self._signer.get_signature(notification.bytes + counted).decode()


class SignedUnsubscribeTokens(UnsubscribeTokens):
    """See router.ports.services.UnsubscribeTokens: signatures of notifications' ids with their addresses."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _signer(self) -> Signer:
        return Signer(_secret(self._settings), salt="careroute.unsubscribe", digest_method=sha256)

    @override
    def of(self, notification: UUID, address: str) -> str:
        signature = self._signer.get_signature(notification.bytes + address.casefold().encode())
        return f"{notification.hex}.{signature.decode()}"


def unsubscribe_tokens(settings: Settings) -> SignedUnsubscribeTokens:
    """Makes and verifies the tokens by which readers of emails unsubscribe."""
    return SignedUnsubscribeTokens(settings)


def link_tokens(settings: Settings) -> SignedTokens:
    """Makes and verifies the tokens of links in emails."""
    return SignedTokens(settings)


def fingerprint(settings: Settings) -> str:
    """What tells one secret from another and gives nothing of it away, as long as nobody can guess it."""
    signer = Signer(_secret(settings), salt="careroute.fingerprint", digest_method=sha256)
    return signer.get_signature(b"").decode()


def _secret(settings: Settings) -> str:
    given = settings.secret_key
    return given.get_secret_value() if given else _kept(settings.careroute_data_dir)


def _kept(folder: Path) -> str:
    """The secret of an embedded installation that was given none: made once, for its own user's eyes only."""
    path = folder / data_folder.KEY
    if not path.exists():
        data_folder.prepare(folder)
        draft = folder / f"{data_folder.KEY}.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(32))
        # Nothing half written ever has the name, and of two processes that make one at the same time one wins.
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()
