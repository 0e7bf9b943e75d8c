"""Errors that keep what their call has read don't add up, though old objects are collected seldom."""

import subprocess
import sys

from tests.processes import COMMAND_SECONDS, ROOT

# A small copy of a process: a thousand calls, the errors of which are part of a cycle, and are old when it is given up,
# since the call reads on.
FAILING_CALLS = """
from config import garbage_collection

garbage_collection.YOUNG, garbage_collection.OLD = 500, 150
garbage_collection.GROWTH_BYTES = 32 * 1024 * 1024
garbage_collection.settle()

def fail():
    text = b"x" * 4_000_000
    try:
        raise ValueError(len(text))
    except ValueError as error:
        kept, rows = error, [[number] for number in range(11_000)]

before = most = garbage_collection._resident_bytes()
for _ in range(1_000):
    fail()
    most = max(most, garbage_collection._resident_bytes())
print(most - before)
"""
# Without a watch they are 600 MB; what the allocator holds back is more than the watch itself allows.
MOST_GROWTH_BYTES = 300 * 1024 * 1024


def test_a_thousand_failing_calls_grow_a_process_no_further_than_allowed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FAILING_CALLS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=True,
    )

    assert int(done.stdout) < MOST_GROWTH_BYTES
