"""Outbound services: the broker and the mail server. Commands that need neither don't import them and start sooner."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from adapters.broker.hint_queues import keys_of, open_queues
from adapters.broker.hint_taking import Begin, HasRoom, HintTaking
from adapters.broker.hints import BackgroundHints
from adapters.email.address import parse
from adapters.email.catcher import Catcher
from adapters.email.render import Renderer
from adapters.email.smtp import SmtpMailer
from config import celery
from config.errors import SettingsError
from config.logging import describe
from config.settings import Settings
from config.wiring import data_folder
from config.wiring.broker_errors import describe_broker
from config.wiring.event_log import METRICS
from config.wiring.resources import logger
from router.messages.notification import Kind, LeasedNotification
from router.ports.services import LinkTokens, UnsubscribeTokens

# In multiples of the time limit for one email: how late in a batch an email may begin, and how long a batch is leased.
# With these values a batch ends in less than half of its lease, whatever the relay does.
BEGIN_SHARE = 1.5
LEASE_SHARE = 6


def hints(settings: Settings) -> BackgroundHints:
    """Hints through Celery."""
    celery.connect(settings.broker, settings.queue_prefix)
    return BackgroundHints(celery.publish, _report_hint)


def _report_hint(queue: str, error: Exception) -> None:
    METRICS.hint_unpublished(queue)
    logger.warning("hint not published", queue=queue, **describe_broker(error))


def take_hints(settings: Settings, queues: Sequence[str], has_room: HasRoom, begin: Begin) -> HintTaking:
    """The loop that takes hints for these queues from Redis."""
    keys = keys_of(queues, settings.queue_prefix)
    open_them = partial(open_queues, settings.broker, celery.REDIS_OPTIONS, keys, celery.app.now)
    return HintTaking(open_them, has_room, begin, METRICS.hint_dropped, _report_taking)


def _report_taking(error: Exception) -> None:
    logger.error("hints not taken", **describe_broker(error))


def catcher(settings: Settings) -> Catcher | None:
    """The mail catcher where no relay is set; it must be started."""
    if settings.relay is None:
        data_folder.prepare(settings.careroute_data_dir)
    return Catcher(settings.careroute_data_dir / "mail") if settings.relay is None else None


def check_mail(settings: Settings) -> None:
    """Check what a worker sends through, before it is one. Raises SettingsError as `mailer` and `catcher` do."""
    if settings.relay is None:
        data_folder.prepare(settings.careroute_data_dir)
    else:
        mailer(settings, settings.relay)
        trusted = parse(settings.relay).ca
        # A file that goes later, such as while it is renewed, interrupts sending, and not the worker.
        if trusted is not None and not Path(trusted).is_file():
            raise SettingsError("SMTP_URL names a file of certificates in ?ca= that isn't there")


def mailer(settings: Settings, relay: str) -> SmtpMailer:
    """Sends through the relay, or through the catcher's own address.

    Raises SettingsError where SMTP_URL or MAIL_FROM can't be used after all.
    """
    try:
        made = SmtpMailer(
            parse(relay),
            Renderer(settings.mail_from),
            send_seconds=settings.smtp_send_seconds,
            begin_seconds=settings.smtp_send_seconds * BEGIN_SHARE,
        )
    except ValueError as error:
        raise SettingsError(str(error)) from None
    made.observe = METRICS.sent
    made.report = report_building
    return made


def link(settings: Settings, tokens: LinkTokens, leased: LeasedNotification) -> str:
    """The page where the reader of a notification signs in and reads, or chooses a password."""
    base = settings.public_url.rstrip("/")
    match leased.kind:
        case Kind.STAFF_ALERT | Kind.STAFF_OVERDUE:
            return f"{base}/admin/overdue"
        case Kind.STAFF_DELIVERY | Kind.STAFF_REMINDER | Kind.STAFF_RETURNED | Kind.STAFF_HANDED_OVER:
            return f"{base}/inbox?delivery={leased.about}"
        case Kind.PATIENT_REPLY:
            return f"{base}/portal"
    return f"{base}/password?link={tokens.of(leased.id, leased.generation)}"


def unsubscribe_link(settings: Settings, tokens: UnsubscribeTokens, leased: LeasedNotification) -> str:
    """The page where the reader of an email about an answer gets no more of them."""
    return f"{settings.public_url.rstrip('/')}/unsubscribe?token={tokens.of(leased.id, leased.address)}"


def report_escalating(practice: str, message: str, error: Exception) -> None:
    """Say that a step of a ladder failed: ids and the kind of error."""
    METRICS.failed()
    logger.error("step failed", practice=practice, message=message, **describe(error))


def report_building(practice: str, notification: str, error: Exception) -> None:
    """Say that an email could not be built: ids and the kind of error."""
    logger.error("email not built", practice=practice, notification=notification, **describe(error))


def report_sweeping(batch: str, practice: str, error: Exception) -> None:
    """Say that a part of the sweep failed for one practice: its id and the kind of error."""
    logger.error("batch failed", batch=batch, practice=practice, **describe(error))


def report_routing(practice: str, message: str, error: Exception) -> None:
    """Say that something could not be routed: ids and the kind of error."""
    METRICS.failed()
    logger.error("routing failed", practice=practice, message=message, **describe(error))
