"""Every path and every link in the documentation leads somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Decisions and the change log tell of their day: what they name may be gone.
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
FOLDERS = ("adapters", "bench", "config", "docs", "ops", "router", "tasks", "tests")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([\w./-]+)`")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def paths_in(text: str) -> list[str]:
    """What stands in backticks and is a path from the root of the repository, or the name of a Python file."""
    named = CODE.findall(FENCE.sub("", text))
    return [
        name for name in named if name.startswith(tuple(f"{folder}/" for folder in FOLDERS)) or name.endswith(".py")
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_exists(page) -> None:
    missing = [name for name in paths_in(page.read_text()) if not (ROOT / name).exists()]

    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page) -> None:
    missing = [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()]

    assert missing == []


def test_the_pages_for_contributors_name_files() -> None:
    """Otherwise the tests above would hold because nothing is found."""
    for name in ("docs/architecture.md", "CONTRIBUTING.md"):
        assert len(paths_in((ROOT / name).read_text())) > 20
