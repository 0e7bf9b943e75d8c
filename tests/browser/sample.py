"""The practice that the browser looks at."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from adapters.database import schema
from adapters.database.engine import make_engine
from adapters.database.unit_of_work import Database
from adapters.documents.roster import parse_roster
from config.settings import read_settings
from config.wiring.command import flows_on
from config.wiring.passwords import ArgonPasswords
from router.actors import COMMAND, Scope
from router.flows.administrator.roster_import import RosterImport

PRACTICE = "willow"
PASSWORD = "correct horse battery"
ADMINISTRATORS = ("olivia", "marcus")
STAFF = (
    ("olivia", "Olivia Hart", "Practice manager"),
    ("marcus", "Marcus Bell", "Practice manager"),
    ("lee", "Dr. Amanda Lee", "Physician"),
    ("patel", "Nina Patel", "Nurse"),
    ("okafor", "Ruth Okafor", "Nurse"),
    ("gomez", "Luis Gomez", "Billing"),
    ("frank", "Frank Dorn", "Front desk"),
)
ROSTER: dict[str, Any] = {
    "sites": [{"id": "north", "name": "North Clinic"}, {"id": "south", "name": "South Clinic"}],
    "staff": [
        {
            "id": staff,
            "name": name,
            "title": title,
            "email": f"{staff}@willow.example",
            "roles": ["staff", "portal_admin"] if staff in ADMINISTRATORS else ["staff"],
        }
        for staff, name, title in STAFF
    ]
    + [{"id": "gone", "name": "Gone Former", "title": "Nurse", "active": False}],
    "patients": [
        {
            "id": "maria",
            "name": "Maria Alvarez",
            "birth_date": "1961-04-09",
            "record_number": "MRN-1001",
            "home_site": "north",
            "sites": ["north", "south"],
            "care_team": [{"staff": "lee", "role": "Primary care"}, {"staff": "patel", "role": "Nurse"}],
            "authorized_users": [
                {"id": "carlos", "name": "Carlos Alvarez", "permissions": ["messages:read", "messages:write"]}
            ],
        },
        {
            "id": "sam",
            "name": "Sam Reed",
            "birth_date": "1990-12-01",
            "record_number": "MRN-1002",
            "home_site": "south",
        },
    ],
}


class SamePassword(ArgonPasswords):
    """Hashes the one password of all once, since that takes long."""

    @staticmethod
    @cache
    def _stored(password: str) -> str:
        return ArgonPasswords().hash(password)

    def hash(self, password: str) -> str:
        return self._stored(password)


def furnish(data: Path) -> str:
    """Make the practice in a data directory, messaging off; returns a key for everything."""
    settings = read_settings({"database_url": None, "secret_key": None, "careroute_data_dir": data})
    engine = make_engine(settings.database)
    schema.migrate(engine)
    flows = flows_on(settings, Database(engine))
    flows.roster.create_practice(PRACTICE, "Willow Creek Clinic", "America/Chicago", COMMAND)
    document = parse_roster(ROSTER)
    flows.roster.bring_up_to_date(PRACTICE, RosterImport(document=document), COMMAND)
    sign_in = replace(flows.sign_in, passwords=SamePassword())
    for staff, _, _ in STAFF:
        sign_in.set_password(PRACTICE, staff, PASSWORD, COMMAND)
    _, key = flows.keys.create(PRACTICE, list(Scope), COMMAND)
    engine.dispose()
    return key
