"""Ends servers and removes their files, also when pytest was killed and can't do it any more.

It runs as a process of its own, `python guard.py PARENT FOLDER`, until its standard input is closed or its parent is
gone. Then it ends every process whose working directory lies in the folder: servers stand there, and whatever they
forked does too. It needs Linux (/proc) and nothing but the standard library.
"""

import contextlib
import os
import select
import shutil
import signal
import sys
import time
from pathlib import Path

LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 3.0
PAUSE_SECONDS = 0.01


def processes_in(folder: Path) -> list[int]:
    """The processes that stand in this folder, without those that have ended."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        with contextlib.suppress(OSError):
            if (entry / "cwd").readlink().is_relative_to(folder):
                found.append(int(entry.name))
    return found


def signal_all(folder: Path, number: signal.Signals) -> None:
    """Send a signal to all of them."""
    for process in processes_in(folder):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, number)


def end_all(folder: Path) -> None:
    """End all of them, first in a way that leaves nothing behind in the kernel, then in any way."""
    signal_all(folder, signal.SIGQUIT)
    signal_all(folder, signal.SIGCONT)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while processes_in(folder):
        if time.monotonic() > deadline:
            signal_all(folder, signal.SIGKILL)
        time.sleep(PAUSE_SECONDS)


def main(parent: int, folder: Path) -> None:
    """Wait for the end of the parent, then clean up."""
    # A child that the parent forked may keep the pipe open, so that the pipe alone says too little.
    while os.getppid() == parent and not select.select([sys.stdin], [], [], LOOK_SECONDS)[0]:
        pass
    end_all(folder)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
