"""The folder of the files in which a worker's processes count."""

import shutil
import tempfile
from itertools import product
from pathlib import Path

from config.errors import SettingsError

# What prometheus_client makes of an empty file, and what names it has.
FILE_BYTES = 64 * 1024
KINDS = ("counter", "histogram")


def make(parent: Path | None, processes: int) -> Path:
    """Make it for a main process and so many children, with room for everything that they will count.

    Processes write these files through the memory: where the disk turns out to be full, the kernel ends them (SIGBUS).
    Raises SettingsError if there is no room now.
    """
    folder = Path(tempfile.mkdtemp(prefix="careroute-worker-", dir=parent))
    try:
        for kind, place in product(KINDS, ("main", *range(processes))):
            (folder / f"{kind}_{place}.db").write_bytes(bytes(FILE_BYTES))
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise SettingsError(f"no room for metrics in {folder.parent}: {error.strerror}") from None
    return folder
