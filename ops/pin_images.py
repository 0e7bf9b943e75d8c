#!/usr/bin/env python3
"""Pin the images of docker-compose.yml and the Dockerfile by digest, or move the pins: `python3 ops/pin_images.py`.

It asks the registry for the digest that each tag has now, by `docker buildx imagetools inspect`, and writes
`name:tag@sha256:…`. The tag stays for readers; Docker goes by the digest. Look at the difference, then commit it.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = ("docker-compose.yml", "Dockerfile")
# An image with its tag, after `image:` or `FROM`; Careroute's own image, which is built here, has none.
IMAGE = re.compile(r"(?m)^(?P<before>\s*image: |FROM )(?P<image>[\w./-]+:[\w.-]+)(?P<pin>@sha256:[0-9a-f]{64})?")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def digest_of(image: str) -> str:
    """The digest that the registry has for this tag. Ends the script with one line where it can't be had."""
    command = ["docker", "buildx", "imagetools", "inspect", image, "--format", "{{.Manifest.Digest}}"]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    except OSError as error:
        sys.exit(f"pin_images.py: docker can't be run: {error.strerror}")
    found = DIGEST.fullmatch(done.stdout.strip())
    if done.returncode != 0 or found is None:
        sys.exit(f"pin_images.py: the registry has no digest for {image}")
    return found[0]


def main() -> None:
    """Look up every digest first, so that nothing is written where one can't be had."""
    texts = {name: (ROOT / name).read_text() for name in FILES}
    images = sorted({found["image"] for text in texts.values() for found in IMAGE.finditer(text)})
    digests = {image: digest_of(image) for image in images}
    for name, text in texts.items():
        pinned = IMAGE.sub(lambda found: f"{found['before']}{found['image']}@{digests[found['image']]}", text)
        (ROOT / name).write_text(pinned)
    for image, digest in digests.items():
        print(f"{image}@{digest}")


if __name__ == "__main__":
    main()
