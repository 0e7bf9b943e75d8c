"""Making people who can sign in, from a terminal."""

from pathlib import Path

from tests.processes import careroute


def test_an_operator_is_made_once_with_a_password_from_standard_input(tmp_path: Path) -> None:
    data = str(tmp_path / "data")

    made = careroute("operator", "create", "olga", given="correct horse battery\n", CAREROUTE_DATA_DIR=data)
    again = careroute("operator", "create", "olga", given="correct horse battery\n", CAREROUTE_DATA_DIR=data)
    short = careroute("operator", "create", "oleg", given="short\n", CAREROUTE_DATA_DIR=data)

    assert made.returncode == 0, made.stderr
    assert "olga signs in at /sign-in with the practice left empty." in made.stdout
    assert (again.returncode, again.stderr) == (2, "careroute: name is taken by another operator\n")
    assert (short.returncode, short.stderr) == (2, "careroute: password must have at least 12 characters\n")


def test_an_operator_gets_another_password(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    careroute("operator", "create", "olga", given="correct horse battery\n", CAREROUTE_DATA_DIR=data)

    changed = careroute("operator", "password", "olga", given="another horse battery\n", CAREROUTE_DATA_DIR=data)
    unknown = careroute("operator", "password", "oleg", given="another horse battery\n", CAREROUTE_DATA_DIR=data)

    assert (changed.returncode, changed.stdout) == (0, "olga signs in with the new password.\n")
    assert (unknown.returncode, unknown.stderr) == (2, "careroute: name is not an operator\n")


def test_a_password_is_for_active_staff(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    careroute("practice", "create", "clinic", "--name", "Clinic", "--time-zone", "UTC", CAREROUTE_DATA_DIR=data)

    refused = careroute("staff", "password", "nobody", given="correct horse battery\n", CAREROUTE_DATA_DIR=data)

    assert refused.returncode == 2
    assert refused.stderr == "careroute: staff is not an active member of the practice's staff\n"


def test_the_idle_time_of_sessions_is_a_setting(tmp_path: Path) -> None:
    refused = careroute("status", CAREROUTE_DATA_DIR=str(tmp_path), SESSION_IDLE_MINUTES="0")

    assert refused.returncode == 2
    assert "SESSION_IDLE_MINUTES" in refused.stderr


def test_operators_are_listed_and_removed(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    for name in ("olga", "oleg"):
        careroute("operator", "create", name, given="correct horse battery\n", CAREROUTE_DATA_DIR=data)

    removed = careroute("operator", "remove", "olga", CAREROUTE_DATA_DIR=data)
    again = careroute("operator", "remove", "olga", CAREROUTE_DATA_DIR=data)
    listed = careroute("operator", "list", CAREROUTE_DATA_DIR=data).stdout

    assert (removed.returncode, removed.stdout) == (0, "Removed olga.\n")
    assert (again.returncode, again.stderr) == (2, "careroute: name is not an operator\n")
    assert "oleg" in listed
    assert "olga" not in listed


def test_a_common_password_is_refused_in_one_line(tmp_path: Path) -> None:
    refused = careroute("operator", "create", "olga", given="password1234\n", CAREROUTE_DATA_DIR=str(tmp_path))

    assert refused.returncode == 2
    assert refused.stderr.startswith("careroute: password is too common")
    assert len(refused.stderr.splitlines()) == 1
