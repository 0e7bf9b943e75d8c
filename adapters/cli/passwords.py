"""Reading a new password: from standard input, or asked for twice where somebody sits at a terminal."""

import getpass
import sys

from adapters.cli.terminal import fail


def read_password() -> str:
    """The password; ends with exit code 2 when the two differ."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != first:
        fail("the two passwords differ")
    return first
