"""Logs: JSON lines on standard error that carry ids, never texts or names of patients."""

import logging
import sys
import threading
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any
from uuid import UUID

import structlog

Event = MutableMapping[str, Any]

# Loggers of libraries whose whole texts were read: they hold addresses, signals and revisions. All others are withheld.
TRUSTED_LOGGERS = frozenset({"uvicorn.error", "alembic.runtime.migration"})
WITHHELD = "a library's message, withheld"


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


def _only_known_texts(_logger: object, _method: str, event: Event) -> Event:
    """Say of a library's line what it can't have filled in: texts are withheld unless the logger is known.

    A line with arguments keeps its template, which stands in the library's code; one without may have been put together
    from anything. Where it comes from is said in either case.
    """
    record: logging.LogRecord = event["_record"]
    arguments = event.pop("positional_args", None)
    if record.name in TRUSTED_LOGGERS:
        return event
    template = record.msg if arguments and isinstance(record.msg, str) else WITHHELD
    event.update({"event": template, "from": f"{record.filename}:{record.lineno} {record.funcName}"})
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
            foreign_pre_chain=[*shared, _only_known_texts],
            pass_foreign_args=True,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                # Ids become text here, where a line is written, and not where nobody wants to read it.
                structlog.processors.JSONRenderer(default=_as_text),
            ],
        )
    )
    logging.captureWarnings(capture=True)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    _hook_unhandled()
    # Their debug lines quote what is sent, and their information lines repeat what Careroute says itself.
    for name in ("sqlalchemy", "alembic", "aiosmtplib", "mail.log", "uvicorn.access", "celery", "kombu", "asyncio"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _hook_unhandled() -> None:
    """Log what nobody caught like everything else: Python's own traceback ends with the text of the error."""

    def log(error: BaseException | None, thread: str) -> None:
        structlog.get_logger("careroute").critical("unhandled", thread=thread, exc_info=error)

    def leave(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, traceback)
        else:
            log(error, "main")

    def end(ended: threading.ExceptHookArgs) -> None:
        if ended.exc_type is not SystemExit:
            log(ended.exc_value, ended.thread.name if ended.thread else "")

    sys.excepthook, threading.excepthook = leave, end
