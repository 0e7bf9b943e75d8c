"""On which engine a test of a call or a page runs.

What differs between SQLite and PostgreSQL is tried below them: flows, acceptance and database tests run on both. Of a
call or a page, one half of the tests runs on SQLite and the other on PostgreSQL, by their names, unless they carry the
mark `both_engines` or the run has `--both-engines`.
"""

from pathlib import Path
from zlib import crc32

import pytest

ENGINES = ("sqlite", "postgresql")
ABOVE = tuple(Path(__file__).parent / "integration" / folder for folder in ("api", "pages"))


def left_out(item: pytest.Item) -> bool:
    """Whether this test of a call or a page runs on the other engine instead."""
    if not any(item.path.is_relative_to(folder) for folder in ABOVE) or item.get_closest_marker("both_engines"):
        return False
    parameters = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    engine = parameters.get("engine")
    if engine not in ENGINES:
        return False
    others = item.name.replace(engine, "", 1)
    return ENGINES[crc32(f"{item.path.name} {others}".encode()) % len(ENGINES)] != engine
