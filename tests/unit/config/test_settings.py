"""What the environment makes of an installation, and what of it is refused before anything starts."""

from pathlib import Path

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
        ("database_url", f"postgresql://careroute@database/careroute?{FORGED}=1"),
        ("database_url", f"postgresql://careroute@database/careroute?sslmode=require&{FORGED}"),
        ("BROKER_URL", f"amqp://{FORGED}@host"),
        ("BROKER_URL", f"redis://:{FORGED}@"),
        ("CELERY_BROKER_URL", f"{FORGED}://host"),
        ("REDIS_URL", f"{FORGED}://host"),
        ("smtp_url", f"http://{FORGED}@host"),
        ("smtp_url", f"smtp://user:{FORGED}@"),
        ("public_url", f"ftp://{FORGED}"),
        ("public_url", f"https://care:{FORGED}@x.example"),
        # What begins like one of ours to the eye was another engine, or failed in a library later.
        ("database_url", f"POSTGRESQL://{FORGED}@host/name"),
        ("database_url", f" postgresql://{FORGED}@host/name"),
        ("database_url", f"postgresql://{FORGED}@host/name\n"),
        ("database_url", f"postgresql://{FORGED}\udcff@host/name"),
        ("database_url", f"postgresql://{FORGED}@a..b/name"),
        ("database_url", f"sqlite:{FORGED}"),
        ("database_url", f"sqlite://{FORGED}/x.db"),
        ("database_url", "sqlite://"),
        ("database_url", "sqlite:///:memory:"),
        ("BROKER_URL", f"REDIS://:{FORGED}@host"),
        ("BROKER_URL", f"redis://host/{FORGED}"),
        ("smtp_url", f"SMTP://user:{FORGED}@host"),
        ("smtp_url", "Catch:"),
        ("secret_key", FORGED + "\udcff"),
        # Browsers keep no cookie for TLS, or no email could hold it.
        ("public_url", f"HTTPS://{FORGED}.example"),
        ("public_url", f"https://{FORGED}.example "),
        ("public_url", f"https://pörtal.{FORGED}.example"),
        ("public_url", f'https://{FORGED}.example"><b'),
        ("public_url", f"https://{FORGED} .example"),
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


def test_no_proxy_is_trusted_by_default() -> None:
    assert settings().proxies == ()


def test_trusted_proxies_are_addresses_and_networks() -> None:
    proxies = settings(trusted_proxies="10.0.0.5, 10.1.0.0/16,fd00::/8").proxies

    assert [str(proxy) for proxy in proxies] == ["10.0.0.5/32", "10.1.0.0/16", "fd00::/8"]


@pytest.mark.parametrize("proxies", ["nginx", "10.0.0.0/33", "10.0.0.1/8", "*"])
def test_trusted_proxies_that_are_neither_are_refused(proxies: str) -> None:
    with pytest.raises(SettingsError, match="TRUSTED_PROXIES") as refused:
        settings(trusted_proxies=proxies)
    assert proxies == "*" or proxies not in str(refused.value)


@pytest.mark.parametrize("proxies", ["0.0.0.0/0", "10.0.0.5, ::/0", "::ffff:0:0/96"])
def test_nobody_is_trusted_by_naming_everybody(proxies: str) -> None:
    """Whatever stood leftmost in the header was then the client, and clients write that themselves."""
    with pytest.raises(SettingsError, match="TRUSTED_PROXIES can't name every address"):
        settings(trusted_proxies=proxies)


def test_a_proxy_named_as_ipv4_within_ipv6_is_found_by_its_ipv4_address() -> None:
    proxies = settings(trusted_proxies="::ffff:10.0.0.5, ::ffff:10.1.0.0/112").proxies

    assert [str(proxy) for proxy in proxies] == ["10.0.0.5/32", "10.1.0.0/16"]


def test_each_secret_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"DATABASE_URL": POSTGRESQL, "REDIS_URL": REDIS, "SMTP_URL": SMTP, "SECRET_KEY": FORGED}
    for name, value in given.items():
        (tmp_path / name).write_text(f"{value}\n")
        monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(f"{name}_FILE", str(tmp_path / name))

    read = read_settings()

    assert (read.mode, read.broker, read.relay) == (Mode.PRODUCTION, REDIS, SMTP)
    assert read.secret_key is not None
    assert read.secret_key.get_secret_value() == FORGED


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"SECRET_KEY": FORGED, "SECRET_KEY_FILE": "{}/key"}, "SECRET_KEY_FILE and SECRET_KEY are both set"),
        ({"BROKER_URL_FILE": "{}/key", "REDIS_URL": REDIS}, "BROKER_URL_FILE and REDIS_URL are both set"),
        ({"SECRET_KEY_FILE": "{}/missing"}, "SECRET_KEY_FILE names a file that can't be read"),
        ({"SECRET_KEY_FILE": "{}/empty"}, "SECRET_KEY_FILE names an empty file"),
        ({"DATABASE_URL_FILE": "{}/key"}, "DATABASE_URL must begin with"),
    ],
)
def test_a_secrets_file_that_can_not_be_used_is_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], said: str
) -> None:
    (tmp_path / "key").write_text(FORGED)
    (tmp_path / "empty").touch()
    for name in ("DATABASE_URL", "BROKER_URL", "REDIS_URL", "SMTP_URL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(tmp_path))

    with pytest.raises(SettingsError, match=said) as refused:
        read_settings()

    assert FORGED not in str(refused.value)
    assert "\n" not in str(refused.value)
