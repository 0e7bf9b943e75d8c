"""The data folder of the embedded engine: for its own user's eyes, and for one service at a time."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.errors import SettingsError

# Files are 0600 by the umask that every process sets when it starts.
FOLDER_MODE = 0o700
FILE_MODE = 0o600
LOCK = "run.lock"
KEY = "secret.key"
# What a service opens in it, each beside or below what stands before it.
OURS = (
    LOCK,
    KEY,
    "careroute.db",
    "careroute.db-wal",
    "careroute.db-shm",
    "mail",
    "mail/tmp",
    "mail/new",
    "mail/cur",
)


def prepare(folder: Path) -> None:
    """Make the folder where it is missing; one of an earlier version, which everybody could read, is closed.

    A folder that belongs to somebody else, or that all users share (sticky, such as /tmp), is left as it is. Raises
    SettingsError if it can't be created or written to, nor what is in it.
    """
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"CAREROUTE_DATA_DIR can't be created: {error.strerror}") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError("CAREROUTE_DATA_DIR can't be written to")
    _check_contents(folder)
    mode = folder.stat().st_mode
    if stat.S_IMODE(mode) == FOLDER_MODE or mode & stat.S_ISVTX:
        return
    try:
        for path in folder.rglob("*"):
            if not path.is_symlink():
                path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)
        folder.chmod(FOLDER_MODE)
    except PermissionError:
        return


def _check_contents(folder: Path) -> None:
    """Find what another user made, such as root with one command, before a service fails in the middle of its work."""
    for name in OURS:
        path = folder / name
        if os.access(path, os.F_OK) and not os.access(path, os.R_OK | os.W_OK):
            raise SettingsError(f"CAREROUTE_DATA_DIR has a {name} that can't be read and written: see who owns it")
    secret = folder / KEY
    if secret.exists() and not secret.stat().st_size:
        raise SettingsError(f"CAREROUTE_DATA_DIR has a {KEY} that is empty: restore it, or delete it to get a new one")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep a second service out. Raises SettingsError where one runs on this folder already.

    The lock is the kernel's: it ends with the process, however that ends.
    """
    with (folder / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError(f"another careroute run uses the data folder {folder}") from None
        yield
