"""Logs: JSON lines on standard error that carry ids, never texts or names of patients."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any
from uuid import UUID

import structlog

Event = MutableMapping[str, Any]


def describe(error: BaseException) -> Mapping[str, str]:
    """What may be said of an error: its class and its code.

    The texts of database and validation errors can quote rows or input, so that they are left out.
    """
    cause = getattr(error, "orig", None)
    said = {"error": type(error).__name__}
    if cause is not None:
        said["cause"] = type(cause).__name__
    state = getattr(cause, "sqlstate", None)
    if state:
        said["sqlstate"] = state
    return said


def _without_traceback_texts(_logger: object, _method: str, event: Event) -> Event:
    """Replace an exception by its description and the places it went through."""
    info = event.pop("exc_info", None)
    error = info[1] if isinstance(info, tuple) else info
    if info is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event.update(describe(error))
        event["at"] = _places(error)
    return event


def _without_colours(_logger: object, _method: str, event: Event) -> Event:
    """Uvicorn repeats its lines in colour, for terminals."""
    event.pop("color_message", None)
    return event


def _as_text(value: object) -> str:
    return str(value) if isinstance(value, UUID) else repr(value)


def _places(error: BaseException) -> list[str]:
    places, traceback = [], error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{traceback.tb_lineno} {code.co_qualname}")
        traceback = traceback.tb_next
    return places[-8:]


def configure_logging(level: str) -> None:
    """Send the logs of Careroute and of its libraries through one formatter."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_traceback_texts,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_colours,
                # Ids become text here, where a line is written, and not where nobody wants to read it.
                structlog.processors.JSONRenderer(default=_as_text),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # Their debug lines quote what is sent, and their information lines repeat what Careroute says itself.
    for name in ("sqlalchemy", "alembic", "aiosmtplib", "mail.log", "uvicorn.access", "celery", "kombu", "asyncio"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
