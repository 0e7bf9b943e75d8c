"""A secret that can be guessed: refused where an installation begins with it, warned of where one has it already."""

from functools import partial

from config.wiring.safety import TOO_SHORT
from tests.processes import Running, careroute, wait_for
from tests.servers.ports import free_port

SHORT = "x" * 31


def test_a_short_secret_is_refused_for_a_new_installation(postgres_url: str, migrated_postgres_url: str) -> None:
    for url, command in (
        (postgres_url, ("migrate",)),
        (migrated_postgres_url, ("run", "--port", str(free_port()))),
        (migrated_postgres_url, ("worker",)),
    ):
        urls = {"DATABASE_URL": url, "SMTP_URL": "catch:", "BROKER_URL": f"redis://127.0.0.1:{free_port()}/0"}
        done = careroute(*command, SECRET_KEY=SHORT, **urls)

        assert done.returncode == 2, command
        assert done.stderr.splitlines()[-1] == f"careroute: {TOO_SHORT}"


def test_an_old_installation_is_warned(migrated_postgres_url: str, tmp_path) -> None:
    variables = {"DATABASE_URL": migrated_postgres_url, "SMTP_URL": "catch:", "CAREROUTE_DATA_DIR": str(tmp_path)}
    made = ("practice", "create", "clinic", "--name", "Clinic", "--time-zone", "UTC")
    assert careroute(*made, SECRET_KEY=SHORT, **variables).returncode == 0

    with Running(
        ("run", "--port", str(free_port())), tmp_path / "run.log", variables | {"SECRET_KEY": SHORT}
    ) as service:
        wait_for(lambda: "SECRET_KEY is too short" in service.said(), "the warning")
        assert wait_for(lambda: "log_error_verbosity=default" in service.said(), "the other warning")
        assert SHORT not in service.said()


def test_processes_with_different_secrets_are_told_of(migrated_postgres_url: str, tmp_path) -> None:
    """Links of emails that the one sent didn't open at the other, and nobody was told why."""
    variables = {"DATABASE_URL": migrated_postgres_url, "SMTP_URL": "catch:", "CAREROUTE_DATA_DIR": str(tmp_path)}
    told = []
    for number, secret in enumerate(("a" * 32, "a" * 32, "b" * 32)):
        with Running(
            ("run", "--port", str(free_port())), tmp_path / f"{number}.log", variables | {"SECRET_KEY": secret}
        ) as service:
            wait_for(partial(_is_ready, service), "the service")
            told.append("SECRET_KEY is another one" in service.said())
            assert secret not in service.said()

    assert told == [False, False, True]


def _is_ready(service: Running) -> bool:
    return "file descriptors" in service.said()
