"""The embedded engine as a person runs it: one process, killed and started again."""

import mailbox
import os
import resource
import subprocess
import sys
from pathlib import Path

from tests.integration.service.conftest import set_up
from tests.processes import COMMAND_SECONDS, Portal, Running, careroute, environment, wait_for
from tests.servers.ports import free_port

# What the migrated file already has, and the log of a commit or two.
FULL = 64 * 1024


def in_the_inbox(portal: Portal) -> list[str]:
    """The messages that the portal administrator has."""
    page = portal.call("GET", "/v1/staff/ada/inbox?limit=200")[1]
    return sorted(item["message"] for item in page["items"])


def run(portal, data: Path) -> Running:
    variables = {"CAREROUTE_DATA_DIR": str(data), "LOG_LEVEL": "DEBUG"}
    return Running(("run", "--port", str(portal.port)), data.parent / "run.log", variables)


def test_a_message_arrives_in_the_inbox_and_by_email_and_the_service_stops_with_exit_code_0(data: Path) -> None:
    portal = set_up(data.parent, CAREROUTE_DATA_DIR=str(data))

    with run(portal, data) as service:
        wait_for(portal.is_ready, "the service")
        status, receipt = portal.write("key-1", body="Canarybody", subject="Canarysubject")
        assert status == 202
        done = wait_for(lambda: portal.call("GET", f"/v1/messages/{receipt['id']}")[1]["delivered_at"], "the delivery")
        assert done
        mails = mailbox.Maildir(data / "mail", create=False)
        wait_for(lambda: len(mails) == 1, "the email")
        assert service.stop() == 0
        said = service.said()

    assert not any(word in said for word in ("Canaryname", "Canarybody", "Canarysubject"))
    assert not any(word in str(mail) for mail in mails for word in ("Canary", "Sam", "Clinic", "billing", "Billing"))
    assert careroute("reconcile", CAREROUTE_DATA_DIR=str(data)).returncode == 0


def test_what_was_accepted_before_a_sigkill_is_delivered_after_the_next_start(data: Path) -> None:
    portal = set_up(data.parent, CAREROUTE_DATA_DIR=str(data))
    with run(portal, data) as service:
        wait_for(portal.is_ready, "the service")
        accepted = [portal.write(f"key-{number}")[1]["id"] for number in range(25)]
        service.kill()

    with run(portal, data):
        wait_for(portal.is_ready, "the service")
        wait_for(lambda: in_the_inbox(portal) == sorted(accepted), "every message, each once")
    assert careroute("reconcile", CAREROUTE_DATA_DIR=str(data)).returncode == 0


def test_a_full_disk_is_a_503_and_nothing_is_acknowledged_that_is_not_stored(data: Path) -> None:
    """Files of the service can grow no further than the kernel lets them, as if the disk had no more to give."""
    portal = set_up(data.parent, CAREROUTE_DATA_DIR=str(data))
    with run(portal, data) as service:
        wait_for(portal.is_ready, "the service")
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (FULL, resource.RLIM_INFINITY))

        answers = [portal.write(f"key-{number}") for number in range(40)]
        refused = [problem["type"] for status, problem in answers if status != 202]
        accepted = [receipt["id"] for status, receipt in answers if status == 202]
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        repeated = [portal.write(f"key-{number}") for number in range(40)]

        assert set(refused) == {"urn:careroute:problem:unavailable"}
        assert {status for status, _ in repeated} == {202}
        everything = {receipt["id"] for _, receipt in repeated}
        assert everything >= set(accepted)
        wait_for(lambda: in_the_inbox(portal) == sorted(everything), "every message, each once")
        wait_for(lambda: len(mailbox.Maildir(data / "mail", create=False)) >= len(everything), "every email")
    assert "Reconciled 40 messages" in careroute("reconcile", CAREROUTE_DATA_DIR=str(data)).stdout


def test_what_a_command_writes_while_the_service_runs_is_picked_up(data: Path) -> None:
    portal = set_up(data.parent, CAREROUTE_DATA_DIR=str(data))
    with run(portal, data):
        wait_for(portal.is_ready, "the service")
        arguments = ("send", "--patient", "sam", "--topic", "billing", "--subject", "A bill")
        sent = careroute(*arguments, given="From standard input.", CAREROUTE_DATA_DIR=str(data))
        message = sent.stdout.splitlines()[-1]

        wait_for(lambda: portal.call("GET", f"/v1/messages/{message}")[1]["delivered_at"], "the delivery")
        assert "From standard input." in careroute("inbox", "ada", CAREROUTE_DATA_DIR=str(data)).stdout
        trace = careroute("trace", message, CAREROUTE_DATA_DIR=str(data)).stdout
        status = careroute("status", "--json", CAREROUTE_DATA_DIR=str(data)).stdout

    assert "The catch-all: Ada Administrator gets it." in trace
    assert '"queues": "route,notify,escalate"' in status


def test_the_demo_ends_with_exit_code_0_and_shows_who_got_what(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    environment = {"DATABASE_URL": "postgresql://nowhere/none", "CAREROUTE_DATA_DIR": str(folder)}
    done = careroute("demo", "--once", "--port", "0", **environment)
    assert "Not used: DATABASE_URL." in done.stdout
    assert (folder / "careroute.db").exists()

    assert done.returncode == 0, done.stdout + done.stderr
    for part in ("Who got the messages", "198 delivered, 4 answered", "An email that was caught", "all promises hold"):
        assert part in done.stdout


def test_everything_in_the_data_folder_is_for_its_own_user_whatever_the_umask(data: Path) -> None:
    before = os.umask(0)
    try:
        portal = set_up(data.parent, CAREROUTE_DATA_DIR=str(data))
        with run(portal, data) as service:
            wait_for(portal.is_ready, "the service")
            assert portal.write("key-1")[0] == 202
            mails = mailbox.Maildir(data / "mail", create=False)
            wait_for(lambda: len(mails) == 1, "the email")
            modes = {path: path.stat().st_mode & 0o777 for path in (data, *data.rglob("*"))}
            assert service.stop() == 0
    finally:
        os.umask(before)

    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if not path.is_dir()} == {0o600}


def test_a_second_service_on_one_folder_is_refused_in_one_line(data: Path) -> None:
    portal = set_up(data.parent, CAREROUTE_DATA_DIR=str(data))
    with run(portal, data):
        wait_for(portal.is_ready, "the service")

        second = careroute("run", "--port", str(free_port()), CAREROUTE_DATA_DIR=str(data))

        assert second.returncode == 2
        assert second.stderr == f"careroute: another careroute run uses the data folder {data}\n"
        assert portal.is_ready()


def test_the_page_of_caught_emails_is_off_unless_asked_for(data: Path) -> None:
    portal = set_up(data.parent, CAREROUTE_DATA_DIR=str(data))
    asked = careroute("run", "--mail", "--port", "0", CAREROUTE_DATA_DIR=str(data), SMTP_URL="smtp://127.0.0.1:25")
    assert (asked.returncode, len(asked.stderr.splitlines())) == (2, 1)

    with run(portal, data) as service:
        wait_for(portal.is_ready, "the service")
        assert "/mail?token=" not in service.said()
        assert portal.call("GET", "/mail", Accept="application/json")[0] == 404


def test_a_service_whose_worker_has_ended_accepts_nothing_more(data: Path) -> None:
    ends = "from tasks.sweep import SWEEPER; from config.command import main; SWEEPER.start = None; main()"
    service = [sys.executable, "-c", ends, "run", "--port", str(free_port())]

    variables = environment(CAREROUTE_DATA_DIR=str(data))
    ended = subprocess.run(service, check=False, env=variables, capture_output=True, text=True, timeout=COMMAND_SECONDS)

    assert ended.returncode == 1
    assert '"event": "worker ended"' in ended.stderr
