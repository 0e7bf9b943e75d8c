"""The `careroute` command.

A command imports what it runs when it runs: the database, the web framework and the settings take longer to import than
most commands take to run, and `careroute --help` needs none of them.
"""

import io
import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from config import VERSION
from config.errors import SettingsError
from config.wiring import commands

if TYPE_CHECKING:
    from config.settings import Settings

HostOption = Annotated[str, typer.Option(help="The address to listen on.")]
PortOption = Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on.")]

root = typer.Typer(
    cls=commands.LaterGroup,
    rich_markup_mode=None,
    context_settings={"max_content_width": 120},
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Careroute routes patients' messages to the right staff.",
)


@root.command()
def run(
    host: HostOption = "127.0.0.1",
    port: PortOption = 8000,
    *,
    mail: Annotated[bool, typer.Option("--mail", help="Show caught emails at /mail, on this machine only.")] = False,
) -> None:
    """Serve the API and, on the embedded engine, run the worker and the mail catcher."""
    from config.wiring.listening import base_url  # noqa: PLC0415
    from config.wiring.service import Service  # noqa: PLC0415

    settings = _settings()
    with Service(settings, host, port, mail=mail) as service:
        if mail:
            # Printed on the terminal, never logged.
            typer.echo(f"The caught emails: {service.mail_link(base_url(host, port))}")
        service.serve()
    # A hanging send must not hold the process up: its lease runs out, and another process sends the email.
    sys.stderr.flush()
    os._exit(service.exit_code)


@root.command()
def demo(
    host: HostOption = "127.0.0.1",
    port: PortOption = 8000,
    *,
    once: Annotated[bool, typer.Option("--once", help="Exit after the report.")] = False,
) -> None:
    """Create a sample practice, send sample messages and show who got each one and why."""
    from config.demo.run import run_demo  # noqa: PLC0415

    raise typer.Exit(run_demo(host, port, once=once))


@root.command()
def worker(
    queues: Annotated[
        str, typer.Option(help="Queues to work on, separated by commas: route, notify, escalate, intake.")
    ] = "route,notify,escalate",
    concurrency: Annotated[int, typer.Option(min=1, help="How many tasks run at the same time.")] = 2,
) -> None:
    """Run a Celery worker for the production engine."""
    import structlog  # noqa: PLC0415

    from config.file_descriptors import raise_limit  # noqa: PLC0415
    from config.settings import Mode  # noqa: PLC0415

    settings = _settings()
    # Celery's processes inherit it. This one counts nothing, and would make its files before there is a folder for
    # them.
    environment = os.environ.copy()
    os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)
    from config.wiring import command, metrics_folder, outbound, resources  # noqa: PLC0415
    from config.wiring.queues import read_queues  # noqa: PLC0415

    if settings.mode is not Mode.PRODUCTION:
        raise SettingsError("a separate worker needs DATABASE_URL (PostgreSQL) and BROKER_URL (Redis)")
    queues = read_queues(queues, settings)
    outbound.check_mail(settings)
    # Celery's processes inherit it.
    limit = raise_limit()
    command.check_worker()
    resources.say_weakness(settings)
    structlog.get_logger("careroute").info("file descriptors", limit=limit)
    # Celery would turn SIGTERM into another signal; tasks.signals explains what it means.
    environment.pop("REMAP_SIGTERM", None)
    if settings.metrics_port is not None:
        # Each worker has a folder of its own, in which its children count.
        environment["PROMETHEUS_MULTIPROC_DIR"] = str(
            metrics_folder.make(settings.prometheus_multiproc_dir, concurrency)
        )
    os.execve(sys.executable, [sys.executable, "-m", "celery", *celery_arguments(queues, concurrency)], environment)  # noqa: S606 - no shell is meant.


def _settings() -> "Settings":
    """The settings, by which logs are written from now on."""
    from config.logging import configure_logging  # noqa: PLC0415
    from config.settings import read_settings  # noqa: PLC0415

    settings = read_settings()
    configure_logging(settings.log_level)
    return settings


def celery_arguments(queues: str, concurrency: int) -> list[str]:
    """Celery's arguments for a worker of these queues."""
    application = ["-q", "-A", "config.celery", "worker", "-Q", queues, "-c", str(concurrency)]
    return [*application, "--without-gossip", "--without-mingle"]


@root.command()
def migrate(*, check: Annotated[bool, typer.Option("--check", help="Report whether it is needed.")] = False) -> None:
    """Migrate the database to the newest schema."""
    from config.wiring import command  # noqa: PLC0415

    typer.echo(command.migrate(only_check=check))


@root.command()
def version() -> None:
    """Print the version."""
    typer.echo(VERSION)


def _open_standard_streams() -> None:
    """Replace those that the starter closed: the database's file would get their number, and what is printed."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            # The lowest number that is free is this one.
            os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8"))


def main() -> None:
    """Start whatever was typed. What it writes is for its own user's eyes, and so for that of a worker it becomes."""
    os.umask(0o077)
    _open_standard_streams()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Names are in any alphabet, and JSON is UTF-8, whatever the terminal's encoding is.
        sys.stdout.reconfigure(encoding="utf-8")
    commands.run(root)


if __name__ == "__main__":
    main()
