"""Garbage collection, set for a process that keeps much and throws away batches."""

import gc
import os
from pathlib import Path

# A batch makes tens of thousands of objects that die with it; looking through everything that lives after each 700 of
# them, as Python does by default, took a tenth of routing's time.
YOUNG, MIDDLE, OLD = 50_000, 20, 50
# Old objects are collected this seldom only as long as the process doesn't grow. An error may keep all that its call
# has read in a cycle, and be old before it is given up: fifty of those were more than a machine has.
GROWTH_BYTES = 128 * 1024 * 1024

OLDEST = 2
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
STATM = Path("/proc/self/statm")


class _Watch:
    """Has old objects collected at the next opportunity once the process has grown since it was last done."""

    def __init__(self) -> None:
        self._after_last = _resident_bytes()

    def __call__(self, phase: str, info: dict[str, int]) -> None:
        """What Python calls before and after each collection."""
        if phase != "stop":
            return
        if info["generation"] == OLDEST:
            self._after_last = _resident_bytes()
            gc.set_threshold(YOUNG, MIDDLE, OLD)
        elif info["generation"] and _resident_bytes() - self._after_last > GROWTH_BYTES:
            # No collection can be begun from within one.
            gc.set_threshold(YOUNG, MIDDLE, 0)


def _resident_bytes() -> int:
    """The memory of this process (proc(5), the second field of statm in pages)."""
    return int(STATM.read_text().split()[1]) * PAGE_BYTES


def settle() -> None:
    """Once everything is imported and made: leave it out of every later collection, and collect less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
    if not any(isinstance(callback, _Watch) for callback in gc.callbacks):
        gc.callbacks.append(_Watch())
