"""Runs commands, each in a fork of this process, which has imported everything that they need.

Importing takes two seconds and running most of them takes none. It runs as `python -m tests.commands` until its input
ends: a line of JSON asks for a command, a line with the exit code answers.
"""

import json
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

import config.command
import config.demo.run
import config.wiring.service

INPUT, OUTPUT, ERRORS = "in", "out", "err"


def main() -> None:
    """Answer until nobody asks any more."""
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _run(asked["arguments"], asked["environment"], Path(asked["folder"]))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - this is the answer.


def _run(arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
    """Be the command; what it reads and says is in files of this folder."""
    os.environ.clear()
    os.environ.update(environment)
    for number, name, mode in ((0, INPUT, os.O_RDONLY), (1, OUTPUT, os.O_WRONLY), (2, ERRORS, os.O_WRONLY)):
        os.dup2(os.open(folder / name, mode | os.O_CREAT), number)
    sys.stdin = os.fdopen(0)
    sys.argv = ["careroute", *arguments]
    code: object = 0
    try:
        config.command.main()
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - as an interpreter would.
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    main()
