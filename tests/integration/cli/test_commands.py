"""The commands: what they print, and one line with exit code 2 for bad input."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.integration.service.conftest import set_up
from tests.processes import careroute
from tests.samples import fhir


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a practice that is set up."""
    folder = tmp_path_factory.mktemp("clinic")
    set_up(folder, CAREROUTE_DATA_DIR=str(folder / "data"))
    return folder / "data"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("send", "--patient", "ghost", "--topic", "billing", "--subject", "Canary", "--body", "Canary"), "patient"),
        (("send", "--patient", "sam", "--topic", "billing", "--subject", "Canary\x07", "--body", "Canary"), "subject"),
        (("send", "--patient", "sam", "--topic", "billing", "--subject", "x", "--body", "y", "--to", "ann"), "to"),
        (("inbox", "ghost"), "no such member of staff"),
        (("trace", "Canary"), "MESSAGE is not a valid id"),
        (("trace", "01a209a2-19b5-7631-b2b5-6fb76f8e8a51"), "no such message"),
        (("parked", "show", "01a209a2-19b5-7631-b2b5-6fb76f8e8a51"), "is parked"),
        (("parked", "requeue", "x"), "ID is not a valid id"),
        (("parked", "requeue"), "give an ID, or --reason and --since"),
        (("parked", "requeue", "--reason", "rejected"), "give an ID, or --reason and --since"),
        (("parked", "requeue", "--reason", "rejected", "--since", "Canary"), "--since is not a time"),
        (("key", "revoke", "nothing"), "key is not an active key"),
        (("key", "create", "--scope", "portal", "--practice", "other"), "--practice: there is no such practice"),
        (("messaging", "restore", "99"), "version is not a saved version"),
        (("messaging", "import", "/nowhere.json"), "FILE can't be read"),
        (("roster", "import", "/nowhere"), "DIR does not exist"),
        (("staff", "role", "ghost", "staff"), "no such member of staff"),
        (("practice", "create", "clinic", "--name", "Clinic", "--time-zone", "UTC"), "id is taken"),
        (("practice", "create", "x", "--name", "Clinic", "--time-zone", "Mars"), "time_zone"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(clinic: Path, arguments, said) -> None:
    done = careroute(*arguments, CAREROUTE_DATA_DIR=str(clinic))

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert said in done.stderr
    assert "Canary" not in done.stderr


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must begin with"),
        ({"DATABASE_URL": "postgresql://h/db", "BROKER_URL": "redis://h"}, "SMTP_URL is needed"),
        ({"DATABASE_URL": "postgresql://h/db", "SMTP_URL": "smtp://h"}, "SECRET_KEY is needed"),
        ({"BROKER_URL": "redis://h"}, "BROKER_URL needs PostgreSQL"),
        ({"SMTP_URL": "smtp://user:canary@h:99999999"}, "SMTP_URL is not a URL"),
        ({"PUBLIC_URL": "ftp://h"}, "PUBLIC_URL must begin with"),
        ({"PUBLIC_URL": "https://x.example/care"}, "PUBLIC_URL can't have a path"),
        ({"PUBLIC_URL": "https://x.example/?a=canary"}, "PUBLIC_URL can't have a path"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL must be one of"),
        ({"MAIL_FROM": "nobody"}, "MAIL_FROM must be"),
    ],
)
def test_a_wrong_environment_is_one_line_and_exit_code_2(tmp_path: Path, variables, said) -> None:
    done = careroute("status", **({"CAREROUTE_DATA_DIR": str(tmp_path)} | variables))

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert said in done.stderr
    assert "canary" not in done.stderr


def test_settings_that_are_exported_can_be_imported(clinic: Path, tmp_path: Path) -> None:
    exported = careroute("messaging", "export", CAREROUTE_DATA_DIR=str(clinic)).stdout
    settings = json.loads(exported)
    settings["practice"]["topics"]["billing"]["recipients"] = ["ann"]
    file = tmp_path / "settings.json"
    file.write_text(json.dumps(settings))

    saved = careroute("messaging", "import", str(file), CAREROUTE_DATA_DIR=str(clinic))
    shown = careroute("messaging", "show", CAREROUTE_DATA_DIR=str(clinic)).stdout
    history = careroute("messaging", "history", CAREROUTE_DATA_DIR=str(clinic)).stdout

    assert "Practice, Billing, recipients: added Ann Nurse." in saved.stdout
    assert "Ann Nurse" in shown
    assert "Messaging turned on." in history


def test_settings_with_a_mistake_name_the_field_and_save_nothing(clinic: Path, tmp_path: Path) -> None:
    settings = json.loads(careroute("messaging", "export", CAREROUTE_DATA_DIR=str(clinic)).stdout)
    settings["catch_all"] = ["ghost"]
    file = tmp_path / "settings.json"
    file.write_text(json.dumps(settings))

    refused = careroute("messaging", "import", str(file), CAREROUTE_DATA_DIR=str(clinic))

    assert (refused.returncode, refused.stderr) == (
        2,
        "careroute: catch_all.0 is not on the staff of the practice\n",
    )


def test_a_fhir_export_is_imported_twice_and_changes_nothing_the_second_time(tmp_path: Path) -> None:
    data = {"CAREROUTE_DATA_DIR": str(tmp_path / "data")}
    fhir.write(tmp_path / "export", fhir.small())
    careroute("practice", "create", "clinic", "--name", "Clinic", "--time-zone", "UTC", **data)

    dry = careroute("roster", "import", str(tmp_path / "export"), "--dry-run", **data)
    first = careroute("roster", "import", str(tmp_path / "export"), **data)
    again = careroute("roster", "import", str(tmp_path / "export"), **data)

    assert "nothing is stored" in dry.stdout
    assert [line.split()[:2] for line in first.stdout.splitlines()[2:5]] == [
        ["sites", "2"],
        ["staff", "4"],
        ["patients", "6"],
    ]
    assert [line.split()[1:4] for line in again.stdout.splitlines()[2:5]] == [["0", "0", "0"]] * 3
    assert "Skipped: " in first.stdout


def test_reconcile_exits_with_1_where_a_promise_is_broken(clinic: Path) -> None:
    careroute(
        "send",
        "--patient",
        "sam",
        "--topic",
        "billing",
        "--subject",
        "x",
        "--body",
        "y",
        CAREROUTE_DATA_DIR=str(clinic),
    )
    with sqlite3.connect(clinic / "careroute.db") as connection:
        connection.execute("update message set state = 'delivered'")
    connection.close()

    done = careroute("reconcile", CAREROUTE_DATA_DIR=str(clinic))

    assert done.returncode == 1
    assert "is delivered but in no inbox" in done.stdout


def test_brackets_and_colons_in_names_are_printed_as_they_are(tmp_path: Path) -> None:
    """They were taken for styles: some vanished, and a closing one ended the command."""
    data = {"CAREROUTE_DATA_DIR": str(tmp_path / "data")}
    name, person = "Clinic [red]North[/red] [/b] :smile:", "Ann [TSS04] :key:"
    made = careroute("practice", "create", "[/b]", "--name", name, "--time-zone", "UTC", **data)
    assert "[/b]" in made.stdout
    assert careroute("staff", "add", "[/i]", "--name", person, **data).returncode == 0
    assert careroute("operator", "create", "op [/x] :key:", given="a correct horse battery\n", **data).returncode == 0

    for command, shown in (
        (("practice", "list"), ("[/b]", name)),
        (("staff", "list"), ("[/i]", person)),
        (("operator", "list"), ("op [/x] :key:",)),
        (("audit", "list"), ("[/i]",)),
        (("messaging", "show"), ()),
    ):
        printed = careroute(*command, **data)
        assert printed.returncode == 0, printed.stderr
        assert all(text in printed.stdout for text in shown), printed.stdout
