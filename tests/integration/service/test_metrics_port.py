"""Metrics on a port of their own."""

from pathlib import Path
from urllib.request import urlopen

from tests.processes import Portal, Running, wait_for
from tests.servers.ports import free_port


def test_metrics_have_a_port_of_their_own_where_one_is_set(tmp_path: Path) -> None:
    """They aren't beside the API any more; stopping closes both."""
    port, metrics_port = free_port(), free_port()
    variables = {"CAREROUTE_DATA_DIR": str(tmp_path / "data"), "WEB_METRICS_PORT": str(metrics_port)}
    with Running(("run", "--port", str(port)), tmp_path / "log", variables) as service:
        wait_for(Portal(port).is_ready, "the service")

        with urlopen(f"http://127.0.0.1:{metrics_port}/metrics", timeout=20) as answer:
            assert b"careroute_database_up 1.0" in answer.read()
        assert Portal(port).call("GET", "/metrics")[0] == 404
        assert service.stop() == 0
        assert '"file descriptors"' in service.said()
