"""How a command ends that can not do its work."""

from tests.processes import Finished


def is_one_line(ended: Finished, *words: str) -> None:
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("careroute: ")
    assert ended.stderr.count("\n") == 1
    assert all(word in ended.stderr for word in words), ended.stderr
