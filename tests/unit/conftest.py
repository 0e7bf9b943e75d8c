"""Unit tests reach no network."""

from collections.abc import Iterator

import pytest
import pytest_socket


@pytest.fixture(autouse=True)
def _without_sockets() -> Iterator[None]:
    """Refuse sockets; event loops need the ones that stay inside the machine's kernel."""
    pytest_socket.disable_socket(allow_unix_socket=True)
    yield
    pytest_socket.enable_socket()
