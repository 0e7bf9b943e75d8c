"""The version before runs on the newest schema, beside this one: each goes on with what the other has stored.

So a rolling upgrade can take its time, and the version before can be started again.
"""

import io
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from adapters.database.engine import make_engine
from adapters.database.tables import metadata
from router.actors import COMMAND
from tests.house import House
from tests.integration.service.conftest import set_up
from tests.processes import ROOT, Portal, Running, careroute, wait_for
from tests.samples.rows import rows_of
from tests.servers.ports import free_port
from tests.servers.smtp import ScriptedSmtpServer

LADDER = [
    {"after": 600, "while": "unanswered", "do": "hand_over"},
    {"after": 1200, "while": "unanswered", "do": "alert"},
]
# The last commit of the version before. A release moves it to the commit that was released.
VERSION_BEFORE = "86a1abcda01b03d538130c9b853a53a4ab0e3ebb"
# It starts in interpreters of its own, which import everything.
START_SECONDS = 90


@pytest.fixture(scope="session")
def tree_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of the version before, from the history of this clone."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("there is no git history to take the version before from")
    packed = subprocess.run(
        [git, "archive", "--format=tar", VERSION_BEFORE], check=False, capture_output=True, cwd=ROOT
    )
    if packed.returncode != 0:
        pytest.skip(f"this clone doesn't hold commit {VERSION_BEFORE[:7]}, the version before")
    folder = tmp_path_factory.mktemp("before")
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


@dataclass
class Versions:
    """An installation whose processes are of this version or of the one before."""

    folder: Path
    tree_before: Path
    variables: dict[str, str]
    key: str
    relay: ScriptedSmtpServer
    exits: ExitStack

    def run(self, name: str, *arguments: str, root: Path) -> Running:
        """Start a process of the version whose tree this is."""
        log = self.folder / f"{name}.log"
        return self.exits.enter_context(Running(arguments, log, self.variables, root=root))

    def web(self, name: str, root: Path) -> Portal:
        """Start a web process, and wait until it is ready."""
        portal = Portal(free_port(), self.key)
        process = self.run(name, "run", "--port", str(portal.port), root=root)
        wait_for(lambda: portal.is_ready() or not process.is_running(), f"the web process: {name}", START_SECONDS)
        assert process.is_running(), process.said()
        return portal

    def worker(self, name: str, root: Path) -> Running:
        """Start a worker, without waiting for it."""
        return self.run(name, "worker", "--concurrency", "1", root=root)

    def reconcile(self, name: str, root: Path) -> None:
        """Check the promises with the command of this version."""
        command = self.run(name, "reconcile", root=root)
        assert command.process.wait(START_SECONDS) == 0, command.said()


@pytest.fixture
def versions(postgres_url: str, broker_url: str, tmp_path: Path, tree_before: Path) -> Iterator[Versions]:
    """The newest schema, with rows in all of its tables and columns."""
    with ScriptedSmtpServer() as relay, ExitStack() as exits:
        variables = {
            "DATABASE_URL": postgres_url,
            "BROKER_URL": broker_url,
            "SMTP_URL": relay.url,
            "SECRET_KEY": "a long random text of 32 bytes or more",
            "TMPDIR": str(tmp_path),
        }
        assert careroute("migrate", **variables).returncode == 0
        portal = set_up(tmp_path, **variables)
        engine = make_engine(postgres_url)
        with engine.begin() as connection:
            for table, row in rows_of("filled"):
                connection.execute(metadata.tables[table].insert().values(**row))
        engine.dispose()
        yield Versions(tmp_path, tree_before, variables, portal.key, relay, exits)


def _wait_until(portal: Portal, receipt: Any, state: str) -> None:  # noqa: ANN401 - JSON.
    path = f"/v1/messages/{receipt['id']}"
    wait_for(lambda: portal.call("GET", path)[1]["status"] == state, f"{state} by {portal.port}", START_SECONDS)


def _delivery(portal: Portal, receipt: Any) -> str:  # noqa: ANN401 - JSON.
    """Ann's delivery of this message."""
    items = portal.call("GET", "/v1/staff/ann/inbox")[1]["items"]
    return next(str(item["id"]) for item in items if item["message"] == receipt["id"])


def _reply(portal: Portal, receipt: Any, body: str) -> None:  # noqa: ANN401 - JSON.
    path = f"/v1/deliveries/{_delivery(portal, receipt)}/reply"
    status, told = portal.call("POST", path, {"staff": "ann", "body": body})
    assert status == 201, told


def _continue(portal: Portal, receipt: Any, key: str) -> Any:  # noqa: ANN401 - JSON.
    """Sam writes again in the conversation."""
    message = {"patient": "sam", "conversation": receipt["conversation"], "body": f"More: {key}."}
    status, told = portal.call("POST", "/v1/messages", message, Idempotency_Key=key)
    assert status == 202, told
    return told


def _bodies(portal: Portal, receipt: Any) -> list[str]:  # noqa: ANN401 - JSON.
    thread = portal.call("GET", f"/v1/conversations/{receipt['conversation']}")[1]
    return [entry["body"] for entry in thread["entries"]]


def _assign_billing(portal: Portal, *staff: str) -> int:
    """Save the settings with these recipients of Billing; returns the new version."""
    settings = portal.call("GET", "/v1/messaging")[1]
    settings["practice"]["topics"]["billing"]["recipients"] = list(staff)
    status, saved = portal.call("PUT", "/v1/messaging", settings, If_Match=f'"{settings["version"]}"')
    assert status == 200, saved
    return int(saved["version"])


def test_each_version_goes_on_with_what_the_other_has_stored(versions: Versions) -> None:
    """Accepting, routing, telling, answering and saving settings change hands, in both directions."""
    new, old = versions.web("new", ROOT), versions.web("old", versions.tree_before)
    worker = versions.worker("old-worker", versions.tree_before)

    saved = _assign_billing(new, "ann")
    first = new.write("by-new")[1]
    _wait_until(old, first, "delivered")
    assert old.call("GET", "/v1/messages?idempotency_key=by-new")[1]["id"] == first["id"]
    _reply(old, first, "Answered by the old one.")
    _wait_until(new, first, "answered")
    wait_for(lambda: versions.relay.accepted, "an email", START_SECONDS)
    assert _assign_billing(old, "ada", "ann") == saved + 1
    assert worker.stop(60) == 0

    versions.worker("new-worker", ROOT)
    second, third = old.write("by-old")[1], _continue(old, first, "continued")
    for message in (second, third):
        _wait_until(new, message, "delivered")
    _reply(new, second, "Answered by the new one.")
    _wait_until(old, second, "answered")
    for portal in (new, old):
        assert _bodies(portal, first) == ["A question.", "Answered by the old one.", "More: continued."]
        assert _bodies(portal, second) == ["A question.", "Answered by the new one."]
        assert portal.call("GET", "/v1/messaging")[1]["version"] == saved + 1
    wait_for(lambda: _is_told(new), "every email", START_SECONDS)
    for message, kind in _handed_over(versions, new).items():
        _look_at_handed_over(old, message, "forward")
        _look_at_handed_over(new, message, kind)
    versions.reconcile("new-reconcile", ROOT)
    versions.reconcile("old-reconcile", versions.tree_before)


def _handed_over(versions: Versions, new: Portal) -> dict[str, str]:
    """Two messages that have gone from ann to ada, and how: by a step of a ladder, and as they were overdue.

    By words that the version before doesn't know.
    """
    settings = new.call("GET", "/v1/messaging")[1]
    settings["practice"]["topics"]["billing"]["recipients"] = ["ann"]
    settings |= {"catch_all": ["ada"], "answer_within": 60, "ladder": LADDER}
    settings["hours"]["practice"]["round_the_clock"] = True
    status, saved = new.call("PUT", "/v1/messaging", settings, If_Match=f'"{settings["version"]}"')
    assert status == 200, saved
    engine = make_engine(versions.variables["DATABASE_URL"])
    house = House(engine)
    by_step, overdue = (new.write(key)[1] for key in ("by-step", "overdue"))
    for message in (by_step, overdue):
        _wait_until(new, message, "delivered")
    house.clock.by = timedelta(minutes=61)
    house.overdue.hand_over("clinic", UUID(overdue["id"]), "catch_all", COMMAND)
    house.clock.by = timedelta(minutes=601)
    house.escalate.run()
    engine.dispose()
    return {by_step["id"]: "step", overdue["id"]: "overdue"}


def _look_at_handed_over(portal: Portal, message: str, kind: str) -> None:
    """The taker's inbox, the conversation and the trace can be read."""
    status, inbox = portal.call("GET", "/v1/staff/ada/inbox")
    assert status == 200, inbox
    (delivery,) = (item["id"] for item in inbox["items"] if item["message"] == message)
    for path in (f"/v1/deliveries/{delivery}?staff=ada", f"/v1/deliveries/{delivery}/conversation?staff=ada"):
        status, read = portal.call("GET", path)
        assert status == 200, read
    status, trace = portal.call("GET", f"/v1/messages/{message}/trace")
    assert status == 200, trace
    assert kind in [one["kind"] for one in trace["hand_overs"]]


def _is_told(portal: Portal) -> bool:
    """Whether no notification waits."""
    return all(queue["waiting"] == 0 for queue in portal.call("GET", "/v1/ops/backlog")[1]["queues"])
