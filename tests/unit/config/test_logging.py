"""What libraries say is written down without what they fill in: nobody knows whose texts that may be."""

import json
import subprocess
import sys
from typing import Any

import pytest

CANARY = "Canaryname"

SAY = """
import logging, sys, threading
from config.logging import configure_logging
configure_logging("DEBUG")
row = "Failing row contains (Canaryname)"
def fail():
    raise ValueError(row)
"""

CASES: dict[str, str] = {
    "arguments": "logging.getLogger('celery.app.trace').error('Task %s raised: %s', 'careroute.route', row)",
    "a mapping": "logging.getLogger('celery.app.trace').error('raised: %(exc)s', {'exc': row}, extra={'data': row})",
    "no arguments": "logging.getLogger('asyncio').error(f'never retrieved: {row}')",
    "an object": "logging.getLogger('library').error(ValueError(row))",
    "a traceback": "try:\n    fail()\nexcept ValueError:\n    logging.getLogger('library').exception('failed')",
    "a warning": "import warnings\nwarnings.warn(row)",
    "a thread": "thread = threading.Thread(target=fail)\nthread.start()\nthread.join()",
    "the main thread": "fail()",
}


def say(case: str) -> list[dict[str, Any]]:
    """What a process that does this writes, line by line."""
    done = subprocess.run([sys.executable, "-c", SAY + case], capture_output=True, text=True, timeout=60, check=False)
    assert CANARY not in done.stdout + done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_nothing_that_a_library_fills_in_is_logged(case: str) -> None:
    lines = say(case)

    assert lines
    assert all({"event", "level", "timestamp"} <= set(line) for line in lines)


def test_a_template_and_a_place_are_kept_and_an_error_by_its_class() -> None:
    told = say(CASES["arguments"])[0]
    assert told["event"] == "Task %s raised: %s"
    assert told["from"] == "<string>:8 <module>"
    assert say(CASES["the main thread"])[0]["error"] == "ValueError"


def test_what_the_web_server_says_is_kept() -> None:
    said = say("logging.getLogger('uvicorn.error').info('Uvicorn running on %s', 'http://127.0.0.1:8000')")

    assert said[0]["event"] == "Uvicorn running on http://127.0.0.1:8000"
