"""Garbage collection, set for a process that keeps much and throws away batches."""

import gc

# A batch makes tens of thousands of objects that die with it; looking through everything that lives after each 700 of
# them, as Python does by default, took a tenth of routing's time.
YOUNG, MIDDLE, OLD = 50_000, 20, 50


def settle() -> None:
    """Once everything is imported and made: leave it out of every later collection, and collect less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
