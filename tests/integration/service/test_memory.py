"""A defect doesn't eat the memory of the machine."""

import os
import sqlite3
from pathlib import Path

from tests.integration.service.conftest import set_up
from tests.processes import Running, wait_for

CALLS = 1_000
# Each call that fails has read this many texts of this length.
MESSAGES, TEXT = 120, "Canarybody " * 500
MOST_GROWTH_BYTES = 64 * 1024 * 1024


def resident_bytes(process: int) -> int:
    """The memory of a process (proc(5), the second field of statm in pages)."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_a_thousand_calls_that_fail_on_stored_values_keep_nothing(tmp_path: Path) -> None:
    """Each has a conversation in its hands when it finds a time that is none."""
    data = tmp_path / "data"
    variables = {"CAREROUTE_DATA_DIR": str(data), "REQUESTS_BY_PATIENT": "0"}
    portal = set_up(tmp_path, **variables)
    with Running(("run", "--port", str(portal.port)), tmp_path / "log", variables) as service:
        wait_for(portal.is_ready, "the service")
        conversation = portal.write("first", body=TEXT)[1]["conversation"]
        replies = [
            {"idempotency_key": f"reply-{number}", "patient": "sam", "conversation": conversation, "body": TEXT}
            for number in range(MESSAGES)
        ]
        assert portal.call("POST", "/v1/messages/batch", {"items": replies})[0] == 200
        path = f"/v1/conversations/{conversation}"
        assert portal.call("GET", path)[0] == 200
        with sqlite3.connect(data / "careroute.db") as connection:
            connection.execute("update message set accepted_at = 'nonsense' where idempotency_key = 'first'")
        for _ in range(20):
            assert portal.call("GET", path)[0] == 500
        before = most = resident_bytes(service.process.pid)

        for _ in range(CALLS):
            assert portal.call("GET", path)[0] == 500
            most = max(most, resident_bytes(service.process.pid))

        assert most - before < MOST_GROWTH_BYTES
