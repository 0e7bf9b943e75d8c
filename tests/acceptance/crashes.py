"""Processes that die at the worst moment, without a process."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.database.unit_of_work import Database, UnitOfWork
from router.messages.notification import Mail, SmtpReply
from tests.fakes import ScriptedMailer


class Death(BaseException):
    """Nothing in the product catches it, as nothing catches SIGKILL."""


@dataclass(frozen=True, slots=True)
class _Dying:
    """A unit of work whose process dies while it commits."""

    work: Any
    stored: bool

    def __getattr__(self, name: str) -> object:
        return getattr(self.work, name)

    def commit(self) -> None:
        if self.stored:
            self.work.commit()
        raise Death


@dataclass(frozen=True, slots=True)
class DyingDatabase:
    """A database whose caller dies at its `survived + 1`th commit, just before it or just after it."""

    database: Database
    stored: bool
    survived: int = 0

    @contextmanager
    def begin(self) -> Iterator[Any]:
        with self.database.begin() as work:
            if self.survived:
                object.__setattr__(self, "survived", self.survived - 1)
                yield work
            else:
                yield _Dying(work, self.stored)

    def look(self) -> AbstractContextManager[UnitOfWork]:
        return self.database.look()

    def snapshot(self) -> AbstractContextManager[UnitOfWork]:
        return self.database.snapshot()


@dataclass(frozen=True, slots=True)
class DyingMailer:
    """Sends everything, and the process dies before it can record what the mail server said."""

    mailer: ScriptedMailer

    def send(self, mails: Sequence[Mail], at: datetime) -> list[SmtpReply]:
        self.mailer.send(mails, at)
        raise Death
