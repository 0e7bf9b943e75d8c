"""What the environment makes of an installation, and what of it is refused before anything starts."""

import pytest

from config.errors import SettingsError
from config.settings import Mode, Settings, read_settings

SQLITE, POSTGRESQL = "sqlite:////var/lib/careroute.db", "postgresql://careroute@database/careroute"
REDIS, SMTP, CATCH = "redis://broker:6379/0", "smtp://relay:25", "catch:"
NEITHER = None
FORGED = "hunter2"


def settings(**given: str | None) -> Settings:
    """Settings from these variables, which are checked like those of an environment."""
    return read_settings({name: value for name, value in given.items() if value is not None})


@pytest.mark.parametrize(
    ("database", "broker", "relay", "mode", "sends_to"),
    [
        (NEITHER, NEITHER, NEITHER, Mode.EMBEDDED, NEITHER),
        (NEITHER, NEITHER, CATCH, Mode.EMBEDDED, NEITHER),
        (NEITHER, NEITHER, SMTP, Mode.EMBEDDED, SMTP),
        (SQLITE, NEITHER, NEITHER, Mode.EMBEDDED, NEITHER),
        (SQLITE, NEITHER, SMTP, Mode.EMBEDDED, SMTP),
        (POSTGRESQL, REDIS, SMTP, Mode.PRODUCTION, SMTP),
        (POSTGRESQL, REDIS, CATCH, Mode.PRODUCTION, NEITHER),
        (POSTGRESQL, NEITHER, SMTP, Mode.SINGLE, SMTP),
        (POSTGRESQL, NEITHER, CATCH, Mode.SINGLE, NEITHER),
    ],
)
def test_the_urls_choose_what_runs(
    database: str | None, broker: str | None, relay: str | None, mode: Mode, sends_to: str | None
) -> None:
    made = settings(database_url=database, BROKER_URL=broker, smtp_url=relay, secret_key="secret")

    assert (made.mode, made.relay) == (mode, sends_to)


@pytest.mark.parametrize(
    ("database", "broker", "relay", "variable"),
    [
        (POSTGRESQL, NEITHER, NEITHER, "SMTP_URL"),
        (POSTGRESQL, REDIS, NEITHER, "SMTP_URL"),
        (SQLITE, REDIS, NEITHER, "BROKER_URL"),
        (SQLITE, REDIS, SMTP, "BROKER_URL"),
        (SQLITE, REDIS, CATCH, "BROKER_URL"),
        (NEITHER, REDIS, SMTP, "BROKER_URL"),
    ],
)
def test_other_combinations_are_refused(
    database: str | None, broker: str | None, relay: str | None, variable: str
) -> None:
    with pytest.raises(SettingsError, match=variable):
        settings(database_url=database, BROKER_URL=broker, smtp_url=relay, secret_key="secret")


@pytest.mark.parametrize("seconds", ["0", "31", "soon"])
def test_a_send_takes_a_second_at_least_and_half_a_minute_at_most(seconds: str) -> None:
    with pytest.raises(SettingsError, match="SMTP_SEND_SECONDS"):
        settings(smtp_send_seconds=seconds)


def test_production_needs_a_secret_key() -> None:
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        settings(database_url=POSTGRESQL, BROKER_URL=REDIS, smtp_url=SMTP)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("database_url", f"mysql://{FORGED}@host/name"),
        ("database_url", f"postgresql://{FORGED}@host:port/name"),
        ("database_url", f"{FORGED}"),
        ("BROKER_URL", f"amqp://{FORGED}@host"),
        ("BROKER_URL", f"redis://:{FORGED}@"),
        ("CELERY_BROKER_URL", f"{FORGED}://host"),
        ("REDIS_URL", f"{FORGED}://host"),
        ("smtp_url", f"http://{FORGED}@host"),
        ("smtp_url", f"smtp://user:{FORGED}@"),
        ("public_url", f"ftp://{FORGED}"),
        ("mail_from", f"{FORGED}"),
        ("mail_from", f"{FORGED}@clinic.example\nBcc: somebody@else.example"),
        ("log_level", FORGED),
        ("metrics_port", FORGED),
        ("metrics_port", "65536"),
    ],
)
def test_a_malformed_value_is_refused_in_one_line_that_does_not_repeat_it(variable: str, value: str) -> None:
    given = {"database_url": POSTGRESQL, "BROKER_URL": REDIS, "smtp_url": SMTP, "secret_key": "secret"}
    if variable.endswith(("BROKER_URL", "REDIS_URL")):
        del given["BROKER_URL"]

    with pytest.raises(SettingsError) as refused:
        settings(**given | {variable: value})

    said = str(refused.value)
    assert said.startswith((variable.upper(), "BROKER_URL"))
    assert FORGED not in said
    assert "\n" not in said


@pytest.mark.parametrize("name", ["BROKER_URL", "CELERY_BROKER_URL", "REDIS_URL"])
def test_the_broker_has_three_names(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in (("DATABASE_URL", POSTGRESQL), (name, REDIS), ("SMTP_URL", SMTP), ("SECRET_KEY", "secret")):
        monkeypatch.setenv(variable, value)

    assert read_settings().broker == REDIS


def test_a_plain_postgresql_url_means_the_driver_that_is_installed() -> None:
    made = settings(database_url=POSTGRESQL, smtp_url=CATCH, secret_key="secret")

    assert made.database == "postgresql+psycopg://careroute@database/careroute"


def test_secrets_do_not_show() -> None:
    made = settings(database_url=POSTGRESQL, smtp_url=f"smtp://user:{FORGED}@relay", secret_key=FORGED)

    assert FORGED not in repr(made)
