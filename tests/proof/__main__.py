"""`python -m tests.proof [PROMISE ...]`: break each promise on purpose, and see that one of its tests fails.

Each patch is applied to a copy of the tree, in which the tests of its promise run until the first one fails. That test
must pass in a copy without the patch. Exit code 1 where a patch can't be applied or goes unnoticed.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from rich.console import Console
from rich.table import Table

from tests.promises import ROOT, read_page, read_tests
from tests.proof.patches import Patch, PatchError, read_patches

LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", "data", "__pycache__", ".*_cache", ".hypothesis")
FAILED = re.compile(r"^FAILED (\S+)", re.MULTILINE)
# Of pytest: some tests failed.
TESTS_FAILED = 1


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of one patch; `test` is the one that noticed."""

    patch: Patch
    seconds: float
    test: str | None = None
    problem: str | None = None


def main(arguments: Sequence[str]) -> int:
    """Prove the promises with these numbers, or all of them."""
    wanted = {int(number) for number in arguments} or set(read_page())
    console = Console(highlight=False, soft_wrap=True)
    proofs = []
    for patch in read_patches():
        if patch.promise in wanted:
            proofs.append(_prove(patch))
            console.print(f"{patch.promise}: {patch.breaks}: {proofs[-1].problem or 'noticed'}")
    console.print(_table(proofs))
    problems = [proof for proof in proofs if proof.problem]
    unproven = wanted - {proof.patch.promise for proof in proofs}
    for number in sorted(unproven):
        console.print(f"Promise {number} has no patch in tests/proof/patches.toml.")
    console.print(f"{len(proofs) - len(problems)} of {len(proofs)} patches were noticed.")
    return 1 if problems or unproven else 0


def _prove(patch: Patch) -> Proof:
    begun = monotonic()
    try:
        test, problem = _noticed(patch)
    except PatchError as error:
        test, problem = None, str(error)
    return Proof(patch, monotonic() - begun, test, problem)


def _noticed(patch: Patch) -> tuple[str | None, str | None]:
    """The test that failed because of the patch, and what is wrong with that."""
    with _copy() as tree:
        patch.apply(tree)
        code, said = _run(tree, read_tests()[patch.promise])
    failed = FAILED.findall(said)
    if code != TESTS_FAILED or not failed:
        return None, "NOT NOTICED: all tests pass" if code == 0 else f"pytest ended with {code}: {said[-500:]}"
    with _copy() as tree:
        code, _ = _run(tree, failed[:1])
    return failed[0], None if code == 0 else "the test fails without the patch too"


@contextmanager
def _copy() -> Iterator[Path]:
    """A copy of the tree, for as long as the context is open."""
    with tempfile.TemporaryDirectory(prefix="careroute-proof-") as folder:
        yield Path(shutil.copytree(ROOT, Path(folder) / "tree", ignore=LEFT_OUT))


def _run(tree: Path, tests: Sequence[str]) -> tuple[int, str]:
    """Run these tests in a tree until one fails; returns pytest's exit code and what it printed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--tb=no", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(command, check=False, cwd=tree, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def _table(proofs: Sequence[Proof]) -> Table:
    names = read_page()
    table = Table("Promise", "Broken on purpose", box=None, pad_edge=False, header_style="bold")
    # Names of tests are copied from here.
    table.add_column("Noticed by", overflow="fold")
    table.add_column("Took", justify="right")
    for proof in proofs:
        promise = f"{proof.patch.promise} {names[proof.patch.promise]}"
        noticed = proof.problem or (proof.test or "").rpartition("::")[2]
        table.add_row(promise, proof.patch.breaks, noticed, f"{proof.seconds:.0f} s")
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
