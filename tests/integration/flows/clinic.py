"""A practice whose messages are enqueued."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from adapters.broker.reading import read
from adapters.database.tables import quarantine
from router.actors import COMMAND, Scope
from router.flows.worker.intake import IntakeOutcome
from router.practice.topics import Topic
from tests.builders import settings, topic_set
from tests.house import PRACTICE, House
from tests.samples.enqueued import a_message, enveloped


class Clinic:
    """A practice with a key for its portal, whose messages are enqueued."""

    def __init__(self, house: House) -> None:
        self.house = house.furnish(settings(practice=topic_set({Topic.BILLING: ["ann"]}, off=[Topic.OTHER])))
        self.key = self.key_for(Scope.PORTAL)

    def key_for(self, scope: Scope) -> str:
        return self.house.keys.create(PRACTICE, [scope], COMMAND)[1]

    def take(self, *messages: Mapping[str, object]) -> IntakeOutcome:
        """Each of them with the clinic's key, unless it has another."""
        raws = [enveloped({"key": self.key} | {**one}) for one in messages]
        return self.house.take_in.take([read(raw) for raw in raws])

    def bodies(self) -> list[bytes | None]:
        with self.house.engine.connect() as connection:
            return list(connection.execute(select(quarantine.c.body).order_by(quarantine.c.id)).scalars())


def message(**fields: object) -> dict[str, Any]:
    return {name: value for name, value in a_message(**fields).items() if name != "key" or "key" in fields}
