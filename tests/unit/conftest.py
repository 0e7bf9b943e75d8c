"""Unit tests reach no network, and no drawn example fails for being slow."""

from collections.abc import Iterator

import pytest
import pytest_socket
from hypothesis import HealthCheck, settings

# How long drawing and running take depends on what else the machine does: speed is measured in bench.
settings.register_profile("however slow", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("however slow")


@pytest.fixture(autouse=True)
def _without_sockets() -> Iterator[None]:
    """Refuse sockets; event loops need the ones that stay inside the machine's kernel."""
    pytest_socket.disable_socket(allow_unix_socket=True)
    yield
    pytest_socket.enable_socket()
