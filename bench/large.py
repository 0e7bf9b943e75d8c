"""One health system beside thousands of small practices, made by SQL, since importing as many would take an hour."""

from dataclasses import dataclass
from pathlib import Path

import psycopg

LARGE = "system"
ROWS = Path(__file__).with_name("large.sql")


@dataclass(frozen=True, slots=True)
class LargeInstallation:
    """How many people the health system has, and how many small practices stand beside it."""

    patients: int = 200_000
    staff: int = 2_000
    practices: int = 2_000

    def fill(self, connection: psycopg.Connection) -> None:
        """Write all of it into a database that is migrated and empty; takes about a minute."""
        sizes = {"large": LARGE, "patients": self.patients, "staff": self.staff, "practices": self.practices}
        for statement in ROWS.read_text().split(";"):
            connection.execute(statement.encode(), sizes)
        connection.execute("vacuum analyze")
