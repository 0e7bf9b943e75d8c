"""What changes about a practice itself: its name, its time zone, and that it is deleted."""

from dataclasses import dataclass, replace

from router.actors import Actor
from router.audit import Action, AuditEntry
from router.errors import Conflict, Invalid
from router.flows.practice import known_practice
from router.ports.ladder_changes import LadderChange
from router.ports.services import TimeZones
from router.ports.unit_of_work import Database
from router.practice.people import Practice
from router.practice.roster_rules import NAME_LIMIT
from router.text import problem_with


@dataclass(frozen=True, slots=True)
class KeepPractices:
    """Changes practices. Every call raises NotFound for an unknown practice."""

    database: Database
    time_zones: TimeZones

    def rename(self, practice: str, name: str, by: Actor) -> Practice:
        """Give a practice another name; its id stays. Raises Invalid with the field."""
        wrong = problem_with(name, NAME_LIMIT)
        if wrong:
            raise Invalid.at("name", wrong)
        return self._change(practice, "name", name.strip(), by)

    def move(self, practice: str, time_zone: str, by: Actor) -> Practice:
        """Give a practice another IANA time zone. Raises Invalid with the field."""
        if not self.time_zones.has(time_zone):
            raise Invalid.at("time_zone", "is not an IANA time zone")
        return self._change(practice, "time_zone", time_zone, by)

    def _change(self, practice: str, field: str, value: str, by: Actor) -> Practice:
        with self.database.begin() as work:
            work.practices.change_roster(practice)
            known = known_practice(work, practice)
            changed = replace(known, name=value) if field == "name" else replace(known, time_zone=value)
            work.practices.change(changed)
            if changed.time_zone != known.time_zone:
                work.ladder_changes.note(practice, LadderChange.HOURS)
            work.audit.add([AuditEntry(practice, by, Action.PRACTICE_CHANGED, practice, {"fields": [field]})])
            work.commit()
        return changed

    def delete(self, practice: str, by: Actor) -> None:
        """Delete a practice with its people, settings, keys and sign-ins. Its audit is kept, and its id stays reserved.

        Raises Conflict if patients have written to it: charts are kept.
        """
        with self.database.begin() as work:
            work.practices.change_roster(practice)
            known_practice(work, practice)
            if work.practices.has_messages(practice) or not work.practices.delete(practice):
                raise Conflict.at("practice", "has messages, so it can't be deleted")
            work.audit.add([AuditEntry(practice, by, Action.PRACTICE_DELETED, practice)])
            work.commit()
