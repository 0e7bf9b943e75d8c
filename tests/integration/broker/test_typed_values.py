"""What kombu and Celery make of common types, in the newest version and in the oldest that is common."""

import subprocess
import sys
from pathlib import Path

import pytest

from adapters.broker.reading import read
from tests.samples import enqueue_every_field

OLDER = ("celery==5.3.6", "kombu==5.3.7")
INSTALL_SECONDS = 120
MEANT = {
    "key": enqueue_every_field.FIELDS["key"],
    "idempotency_key": "2026-03-04T05:06:07+00:00",
    "patient": "0193a0b1-c2d3-7e4f-8a5b-6c7d8e9f0a1b",
    "sender": "cara",
    "site": "12.50",
    "topic": "billing",
    "to": "00000000-0000-0000-0000-000000000007",
    "subject": "A bill",
    "body": "Größe",
    "private": True,
}


def enqueued_by(python: str | Path) -> list[str]:
    """What the script enqueues when this interpreter runs it."""
    script = Path(enqueue_every_field.__file__)
    done = subprocess.run([python, script], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.splitlines()


@pytest.fixture(scope="session")
def older_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter with Celery 5.3, where the registry has it."""
    folder = tmp_path_factory.mktemp("celery")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True, timeout=INSTALL_SECONDS)
    python = folder / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-input", "--retries", "0", *OLDER]
    try:
        done = subprocess.run(install, capture_output=True, timeout=INSTALL_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("Celery 5.3 could not be installed in time")
    if done.returncode:
        pytest.skip("Celery 5.3 can't be installed here: no package registry answers")
    return python


def test_every_field_is_read_as_the_newest_kombu_and_celery_mean_it() -> None:
    for payload in enqueued_by(sys.executable):
        arrived = read(payload.encode())
        assert (arrived.unreadable, arrived.value) == (None, MEANT)


def test_every_field_is_read_as_celery_5_3_means_it(older_python: Path) -> None:
    for payload in enqueued_by(older_python):
        arrived = read(payload.encode())
        assert (arrived.unreadable, arrived.value) == (None, MEANT)
