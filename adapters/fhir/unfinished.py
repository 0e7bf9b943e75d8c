"""Downloads that are under way or broke off, by the names that programs give to a file until all of it is there."""

import re

_DATA = r"\.(?:ndjson|jsonl|json|gz)"
# Chrome, Opera, aria2, WinSCP, rclone and others put such an end to any name, and Firefox to one made up.
_END = re.compile(r"\.(?:crdownload|opdownload|aria2|filepart|partial|part)$", re.IGNORECASE)
# Safari makes a folder of that name; gsutil writes `_.gstmp`.
_END_BEHIND_DATA = re.compile(rf"{_DATA}_?\.(?:download|tmp|temp|gstmp)$", re.IGNORECASE)
# The AWS command line adds eight characters, and rsync six behind a dot in front.
_CHANCE = re.compile(rf"(?i:{_DATA})\.(?=\w*[0-9A-Z])(?=\w*[A-Za-z])\w{{6,8}}$", re.ASCII)
_HIDDEN = re.compile(rf"^\.(?:azDownload-|(?![_~]).*{_DATA}\b)", re.IGNORECASE)
# What stands beside a file that is there: checksums, and what editors keep.
_BESIDE = re.compile(r"\.(?:crc|md5|sha\d*|sw[a-z]|lock|bak|un~)$", re.IGNORECASE)
# Where rsync collects files until all of them are there.
_FOLDERS = frozenset({".rsync-partial", ".~tmp~"})


def is_unfinished(name: str) -> bool:
    """Whether a file or a folder, by its name, is a download that isn't all there."""
    if name.startswith("."):
        return name in _FOLDERS or (_HIDDEN.search(name) is not None and not _BESIDE.search(name))
    return any(pattern.search(name) for pattern in (_END, _END_BEHIND_DATA, _CHANCE))
