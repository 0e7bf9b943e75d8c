"""What logs say of a broker that fails."""

from collections.abc import Mapping

from adapters.broker.refusals import reason_of
from config.logging import describe


def describe_broker(error: Exception) -> Mapping[str, str]:
    """The error's class, and Redis' reason in words if it refuses something."""
    reason = reason_of(error)
    return describe(error) if reason is None else {**describe(error), "reason": reason}
