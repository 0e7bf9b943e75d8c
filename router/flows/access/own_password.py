"""Changing one's own password while signed in."""

from dataclasses import dataclass

from router.access.sessions import Holder, OperatorSession, SessionEnded, StaffSession
from router.access.sign_ins import PASSWORD_LONGEST
from router.access.tokens import digest
from router.audit import INSTALLATION, Action, AuditEntry
from router.errors import Invalid
from router.flows.access.sessions import start
from router.flows.passwords import count_try, device_digest, hash_new, person_digest, store_password, stored_password
from router.ports.services import Ids, Passwords
from router.ports.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class ChangeOwnPassword:
    """Lets people who know their password replace it. Hashing is slow, so no transaction is open meanwhile."""

    database: Database
    ids: Ids
    passwords: Passwords

    def change(self, person: StaffSession | OperatorSession, session: str, current: str, wanted: str) -> str:
        """Replace the password, end all sessions of this person, and return the token of a new one.

        `session` is the token of the current session. Raises Invalid with the field `current` if it isn't their
        password (counted as a failure of this session) or `password` if the new one isn't acceptable (see hash_new),
        TooManyTries, and SessionEnded if the password was replaced or the session ended in the meantime.
        """
        practice = person.practice.id if isinstance(person, StaffSession) else ""
        name = person.actor.id
        tried = device_digest(session, practice, name)
        with self.database.begin() as work:
            count_try(work, tried)
            stored = stored_password(work, practice, name)
            work.commit()
        if not self.passwords.verify(current[: PASSWORD_LONGEST + 1], stored):
            raise Invalid.at("current", "is not your password")
        new = hash_new(self.passwords, wanted, *filter(None, (practice, name)))
        with self.database.begin() as work:
            if stored_password(work, practice, name, hold=True) != stored or work.sessions.get(digest(session)) is None:
                # While it was compared, somebody replaced it, or ended this session.
                raise SessionEnded("The session has ended.")
            work.sign_ins.forget_tries(tried)
            if practice:
                store_password(work, practice, name, new)
            else:
                work.sign_ins.set_operator_password(name, new)
                work.sign_ins.forget_tries(person_digest("", name))
                work.sessions.end_all(Holder(operator=name))
            token = start(work, self.ids, Holder(practice, staff=name) if practice else Holder(operator=name))
            work.audit.add([AuditEntry(practice or INSTALLATION, person.actor, Action.PASSWORD_SET, name)])
            work.commit()
        return token
