"""What a process says when it is asked where it is: the stacks of its threads, without the values of variables."""

import faulthandler
import signal


def write_stacks_when_asked() -> None:
    """On SIGUSR1 write all threads' stacks to standard error.

    Python's own handler does that between two instructions of the main thread. `faulthandler.register` would do it
    in the middle of any thread's, and what it reads then may be changing: CPython 3.11 crashes in one of hundreds.
    """
    signal.signal(signal.SIGUSR1, lambda *_: faulthandler.dump_traceback())
