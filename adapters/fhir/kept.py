"""What an export holds by the hundred thousand, on disk: its patients and care teams, and who cares for whom.

The rest, practitioners, their roles and places, is a hundredth of that and stays in memory.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar, cast

from adapters.documents.spool import Spool
from adapters.fhir.datatypes import Identifier
from adapters.fhir.entries import Entry, read_entry
from adapters.fhir.resources import CareTeam, Patient, Resource
from router.practice.import_report import Finding, Level

MANY = ("Patient", "CareTeam")
TABLES = (
    (
        "create table resource"
        " (number integer primary key, kind, id, file, line, data, plain, links, practitioners, unique (kind, id))"
    ),
    "create table holder (kind, id, system, value)",
    "create index holders on holder (kind, value)",
    "create index held on holder (kind, id)",
    "create table member (number integer primary key, patient, staff, role, unique (patient, staff))",
    "create table team (number integer primary key, patient, id)",
    "create index teams on team (patient)",
    "create table gone (patient, staff, primary key (patient, staff)) without rowid",
    "create table finding (number integer primary key, type, source, reason, field, file, line, level)",
)
FINDING = ("type", "source", "reason", "field", "file", "line", "level")

Held = TypeVar("Held", bound=Resource)


class Kept:
    """See the module. Lines of resources are kept as they came and read again when they are needed."""

    def __init__(self) -> None:
        self._spool = Spool(*TABLES)

    def get(self, kind: str, source: str) -> Entry[Resource] | None:
        """The resource with this id, or place."""
        query = "select file, line, data, plain from resource where kind = ? and id = ?"
        found = self._spool.one(query, (kind, source))
        return None if found is None else _entry(kind, *found)

    def put(self, entry: Entry[Resource], data: bytes) -> None:
        """Store a resource; one that is there already keeps its place."""
        values = (entry.file, entry.line, data, not entry.faults, *_flags(entry), entry.type, entry.source)
        change = (
            "update resource set file = ?, line = ?, data = ?, plain = ?, links = ?, practitioners = ?"
            " where kind = ? and id = ?"
        )
        if not self._spool.write(change, values):
            columns = "file, line, data, plain, links, practitioners, kind, id"
            self._spool.write(f"insert into resource ({columns}) values (?, ?, ?, ?, ?, ?, ?, ?)", values)  # noqa: S608

    def has(self, kind: str, resource: str) -> bool:
        """Whether there is a resource with this id."""
        query = "select 1 from resource where kind = ? and id = ?"
        return self._spool.one(query, (kind, resource)) is not None

    def has_any(self, kind: str) -> bool:
        """Whether there is a resource of a type."""
        return self._spool.one("select 1 from resource where kind = ? limit 1", (kind,)) is not None

    def count(self, kind: str) -> int:
        """How many there are of a type."""
        return int(self._spool.one("select count(*) from resource where kind = ?", (kind,))[0])

    def patients(self, only: str = "1") -> Iterator[Entry[Patient]]:
        """The patients in their order; `only` names a flag that they have: `links` or `practitioners`."""
        return cast("Iterator[Entry[Patient]]", self._each("Patient", only))

    def teams(self) -> Iterator[Entry[CareTeam]]:
        """The care teams in their order."""
        return cast("Iterator[Entry[CareTeam]]", self._each("CareTeam", "1"))

    def _each(self, kind: str, only: str) -> Iterator[Entry[Resource]]:
        query = f"select number, file, line, data, plain from resource where kind = ? and {only} and number"  # noqa: S608 - of this module.
        for _, file, line, data, plain in self._spool.each(query, (kind,)):
            yield _entry(kind, file, line, data, plain)

    def identify(self, kind: str, resource: str, identifiers: Iterable[Identifier]) -> None:
        """Make a resource known by these identifiers, and no longer by others."""
        rows = [
            (kind, resource, identifier.system or "", identifier.value)
            for identifier in identifiers
            if identifier.value
        ]
        self._spool.write("delete from holder where kind = ? and id = ?", (kind, resource))
        self._spool.write_many("insert into holder (kind, id, system, value) values (?, ?, ?, ?)", rows)

    def holding(self, kind: str, system: str | None, value: str) -> set[str]:
        """The ids of the resources that hold an identifier; system None is any."""
        query = "select id from holder where kind = ? and value = ? and (? is null or system = ?)"
        return {row[0] for row in self._spool.all(query, (kind, value, system, system))}

    def add_member(self, patient: str, staff: str, role: str) -> None:
        """Put somebody on a care team; who is on it keeps the role that was named first."""
        insert = "insert or ignore into member (patient, staff, role) values (?, ?, ?)"
        self._spool.write(insert, (patient, staff, role))

    def add_team(self, patient: str, team: str) -> None:
        """A team that names an organisation cares for a patient."""
        self._spool.write("insert into team (patient, id) values (?, ?)", (patient, team))

    def members(self, patient: str) -> dict[str, str]:
        """Who cares for a patient, by id, with their role, in order."""
        return dict(self._spool.all("select staff, role from member where patient = ? order by number", (patient,)))

    def teams_of(self, patient: str) -> list[Entry[CareTeam]]:
        """The teams of a patient that name an organisation."""
        found = self._spool.all("select id from team where patient = ? order by number", (patient,))
        entries = [self.get("CareTeam", team) for (team,) in found]
        return [cast("Entry[CareTeam]", entry) for entry in entries if entry is not None]

    def hand_over(self, patient: str, target: str) -> None:
        """Who cares for one patient cares for another one as well, after those who do so already."""
        members = (
            "insert or ignore into member (patient, staff, role)"
            " select ?, staff, role from member where patient = ? order by number"
        )
        self._spool.write(members, (target, patient))
        teams = "insert into team (patient, id) select ?, id from team where patient = ? order by number"
        self._spool.write(teams, (target, patient))

    def leave(self, patient: str, staff: Iterable[str]) -> None:
        """These have left a care team for certain."""
        self._spool.write_many("insert or ignore into gone values (?, ?)", [(patient, member) for member in staff])

    def left(self, patient: str) -> frozenset[str]:
        """Who has left a patient's care team for certain."""
        return frozenset(row[0] for row in self._spool.all("select staff from gone where patient = ?", (patient,)))

    def note(self, findings: Iterable[Finding]) -> None:
        """Keep what there is to say of the export."""
        insert = f"insert into finding ({', '.join(FINDING)}) values (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - of this module.
        self._spool.write_many(insert, [[getattr(finding, name) for name in FINDING] for finding in findings])

    def findings(self) -> Iterator[Finding]:
        """All of that, in its order."""
        query = f"select number, {', '.join(FINDING)} from finding where number"  # noqa: S608 - of this module.
        for _, kind, source, reason, path, file, line, level in self._spool.each(query):
            yield Finding(kind, source, reason, path, file, line, Level(level))


def _entry(kind: str, file: str, line: int, data: bytes, plain: int) -> Entry[Resource]:
    """What was read of a line before is read of it again; one without faults needs no second look."""
    return cast("Entry[Resource]", read_entry(file, line, data, kind, is_plain=bool(plain)))


def _flags(entry: Entry[Resource]) -> tuple[bool, bool]:
    """Whether a patient has links, and has general practitioners or may have some that weren't read."""
    chart = entry.resource
    if not isinstance(chart, Patient):
        return False, False
    may_have_more = chart.meta.is_subset or entry.has_fault("generalPractitioner")
    return bool(chart.link), bool(chart.general_practitioner) or may_have_more
