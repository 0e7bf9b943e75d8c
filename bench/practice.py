"""A practice of a size that says something, and a backlog of messages in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from adapters.broker.hints import NoHints
from adapters.database import schema
from adapters.database.engine import make_engine
from adapters.database.unit_of_work import Database
from config.wiring.resources import InstalledTimeZones, RandomIds
from router.actors import COMMAND, Scope
from router.flows.access.keys import Authenticate
from router.flows.administrator.messaging import ChangeMessaging
from router.flows.administrator.roster import ImportRoster
from router.flows.administrator.roster_import import RosterImport
from router.messages.acceptance import NewMessage
from router.messaging.hours import Hours, PracticeHours
from router.messaging.ladder import READY_MADE
from router.messaging.red_flags import RedFlagGroup, RedFlags
from router.messaging.settings import MessagingSettings, TopicSet, new_topic_set
from router.practice.people import CareTeamMember, Patient, Role, Site
from router.practice.roster import RosterDocument, StaffRecord
from router.practice.topics import Topic

PRACTICE = "network"
SITES, STAFF, PATIENTS = 10, 200, 2_000
SUBJECT = "A question about my refill"
BODY = "I have a question about my medication refill. " * 7
GROUP = 2_000


@dataclass(frozen=True, slots=True)
class Furnished:
    """A practice in a database, and a key that may write in it."""

    database: Database
    key: str


def furnish(
    url: str, practices: Sequence[str] = (PRACTICE,), *, recipients: int = 1, in_time: bool = False, phrases: int = 0
) -> Furnished:
    """Migrate the database, make practices by site with so many recipients of each topic, and a key for the first.

    `in_time` turns the ready-made ladder on for every topic, with an answer-by, in a practice that never closes. Each
    practice has so many red-flag phrases.
    """
    database = Database(make_engine(url))
    schema.migrate(database.engine)
    hints = NoHints()
    ids = RandomIds()
    for practice in practices:
        enrol = ImportRoster(database, hints, ids, InstalledTimeZones())
        enrol.create_practice(practice, practice.title(), "America/Chicago", COMMAND)
        enrol.bring_up_to_date(practice, RosterImport(document=_roster()), COMMAND)
        messaging = replace(_distribution(recipients), red_flags=_red_flags(phrases))
        if in_time:
            hours = Hours(PracticeHours(round_the_clock=True))
            messaging = replace(messaging, hours=hours, ladder=READY_MADE, answer_within=480)
        ChangeMessaging(database, hints, ids, InstalledTimeZones()).save(practice, messaging, None, COMMAND)
    _, key = Authenticate(database, ids).create(practices[0], [Scope.PORTAL, Scope.OPS], COMMAND)
    return Furnished(database, key)


def _roster() -> RosterDocument:
    admin = frozenset({Role.STAFF, Role.PORTAL_ADMIN})
    return RosterDocument(
        tuple(Site(f"site-{n}", f"Site {n}") for n in range(SITES)),
        tuple(
            StaffRecord(f"staff-{n}", f"Staff {n}", f"staff{n}@clinic.example", None, admin if n == 0 else None)
            for n in range(STAFF)
        ),
        tuple(
            Patient(
                f"patient-{n}",
                f"Patient {n}",
                home_site=f"site-{n % SITES}",
                sites=(f"site-{n % SITES}",),
                care_team=(CareTeamMember(f"staff-{n % STAFF}", "Physician"),),
            )
            for n in range(PATIENTS)
        ),
    )


def _distribution(recipients: int) -> MessagingSettings:
    sites = {}
    for site in range(SITES):
        topics = {}
        for place, (topic, settings) in enumerate(new_topic_set().topics.items()):
            first = site * len(Topic) + place
            chosen = tuple(f"staff-{(first + n) % STAFF}" for n in range(recipients))
            topics[topic] = replace(settings, recipients=chosen)
        sites[f"site-{site}"] = TopicSet(topics)
    return MessagingSettings(messaging_enabled=True, by_site=True, catch_all=("staff-0",), sites=sites)


def _red_flags(count: int) -> RedFlags:
    """Phrases of three words that nobody writes, the last of every other one open at its end."""
    phrases = tuple(f"sudden malady{n} spreading{'*' if n % 2 else ''}" for n in range(count))
    return RedFlags((RedFlagGroup("emergency", {"en": phrases}, {"en": "Call now."}, "911"),)) if count else RedFlags()


def backlog(database: Database, count: int, *, practice: str = PRACTICE) -> None:
    """Store accepted messages in one transaction, so that workers begin with all of them at the same moment."""
    ids = RandomIds()
    topics = list(Topic)
    with database.begin() as work:
        for start in range(0, count, GROUP):
            messages = [
                NewMessage(
                    id=ids.new(),
                    conversation=ids.new(),
                    patient=f"patient-{n % PATIENTS}",
                    sender=None,
                    topic=topics[n % len(topics)],
                    site=f"site-{n % SITES}",
                    chosen=None,
                    display_name=topics[n % len(topics)].default_display_name,
                    subject=SUBJECT,
                    body=BODY,
                    private=False,
                    idempotency_key=str(ids.new()),
                    fingerprint="0" * 64,
                )
                for n in range(start, min(start + GROUP, count))
            ]
            work.messages.add(practice, messages)
        work.commit()
