"""What breaks promises on purpose: texts of the product that are replaced by others."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).with_name("patches.toml")


class PatchError(Exception):
    """A patch that can't be applied; the text says which and why, in one line."""


@dataclass(frozen=True, slots=True)
class Patch:
    """In the file at `path`, `before` becomes `after`, which breaks the promise as `breaks` says."""

    promise: int
    breaks: str
    path: str
    before: str
    after: str

    def patched(self, root: Path) -> str:
        """The text of the file, broken. Raises PatchError unless `before` stands in it exactly once."""
        file = root / self.path
        text = file.read_text() if file.is_file() else ""
        if text.count(self.before) != 1:
            found = f"has the text to replace {text.count(self.before)} times" if text else "is not there"
            raise PatchError(f"{LIST.name}, promise {self.promise}, {self.breaks!r}: {self.path} {found}, not once")
        return text.replace(self.before, self.after)

    def apply(self, root: Path) -> None:
        """Break the tree at `root`. Raises PatchError."""
        broken = self.patched(root)
        (root / self.path).write_text(broken)


def read_patches() -> list[Patch]:
    """All of them, in the order of the promises."""
    return [Patch(**entry) for entry in tomllib.loads(LIST.read_text())["patch"]]
