"""The intake as operators run it: real workers, real producers, and the commands for what could not be taken."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from adapters.broker.queue import INDEX, NAME, UNACKNOWLEDGED, VISIBILITY_SECONDS
from adapters.database.engine import make_engine
from router.actors import COMMAND, Scope
from tests.builders import a_patient, settings
from tests.house import PRACTICE, House
from tests.processes import Running, careroute, wait_for
from tests.samples.enqueued import KEY, a_message
from tests.samples.producers import enqueue_with_celery, enqueue_with_kombu
from tests.servers.fixtures import MakePostgres

TEXTS = ("Canaryname", "Canarytext")


class Clinic:
    """A practice on a production database, its key, and its broker."""

    def __init__(self, folder: Path, database: str, broker: str) -> None:
        self.folder, self.broker = folder, broker
        self.variables = {
            "DATABASE_URL": database,
            "BROKER_URL": broker,
            "SMTP_URL": "catch:",
            "SECRET_KEY": "a long random text of 32 bytes or more",
            "CAREROUTE_DATA_DIR": str(folder / "data"),
        }
        self.house = House(make_engine(database)).furnish(patients=[a_patient("sam", name="Canaryname")])
        self.key = self.house.keys.create(PRACTICE, [Scope.PORTAL], COMMAND)[1]

    def worker(self, queues: str) -> Running:
        variables = self.variables | {"CAREROUTE_INTAKE": "1", "LOG_LEVEL": "DEBUG"}
        return Running(("worker", "--queues", queues, "--concurrency", "1"), self.folder / "worker.log", variables)

    def command(self, *arguments: str) -> str:
        """What a command prints; it must end well."""
        done = careroute(*arguments, **self.variables)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def wait_for_reasons(self, *reasons: str) -> None:
        """Until these and no others wait in the quarantine."""
        wanted = tuple(sorted((reason, 1) for reason in reasons))
        wait_for(lambda: self.house.operations.status().quarantined == wanted, f"{reasons} in the quarantine")

    def wait_for_inbox(self, count: int) -> None:
        """Until the portal administrator, who catches all, has so many messages."""
        wait_for(lambda: len(self.house.inbox("ada").items) == count, f"{count} messages in the inbox")

    def held(self) -> tuple[int, int]:
        """How many wait on the broker, and how many are taken and not acknowledged."""
        with redis.Redis.from_url(self.broker) as client, client.pipeline() as pipe:
            waiting, taken = pipe.llen(NAME).hlen(UNACKNOWLEDGED).execute()
            return waiting, taken

    def let_claims_run_out(self) -> None:
        """Whoever is dead has been so for long enough."""
        with redis.Redis.from_url(self.broker) as client:
            for tag, _ in client.zscan_iter(INDEX):
                client.zincrby(INDEX, -VISIBILITY_SECONDS, tag)


@pytest.fixture
def clinic(tmp_path: Path, postgres_url: str, broker_url: str) -> Iterator[Clinic]:
    made = Clinic(tmp_path, postgres_url, broker_url)
    yield made
    made.house.engine.dispose()


def test_what_is_enqueued_arrives_and_what_can_not_be_taken_is_looked_after(clinic: Clinic) -> None:
    """From both kinds of producers to the inbox, in one worker of all queues, with no text in any log or output."""
    good = [a_message(clinic.key, idempotency_key=f"key-{number}") for number in range(4)]
    clinic.house.save(settings(messaging_enabled=False))
    enqueue_with_kombu(clinic.broker, good[0])

    with clinic.worker("route,notify,intake") as worker:
        clinic.wait_for_reasons("form-refused")
        clinic.house.save(settings())
        enqueue_with_kombu(clinic.broker, good[1])
        enqueue_with_celery(clinic.broker, *good[2:])
        enqueue_with_kombu(clinic.broker, good[1], serializer="pickle")
        enqueue_with_kombu(clinic.broker, a_message(KEY))
        enqueue_with_celery(clinic.broker, good[1], name="careroute.canarytext")
        clinic.wait_for_inbox(3)
        clinic.wait_for_reasons("form-refused", "unauthenticated", "unknown-task", "wrong-content-type")

        listed, status = clinic.command("quarantine", "list"), clinic.command("status", "--seconds", "0")
        item = next(line.split()[0] for line in listed.splitlines() if "form-refused" in line)
        shown = clinic.command("quarantine", "show", item)
        requeued = clinic.command("quarantine", "requeue", item)
        clinic.wait_for_inbox(4)
        done = clinic.command("quarantine", "list", "--done")

        assert worker.stop(40) == 0
        said = worker.said()

    assert "Accepted as message" in requeued
    assert "accepted as" in done
    assert json.loads(shown)["reason"] == "form-refused"
    assert "Quarantined: unknown-task: 1." in status
    assert "(route,notify,intake)" in status
    assert (clinic.held(), clinic.house.breaches()) == ((0, 0), {})
    for output in (said, listed, shown, requeued, done, status):
        assert not any(text in output for text in (*TEXTS, KEY, clinic.key))
    assert said.count('"quarantined"') == 4


def test_requeueing_in_vain_is_one_line_and_exit_code_2(clinic: Clinic) -> None:
    enqueue_with_kombu(clinic.broker, a_message(clinic.key, patient="ghost"), a_message(KEY))
    with clinic.worker("intake"):
        clinic.wait_for_reasons("not-found", "unauthenticated")
    rows = clinic.command("quarantine", "list").splitlines()[1:]

    for reason, said in (("not-found", "patient is not known"), ("unauthenticated", "Its sender must send it again")):
        item = next(line.split()[0] for line in rows if reason in line)
        # At this level without the warning that the tests' server doesn't wait for its disk.
        done = careroute("quarantine", "requeue", item, **clinic.variables, LOG_LEVEL="ERROR")
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
        assert said in done.stderr


def test_a_worker_that_is_killed_in_the_middle_of_a_batch_loses_and_doubles_nothing(
    tmp_path: Path, make_postgres_server: MakePostgres, broker_url: str
) -> None:
    server = make_postgres_server()
    clinic = Clinic(tmp_path, server.url(server.create_database()), broker_url)
    messages = [a_message(clinic.key, idempotency_key=f"key-{number}") for number in range(250)]

    with clinic.worker("intake") as worker:
        enqueue_with_kombu(clinic.broker, messages[0])
        wait_for(lambda: clinic.house.operations.status().workers and clinic.held() == (0, 0), "the first message")
        server.pause()
        enqueue_with_kombu(clinic.broker, *messages)
        wait_for(lambda: clinic.held()[1], "a batch that is taken")
        worker.kill()
        server.resume()
    assert clinic.held()[1] > 0
    clinic.let_claims_run_out()
    with clinic.worker("intake"):
        wait_for(lambda: clinic.held() == (0, 0), "everything to be taken", VISIBILITY_SECONDS + 30)

    assert clinic.house.reconcile.run(print).counted["messages"] == len(messages)
    assert clinic.house.breaches() == {}
    clinic.house.engine.dispose()


@pytest.mark.parametrize(
    ("queues", "intake", "said"),
    [("intake", "0", "CAREROUTE_INTAKE=1"), ("route,intake", "", "CAREROUTE_INTAKE=1")],
)
def test_the_intake_runs_only_where_it_is_asked_for(queues: str, intake: str, said: str) -> None:
    """Texts cross the broker there, so that nobody gets it unawares."""
    urls = {"DATABASE_URL": "postgresql://127.0.0.1:1/x", "BROKER_URL": "redis://127.0.0.1:1", "SMTP_URL": "catch:"}

    done = careroute("worker", "--queues", queues, CAREROUTE_INTAKE=intake, SECRET_KEY="secret", **urls)

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert said in done.stderr


@pytest.mark.parametrize("command", ["show", "requeue"])
def test_an_id_that_is_none_or_unknown_is_one_line_and_exit_code_2(tmp_path: Path, command: str) -> None:
    for given, said in (
        ("x", "ID is not a valid id"),
        ("01a209a2-19b5-7631-b2b5-6fb76f8e8a51", "is in the quarantine"),
    ):
        done = careroute("quarantine", command, given, CAREROUTE_DATA_DIR=str(tmp_path / "data"))

        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
        assert said in done.stderr
