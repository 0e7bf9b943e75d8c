"""The sample practice: its roster, its settings, who is away, and what its patients write."""

import json
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any


def load(name: str) -> Any:  # noqa: ANN401 - JSON is what it is.
    """One of the sample documents."""
    return json.loads(files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8"))


def absences(now: datetime) -> list[tuple[str, dict[str, str]]]:
    """Who is away around this moment: the staff id and the body of the call."""
    return [
        (
            absence["staff"],
            {
                "from": (now + timedelta(hours=absence["from_hours"])).isoformat(),
                "until": (now + timedelta(hours=absence["until_hours"])).isoformat(),
                "cover": absence["cover"],
            },
        )
        for absence in load("absences")
    ]


def names() -> dict[str, str]:
    """The names of everybody in the sample practice, by id."""
    roster = load("roster")
    carers = [user for patient in roster["patients"] for user in patient["authorized_users"]]
    return {person["id"]: person["name"] for person in (*roster["staff"], *roster["patients"], *carers)}
