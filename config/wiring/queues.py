"""The queues that a worker can work on, as they are typed."""

from adapters.broker.hints import QUEUES as HINTED
from config.errors import SettingsError
from config.settings import Settings
from config.wiring.intake import QUEUE as INTAKE

QUEUES = (*HINTED, INTAKE)


def read_queues(typed: str, settings: Settings) -> str:
    """The queues with commas between them. Raises SettingsError for one that isn't there, or that is off."""
    queues = [queue.strip() for queue in typed.split(",")]
    if any(queue not in QUEUES for queue in queues):
        # A worker of a queue that nobody fills would take no hints, and look as if it worked.
        raise SettingsError(f"--queues must be some of {', '.join(QUEUES)}, with commas between them")
    if INTAKE in queues and not settings.careroute_intake:
        raise SettingsError(
            "--queues intake needs CAREROUTE_INTAKE=1: it is the one place where texts cross the broker"
        )
    return ",".join(dict.fromkeys(queues))
