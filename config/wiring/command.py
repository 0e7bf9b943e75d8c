"""What the commands need: the flows on the database, without a broker, since the sweep finds what they wrote."""

from functools import cache

from sqlalchemy import exc

from adapters.broker.hints import NoHints
from adapters.cli.flows import CommandFlows
from adapters.cli.terminal import fail
from adapters.database import schema, session
from adapters.database.refusal import reason_of
from adapters.database.trouble import trouble_of
from adapters.database.unit_of_work import Database
from adapters.documents.messages import parse_item_json
from config.errors import NotReadyError, SettingsError
from config.logging import configure_logging
from config.settings import Mode, Settings, read_settings
from config.wiring import readiness, resources, safety, secret
from config.wiring.passwords import ArgonPasswords
from config.wiring.roster_source import read_roster
from router.flows.access.keys import Authenticate
from router.flows.access.sign_in import SignIn
from router.flows.administrator.ladders import TryLadders
from router.flows.administrator.messaging import ChangeMessaging
from router.flows.administrator.overdue import LookAfterOverdue
from router.flows.administrator.practices import KeepPractices
from router.flows.administrator.preview import Preview
from router.flows.administrator.roster import ImportRoster
from router.flows.administrator.roster_staging import StageRoster
from router.flows.administrator.roster_steps import ApplyRoster
from router.flows.administrator.staff import KeepStaff
from router.flows.administrator.trace import Explain
from router.flows.operator.operations import ReadOperations
from router.flows.operator.quarantine import LookAfterQuarantine
from router.flows.operator.reconciliation import Reconcile
from router.flows.patient.accept import Accept
from router.flows.staff.inbox import ReadInbox

# PostgreSQL's code for lock_timeout.
LOCK_NOT_AVAILABLE = "55P03"


@cache
def open_flows(seconds: float = readiness.WAIT_SECONDS) -> CommandFlows:
    """The flows on the database that the environment names, once it is ready, within this time."""
    settings = read_settings()
    configure_logging(settings.log_level)
    database = resources.database(settings)
    make_ready(settings, database, seconds)
    return flows_on(settings, database)


def check_worker() -> None:
    """Wait for the database, as a worker that starts does, and look at the installation; see safety.check."""
    settings = read_settings()
    database = resources.database(settings)
    make_ready(settings, database)
    safety.check(settings, database)
    database.engine.dispose()


def make_ready(settings: Settings, database: Database, seconds: float = readiness.WAIT_SECONDS) -> None:
    """Migrate the embedded database; wait for any other."""
    if settings.mode is Mode.EMBEDDED:
        readiness.migrate_own(database.engine)
    else:
        readiness.wait_for_schema(database.engine, resources.say, seconds)
        readiness.check_safety(database.engine, resources.say, allow_unsafe=settings.allow_unsafe_database)


def flows_on(settings: Settings, database: Database) -> CommandFlows:
    """Put the flows of the commands together."""
    ids, hints, zones = resources.RandomIds(), NoHints(), resources.InstalledTimeZones()
    # Commands answer in the terminal, so what they accept isn't logged as well.
    accept = Accept(database, hints, ids, zones, resources.report_accepting)
    return CommandFlows(
        keys=Authenticate(database, ids),
        accept=accept,
        messaging=ChangeMessaging(database, hints, ids, zones),
        roster=ImportRoster(database, hints, ids, zones),
        staging=StageRoster(database, ids),
        roster_steps=ApplyRoster(database, hints, ids),
        staff=KeepStaff(database, hints, ids),
        practices=KeepPractices(database, zones),
        traces=Explain(database),
        operations=ReadOperations(database, hints, secret.link_tokens(settings)),
        preview=Preview(database, zones),
        quarantine=LookAfterQuarantine(database, accept, parse_item_json),
        read_inbox=ReadInbox(database),
        reconcile=Reconcile(database),
        overdue=LookAfterOverdue(database, hints, ids, zones),
        ladders=TryLadders(database, zones),
        sign_in=SignIn(database, ids, ArgonPasswords()),
        ids=ids,
        read_roster=read_roster,
    )


def migrate(*, only_check: bool) -> str:
    """Bring the database to the newest schema and say so; with `only_check` only say whether it is needed."""
    settings = read_settings()
    configure_logging(settings.log_level)
    engine = resources.database(settings).engine
    readiness.wait_for_database(engine, resources.say)
    newest, current = schema.newest_revision(), schema.current_revision(engine)
    if current == newest:
        return f"The database is at the newest schema, {newest}."
    if schema.is_foreign(engine, current):
        raise NotReadyError(readiness.FOREIGN)
    if not schema.is_behind(current):
        return f"The database is at {current}, which is newer than this version of Careroute. Nothing to do."
    if only_check:
        fail(f"the database is at revision {current or 'none'}, not {newest}: careroute migrate", 1)
    if current is None and settings.mode is not Mode.EMBEDDED and safety.has_short_secret(settings):
        raise SettingsError(safety.TOO_SHORT)
    narrow = session.find_narrow_encoding(engine)
    if narrow and current is None:
        raise NotReadyError(f"the database's encoding is {narrow}: {readiness.NARROW}")
    try:
        schema.migrate(engine)
    except exc.DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            fail("could not acquire a lock in time; nothing was changed. Try again when the database is less busy", 1)
        if trouble_of(error) is None:
            raise
        fail(f"the database can't be migrated; nothing was changed: {reason_of(error)}", 1)
    return f"Migrated from {current or 'an empty database'} to {newest}."
