"""The settings of an installation, read from the environment and checked before anything starts."""

import os
from collections.abc import Iterator, Mapping
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Self, get_args

from pydantic import AliasChoices, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.broker_url import problem_with_broker, verified
from config.errors import SettingsError
from config.urls import has_valid_unicode, problem_with_public_url, problem_with_url

CATCH = "catch:"
# In front of the IPv4 address that an IPv6 address holds (RFC 4291, section 2.5.5.2).
MAPPED_BITS = 96
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class Mode(StrEnum):
    """What runs where."""

    # SQLite and a worker on the memory transport, all in one process.
    EMBEDDED = "embedded"
    # PostgreSQL, with the worker in the same process.
    SINGLE = "single"
    # PostgreSQL and Redis, any number of web and worker processes.
    PRODUCTION = "production"


class Settings(BaseSettings):
    """Every variable, with its default."""

    model_config = SettingsConfigDict(
        hide_input_in_errors=True, env_ignore_empty=True, extra="ignore", populate_by_name=True
    )

    database_url: SecretStr | None = None
    broker_url: Annotated[
        SecretStr | None, Field(validation_alias=AliasChoices("BROKER_URL", "CELERY_BROKER_URL", "REDIS_URL"))
    ] = None
    # Begins the hints' Redis keys, so that several installations can share one Redis.
    queue_prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:{}-]{1,64}$")] = "careroute:"
    # Allows a PostgreSQL with fsync or full_page_writes off, for tests.
    allow_unsafe_database: bool = False
    smtp_url: SecretStr | None = None
    # One email may take so long; what hangs on it is in multiples of it, see config.wiring.
    smtp_send_seconds: Annotated[int, Field(ge=1, le=30)] = 30
    mail_from: str = "no-reply@localhost"
    public_url: str = "http://127.0.0.1:8000"
    secret_key: SecretStr | None = None
    # Addresses and networks with commas between them, whose X-Forwarded-For is believed.
    trusted_proxies: str = ""
    log_level: str = "INFO"
    session_idle_minutes: Annotated[int, Field(ge=1, le=720)] = 15
    # Requests a minute; 0 means no limit. By address only those without a valid key or session are counted.
    requests_by_key: Annotated[int, Field(ge=0)] = 60_000
    requests_by_patient: Annotated[int, Field(ge=0)] = 300
    requests_by_address: Annotated[int, Field(ge=0)] = 6_000
    careroute_intake: bool = False
    careroute_data_dir: Path = Path("data")
    # Where a worker's children count: `careroute worker` makes a folder in there, or else in the temporary folder.
    prometheus_multiproc_dir: Path | None = None
    # Where a worker serves its metrics; without a port it serves none.
    metrics_host: str = "127.0.0.1"
    metrics_port: Annotated[int | None, Field(ge=1, le=65535)] = None
    # Web processes serve theirs at /metrics: to holders of this token only, and on this port only, where they are set.
    metrics_token: SecretStr | None = None
    web_metrics_port: Annotated[int | None, Field(ge=1, le=65535)] = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        for rule in (self._check_secrets, self._check_urls, self._check_combination, self._check_plain_values):
            problem = rule()
            if problem:
                raise ValueError(problem)
        return self

    def _check_secrets(self) -> str | None:
        """An environment may hold any bytes; Python keeps those that are no UTF-8 as surrogates."""
        for field, names in _secret_names():
            value = getattr(self, field)
            if value is not None and not has_valid_unicode(value.get_secret_value()):
                return f"{names[0]} must be valid UTF-8"
        return None

    def _check_urls(self) -> str | None:
        for name, value, schemes in (
            ("DATABASE_URL", self.database_url, ("sqlite", "postgresql", "postgresql+psycopg")),
            ("BROKER_URL", self.broker_url, ("redis", "rediss")),
            ("SMTP_URL", self.smtp_url, ("smtp", "smtps", "smtp+starttls", "catch")),
        ):
            if value is None:
                continue
            problem = problem_with_url(value.get_secret_value(), schemes)
            if problem:
                return f"{name} {problem}"
        problem = problem_with_broker(self.broker_url.get_secret_value()) if self.broker_url else None
        return f"BROKER_URL {problem}" if problem else None

    def _check_combination(self) -> str | None:
        if not self._has_postgresql:
            return (
                "BROKER_URL needs PostgreSQL: set DATABASE_URL as well, or unset BROKER_URL"
                if self.broker_url
                else None
            )
        if self.smtp_url is None:
            return "SMTP_URL is needed with PostgreSQL; SMTP_URL=catch: keeps the mail in files instead of sending it"
        if self.secret_key is None:
            return "SECRET_KEY is needed with PostgreSQL: a long random text that every process shares"
        return None

    def _check_plain_values(self) -> str | None:
        if self.log_level.upper() not in LOG_LEVELS:
            return f"LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}"
        # The text before angle brackets is a display name; the renderer checks it.
        local, at, domain = self.mail_from.strip().rstrip(">").rpartition("<")[2].rpartition("@")
        if not (local and at and domain) or not self.mail_from.isprintable():
            return "MAIL_FROM must be an email address, such as no-reply@x.example or Name <no-reply@x.example>"
        proxies = _problem_with_proxies(self.trusted_proxies)
        if proxies:
            return f"TRUSTED_PROXIES {proxies}"
        public = problem_with_public_url(self.public_url)
        return f"PUBLIC_URL {public}" if public else None

    @property
    def _has_postgresql(self) -> bool:
        return self.database_url is not None and self.database_url.get_secret_value().startswith("postgresql")

    @property
    def mode(self) -> Mode:
        """What these settings make of the installation."""
        if not self._has_postgresql:
            return Mode.EMBEDDED
        return Mode.PRODUCTION if self.broker_url else Mode.SINGLE

    @property
    def database(self) -> str:
        """The database's URL; without one a SQLite file in the data directory."""
        if self.database_url is None:
            # In a URL a percent sign and a question mark mean something else.
            path = str(self.careroute_data_dir / "careroute.db").replace("%", "%25").replace("?", "%3F")
            return f"sqlite:///{path}"
        url = self.database_url.get_secret_value()
        return url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def broker(self) -> str:
        """The broker's URL; without one the memory of this process."""
        return verified(self.broker_url.get_secret_value()) if self.broker_url else "memory://localhost"

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks that trusted proxies are in; an address is a network of one."""
        return _networks(self.trusted_proxies)

    @property
    def relay(self) -> str | None:
        """The mail relay's URL; None means that mail is caught."""
        url = self.smtp_url.get_secret_value() if self.smtp_url else CATCH
        return None if url.startswith(CATCH) else url


def _problem_with_proxies(proxies: str) -> str | None:
    try:
        networks = _networks(proxies)
    except ValueError:
        return "must be addresses and networks with commas between them: 10.0.0.5, 10.1.0.0/16"
    if any(network.prefixlen == 0 for network in networks):
        return "can't name every address: anybody could then claim to be anybody else"
    return None


def _networks(proxies: str) -> tuple[IPv4Network | IPv6Network, ...]:
    named = (entry.strip() for entry in proxies.split(","))
    return tuple(_network(entry) for entry in named if entry)


def _network(entry: str) -> IPv4Network | IPv6Network:
    """IPv4 within IPv6 is IPv4, as it is for the addresses that are looked for."""
    network = ip_network(entry)
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    return ip_network((mapped, network.prefixlen - MAPPED_BITS)) if mapped else network


def _read_secret_files() -> dict[str, Any]:
    """The secrets that the environment names files of: SECRET_KEY_FILE for SECRET_KEY, and so on.

    Raises SettingsError for a file that can't be read, and where the secret itself is set as well.
    """
    found = {}
    for field, names in _secret_names():
        files = [f"{name}_FILE" for name in names if os.environ.get(f"{name}_FILE")]
        given = [name for name in names if os.environ.get(name)]
        if not files:
            continue
        if len(files + given) > 1:
            raise SettingsError(f"{files[0]} and {(given + files[1:])[0]} are both set: unset one of them")
        try:
            found[field] = Path(os.environ[files[0]]).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{files[0]} names a file that can't be read: {type(error).__name__}") from None
        if not found[field]:
            raise SettingsError(f"{files[0]} names an empty file")
    return found


def _secret_names() -> Iterator[tuple[str, list[str]]]:
    """Each secret's field with the variables that it may come from."""
    for name, field in Settings.model_fields.items():
        if SecretStr not in get_args(field.annotation):
            continue
        alias = field.validation_alias
        yield name, [str(one) for one in alias.choices] if isinstance(alias, AliasChoices) else [name.upper()]


def given(*variables: str) -> dict[str, str]:
    """Those of these variables of the environment that are set, for a command that goes by few of them."""
    return {name: os.environ[name] for name in variables if os.environ.get(name)}


def read_settings(overrides: Mapping[str, object] | None = None) -> Settings:
    """Read the environment. Raises SettingsError with one line that names the variable and echoes no value."""
    try:
        return Settings.model_validate(overrides) if overrides is not None else Settings(**_read_secret_files())
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        variable = ".".join(str(part).upper() for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{variable} {said}" if variable else said) from None
