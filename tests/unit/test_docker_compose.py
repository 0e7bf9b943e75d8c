"""docker-compose.yml keeps what is promised of it, though no Docker engine runs here."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from adapters.database.log_settings import SAFE
from config.celery import STOP_SECONDS, app
from config.settings import Settings, read_settings
from tasks.signals import LAST_SECONDS
from tests.composition import FILE, read_services, start_order

GIVEN = {
    "SECRET_KEY": "a long random text of 32 bytes or more",
    "POSTGRES_PASSWORD": "letters",
    "POSTGRES_APP_PASSWORD": "digits",
    "REDIS_PASSWORD": "both",
}
INTAKE = "intake"
# What is the same wherever compose runs, and why.
NOT_PASSED_ON = {
    "ALLOW_UNSAFE_DATABASE": "its own PostgreSQL is safe",
    "BROKER_URL": "names its own Redis, with REDIS_PASSWORD",
    "CAREROUTE_DATA_DIR": "belongs to the embedded engine",
    "CAREROUTE_INTAKE": "is on in the worker of the intake, and nobody else needs it",
    "DATABASE_URL": "names its own PostgreSQL, with POSTGRES_APP_PASSWORD",
    "METRICS_HOST": "containers have addresses of their own",
    "METRICS_PORT": "the health checks of workers ask it",
    "PROMETHEUS_MULTIPROC_DIR": "nothing but /tmp can be written",
}
# What these images look at themselves, besides Careroute's variables.
OF_POSTGRES = {"POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"}


@pytest.fixture
def services() -> dict[str, Any]:
    """The services by name."""
    return read_services(GIVEN)


def ours(services: Mapping[str, Any]) -> dict[str, Any]:
    """The services that run Careroute."""
    return {name: service for name, service in services.items() if service["image"] == "careroute"}


def test_the_file_keeps_to_the_compose_specification() -> None:
    """By the specification's own JSON schema, which check-jsonschema carries."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]

    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stdout


def test_a_worker_is_given_longer_than_a_running_batch_may_take(services: Mapping[str, Any]) -> None:
    for name, service in services.items():
        if name.startswith("worker-"):
            assert int(service["stop_grace_period"].removesuffix("s")) > STOP_SECONDS + LAST_SECONDS, name


def test_every_queue_has_a_worker_and_every_worker_a_queue(services: Mapping[str, Any]) -> None:
    queues = {route["queue"] for route in app.conf.task_routes.values()} | {INTAKE}

    served = [service["command"][2] for name, service in services.items() if name.startswith("worker-")]

    assert sorted(served) == sorted(queues)


def test_the_intake_is_on_where_its_worker_runs(services: Mapping[str, Any]) -> None:
    assert services["worker-intake"]["environment"]["CAREROUTE_INTAKE"] == "1"


def test_services_can_be_scaled(services: Mapping[str, Any]) -> None:
    """A fixed name or a port of the host would let only one of them run."""
    for name, service in services.items():
        assert "container_name" not in service, name
        assert "hostname" not in service, name
        assert not name.startswith("worker-") or "ports" not in service, name


def test_redis_throws_nothing_away(services: Mapping[str, Any]) -> None:
    command = services["redis"]["command"]

    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"
    assert command[command.index("--appendonly") + 1] == "yes"


def test_everything_starts_after_the_migration_and_waits_for_neither_broker_nor_mail(
    services: Mapping[str, Any],
) -> None:
    for name, service in ours(services).items():
        needs = {one: how["condition"] for one, how in service["depends_on"].items()}
        assert needs["postgres"] == "service_healthy", name
        if name != "migrate":
            assert needs["migrate"] == "service_completed_successfully", name
            assert {needs["redis"], needs["mail"]} == {"service_started"}, name
    order = start_order(services)
    assert order.index("postgres") < order.index("migrate") < order.index("web")


def test_every_process_has_a_liveness_check_that_asks_itself_only(services: Mapping[str, Any]) -> None:
    """The image's own check asks a web process, so that workers have one of their own."""
    for name, service in ours(services).items():
        check = service["healthcheck"]
        if name == "migrate":
            assert check == {"disable": True}
            continue
        asked = " ".join(check["test"])
        assert "http://127.0.0.1:" in asked, name
        assert not any(word in asked for word in ("redis", "celery", "inspect", "readyz")), name


def test_processes_are_given_variables_that_exist(services: Mapping[str, Any]) -> None:
    known = {name.upper() for name in Settings.model_fields}

    for name, service in ours(services).items():
        assert set(service["environment"]) <= known, name
    assert set(services["postgres"]["environment"]) == OF_POSTGRES


@pytest.mark.parametrize("name", sorted(name.upper() for name in Settings.model_fields))
def test_every_setting_is_passed_on_or_left_out_for_a_reason(name: str) -> None:
    for service in ours(read_services({**GIVEN, name: "given"})).values():
        assert (service["environment"].get(name) == "given") is (name not in NOT_PASSED_ON)


def test_a_setting_that_nobody_gives_has_its_default(
    services: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in services["web"]["environment"].items():
        monkeypatch.setenv(name, value)
    settings = read_settings()

    for name, field in Settings.model_fields.items():
        if name.upper() not in {*NOT_PASSED_ON, "SECRET_KEY", "SMTP_URL"}:
            assert getattr(settings, name) == field.default, name


def test_metrics_can_be_read_from_other_containers(services: Mapping[str, Any]) -> None:
    for name, service in ours(services).items():
        if name != "migrate":
            assert service["environment"]["METRICS_HOST"] == "0.0.0.0", name  # noqa: S104 - of a container.


@pytest.mark.parametrize("missing", sorted(GIVEN))
def test_secrets_have_no_default(missing: str) -> None:
    given = {name: value for name, value in GIVEN.items() if name != missing}

    with pytest.raises(LookupError, match=missing):
        read_services(given)


def test_the_image_is_made_in_two_stages_from_the_lock_and_does_not_run_as_root() -> None:
    lines = (FILE.parent / "Dockerfile").read_text().splitlines()

    stages = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert stages == ["python:3.11-slim"] * 2
    assert any("--require-hashes" in line and "requirements.lock" in line for line in lines)
    assert [line for line in lines if line.startswith("USER ")] == ["USER careroute"]
    assert any(line.startswith("HEALTHCHECK ") for line in lines)


def test_the_image_contains_every_room() -> None:
    """A package that is forgotten would be missed only where an image is built."""
    copied = {
        line.split()[1] for line in (FILE.parent / "Dockerfile").read_text().splitlines() if line.startswith("COPY ")
    }

    assert {"router", "adapters", "config", "tasks", "requirements.lock"} <= copied


def test_only_the_migration_works_as_the_owner(services: Mapping[str, Any]) -> None:
    for name, service in ours(services).items():
        user = urlsplit(service["environment"]["DATABASE_URL"]).username
        assert user == ("careroute" if name == "migrate" else "careroute_app"), name
    assert services["migrate"]["depends_on"]["roles"] == {"condition": "service_completed_successfully"}


def test_redis_asks_for_a_password_that_every_process_has(services: Mapping[str, Any]) -> None:
    command = services["redis"]["command"]

    assert command[command.index("--requirepass") + 1] == GIVEN["REDIS_PASSWORD"]
    for name, service in ours(services).items():
        assert urlsplit(service["environment"]["BROKER_URL"]).password == GIVEN["REDIS_PASSWORD"], name


def test_the_log_of_postgresql_quotes_no_rows(services: Mapping[str, Any]) -> None:
    assert {f"-c{name}={value}" for name, value in SAFE.items()} <= set(services["postgres"]["command"])


def test_images_are_pinned_by_a_script_and_their_pins_moved(tmp_path: Path) -> None:
    """A stand-in for docker says the digests; where it has none nothing is written."""
    (tmp_path / "ops").mkdir()
    for name in ("docker-compose.yml", "Dockerfile", "ops/pin_images.py"):
        shutil.copy(FILE.parent / name, tmp_path / name)

    def pin(digest: str) -> tuple[int, str]:
        docker = tmp_path / "docker"
        docker.write_text(f"#!/bin/sh\necho {digest}\n")
        docker.chmod(0o755)
        command: list[str | Path] = [sys.executable, tmp_path / "ops" / "pin_images.py"]
        done = subprocess.run(
            command, env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, text=True, timeout=60, check=False
        )
        return done.returncode, (tmp_path / "docker-compose.yml").read_text() + (tmp_path / "Dockerfile").read_text()

    before = FILE.read_text() + (FILE.parent / "Dockerfile").read_text()
    assert pin("nothing") == (1, before)
    for digest in ("sha256:" + "a" * 64, "sha256:" + "b" * 64):
        code, pinned = pin(digest)
        assert code == 0
        assert pinned.count(f"@{digest}") == pinned.count("@sha256:")
        for image in ("postgres:18", "redis:8", "axllent/mailpit:v1.27", "python:3.11-slim"):
            assert f"{image}@{digest}" in pinned
        assert "image: careroute\n" in pinned
