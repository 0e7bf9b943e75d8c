"""The embedded engine as a person runs it: one process, killed and started again."""

import mailbox
from pathlib import Path

from tests.integration.service.conftest import set_up
from tests.processes import Running, careroute, wait_for


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

        def in_the_inbox() -> list[str]:
            page = portal.call("GET", "/v1/staff/ada/inbox?limit=200")[1]
            return sorted(item["message"] for item in page["items"])

        wait_for(lambda: in_the_inbox() == sorted(accepted), "every message, each once")
    assert careroute("reconcile", CAREROUTE_DATA_DIR=str(data)).returncode == 0


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
    assert '"queues": "route,notify"' in status


def test_the_demo_ends_with_exit_code_0_and_shows_who_got_what() -> None:
    done = careroute("demo", "--once", "--port", "0", DATABASE_URL="postgresql://nowhere/none")

    assert done.returncode == 0, done.stdout + done.stderr
    for part in ("Who got the messages", "198 delivered, 4 answered", "An email that was caught", "all promises hold"):
        assert part in done.stdout
