"""What importing the roster of a health system takes, and what others wait for it: rows of `python -m bench large`.

The export is made on the spot, as a FHIR server writes one, and imported by the command, beside a practice that goes on
writing and routing messages.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from time import monotonic, perf_counter

from adapters.broker.hints import NoHints
from adapters.database.unit_of_work import Database
from bench.figures import LOWER, Figure
from bench.practice import PATIENTS, PRACTICE, SITES, furnish
from bench.stack import ROOT, Stack
from config.wiring.resources import InstalledTimeZones, RandomIds
from router.actors import COMMAND
from router.flows.administrator.roster import ImportRoster
from router.flows.patient.accept import Accept
from router.flows.worker.route import Route
from router.messages.message import Draft
from router.practice.topics import Topic

LARGE = "system"
SITES_OF_LARGE = 40
PATIENTS_OF_EACH = 100
NOT_COUNTED = 20


def write_export(folder: Path, patients: int, *, later: bool = False) -> None:
    """Write an export with a care team for each patient, and a hundredth as many practitioners.

    A `later` one lacks one patient in twenty, and another one in twenty has another address.
    """
    staff = max(1, patients // PATIENTS_OF_EACH)
    kinds: dict[str, Iterator[Mapping[str, object]]] = {
        "Organization": ({"id": f"o-{n}", "name": f"Organisation {n}"} for n in range(SITES_OF_LARGE)),
        "Location": (
            {"id": f"l-{n}", "name": f"Site {n}", "managingOrganization": {"reference": f"Organization/o-{n}"}}
            for n in range(SITES_OF_LARGE)
        ),
        "Practitioner": ({"id": f"d-{n}", "name": [{"text": f"Dr. Number {n}"}]} for n in range(staff)),
        "Patient": (_patient(n, later=later) for n in range(patients) if not (later and n % 20 == 1)),
        "CareTeam": (_team(n, staff) for n in range(patients) if not (later and n % 20 == 1)),
    }
    for kind, resources in kinds.items():
        with (folder / f"{kind}.ndjson").open("w") as file:
            file.writelines(json.dumps({"resourceType": kind, **resource}) + "\n" for resource in resources)


def _patient(n: int, *, later: bool) -> Mapping[str, object]:
    home = "work" if later and n % 20 == 0 else "home"
    return {
        "id": f"p-{n}",
        "name": [{"use": "official", "family": f"Family{n % 5_000}", "given": [f"Given{n % 700}"]}],
        "birthDate": f"19{n % 90 + 10}-0{n % 9 + 1}-1{n % 9}",
        "identifier": [{"type": {"coding": [{"code": "MR"}]}, "system": "urn:mrn", "value": f"{n:08}"}],
        "telecom": [{"system": "email", "value": f"p{n}@{home}.example"}],
        "managingOrganization": {"reference": f"Organization/o-{n % SITES_OF_LARGE}"},
    }


def _team(n: int, staff: int) -> Mapping[str, object]:
    members = [{"member": {"reference": f"Practitioner/d-{(n + place) % staff}"}} for place in range(3)]
    itself = [{"member": {"reference": f"Patient/p-{n}"}}]
    return {
        "id": f"t-{n}",
        "status": "active",
        "subject": {"reference": f"Patient/p-{n}"},
        "participant": members + itself,
    }


@dataclass(slots=True)
class Witness:
    """Somebody in another practice who writes one message after the other, and waits until each is routed.

    The first ones don't count: a process whose statements are new takes longer.
    """

    database: Database
    longest: float = 0.0
    _stopped: Event = field(default_factory=Event)

    def run(self) -> None:
        """Write and route until it is over."""
        zones, ids = InstalledTimeZones(), RandomIds()
        accept = Accept(self.database, NoHints(), ids, zones, _raise)
        route = Route(self.database, NoHints(), ids, zones, _raise)
        number = 0
        while not self._stopped.is_set():
            number += 1
            patient, site = f"patient-{number % PATIENTS}", f"site-{number % PATIENTS % SITES}"
            draft = Draft(str(ids.new()), patient, Topic.BILLING, "A bill", "A question about my bill.", site=site)
            began = perf_counter()
            accept.accept(PRACTICE, [draft], COMMAND)
            route.run()
            if number > NOT_COUNTED:
                self.longest = max(self.longest, perf_counter() - began)
            self._stopped.wait(0.02)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Write beside what is done in this context."""
        thread = Thread(target=self.run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            thread.join()


def _raise(*failure: object) -> None:
    raise RuntimeError(failure)


@dataclass(frozen=True, slots=True)
class Imported:
    """Seconds and peak memory in KB of one import.

    `waited` is the longest wait of somebody else beside it, a replace and two changes of staff, which took `watched`
    seconds together.
    """

    seconds: float
    peak: float
    waited: float
    watched: float


@dataclass(slots=True)
class Imports:
    """Imports of several sizes, each made and measured once."""

    taken: dict[int, Imported] = field(default_factory=dict)

    def take(self, stack: Stack, patients: int) -> Imported:
        """Import so many patients into a fresh database."""
        if patients not in self.taken:
            self.taken[patients] = _import(stack, patients)
        return self.taken[patients]


def _import(stack: Stack, patients: int) -> Imported:
    name = stack.postgres.create_database()
    database = furnish(stack.postgres.url(name)).database
    roster = ImportRoster(database, NoHints(), RandomIds(), InstalledTimeZones())
    roster.create_practice(LARGE, "Health System", "America/Chicago", COMMAND)
    folder = stack.folder / f"export-{patients}"
    folder.mkdir()
    write_export(folder, patients)
    witness = Witness(database)
    stack.postgres.recycle_log()
    environment = stack.environment(name, 10)
    with witness.watching():
        began = monotonic()
        peak = _command(environment, folder)
        seconds = monotonic() - began
        write_export(folder, patients, later=True)
        _command(environment, folder, "--mode", "replace")
        roster.change_staff(LARGE, "d-0", {"title": "RN"}, COMMAND)
        roster.change_staff(LARGE, "d-0", {"active": False}, COMMAND)
        watched = monotonic() - began
    database.engine.dispose()
    stack.postgres.drop_database(name)
    return Imported(seconds, peak, witness.longest, watched)


def _command(environment: Mapping[str, str], folder: Path, *options: str) -> float:
    command = [sys.executable, "-m", "config.command", "roster", "import", str(folder), "--practice", LARGE, *options]
    with subprocess.Popen(command, env=dict(environment), cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError("the roster could not be imported")
    return float(usage.ru_maxrss)


def _waited_alone(stack: Stack, seconds: float) -> float:
    """The longest wait in so many seconds without an import: in more of them there are longer ones."""
    name = stack.postgres.create_database()
    witness = Witness(furnish(stack.postgres.url(name)).database)
    stack.postgres.recycle_log()
    with witness.watching():
        Event().wait(seconds)
    witness.database.engine.dispose()
    stack.postgres.drop_database(name)
    return witness.longest


def roster_figures(scale: float) -> tuple[Figure, ...]:
    """The rows; `scale` 1 is 200,000 patients against 20,000."""
    many, made = round(200_000 * scale), Imports()
    few = many // 10
    return (
        Figure(
            f"seconds for each patient of a roster of {many:,}, against {few:,}",
            lambda stack: made.take(stack, many).seconds / many, lambda stack: made.take(stack, few).seconds / few,
            1.3, 1.1, LOWER, times=1,
        ),
        Figure(
            f"peak memory of importing {many:,}, against {few:,}",
            lambda stack: made.take(stack, many).peak, lambda stack: made.take(stack, few).peak,
            1.5, 1.1, LOWER, times=1,
        ),
        Figure(
            "the longest wait of another practice's message beside it, a replace and changes of staff, against without",
            lambda stack: made.take(stack, many).waited,
            lambda stack: _waited_alone(stack, made.take(stack, many).watched), 3, 1.5, LOWER, times=1,
        ),
    )  # fmt: skip
