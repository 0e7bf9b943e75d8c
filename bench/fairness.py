"""A single message of one practice while another one has a backlog of fifty thousand."""

import statistics
from collections.abc import Mapping
from time import perf_counter, sleep
from uuid import UUID

import psycopg
from celery import Celery

from adapters.broker.hints import NoHints
from bench.pipeline import hint, plain, seen, working
from bench.practice import BODY, SUBJECT, Furnished, backlog, furnish
from bench.stack import START_SECONDS, Stack
from config.wiring.resources import InstalledTimeZones, RandomIds, report_accepting
from router.actors import COMMAND
from router.flows.patient.accept import Accept
from router.messages.acceptance import Receipt
from router.messages.message import Draft
from router.practice.topics import Topic
from tests.servers.waiting import wait_until

BUSY, QUIET = "network", "village"
POLL_SECONDS = 0.002
LONGEST_SECONDS = 60
PAUSE_SECONDS = 0.7


def time_to_inbox(stack: Stack, waiting: int, times: int) -> float:
    """The median in seconds, from the commit of the message to its delivery, with two workers."""
    name = stack.postgres.create_database()
    url = stack.postgres.url(name)
    furnished = furnish(url, [BUSY, QUIET])
    environment = stack.environment(name, 7)
    with working(stack, 2, "route", environment), psycopg.connect(plain(url), autocommit=True) as watch:
        wait_until(lambda: seen(watch) >= 2, START_SECONDS, "the workers are there")  # noqa: PLR2004 - both.
        backlog(furnished.database, waiting, practice=BUSY)
        hint(environment, waiting)
        taken = [_one(furnished, environment, watch) for _ in range(times)]
        left = watch.execute("select exists(select from message where practice = %s and state = 'accepted')", [BUSY])
        assert left.fetchone() == (True,), "the backlog was gone before the last message"
    furnished.database.engine.dispose()
    stack.postgres.drop_database(name)
    return statistics.median(taken)


def _one(furnished: Furnished, environment: Mapping[str, str], watch: psycopg.Connection) -> float:
    sleep(PAUSE_SECONDS)
    ids = RandomIds()
    draft = Draft(str(ids.new()), "patient-7", Topic.BILLING, SUBJECT, BODY)
    accept = Accept(furnished.database, NoHints(), ids, InstalledTimeZones(), report_accepting)
    (receipt,) = accept.accept(QUIET, [draft], COMMAND)
    assert isinstance(receipt, Receipt), receipt
    began = perf_counter()
    with Celery(broker=environment["BROKER_URL"], set_as_current=False) as app:
        app.send_task("careroute.route", queue="route", expires=60, ignore_result=True)
    while not _delivered(watch, receipt.id):
        assert perf_counter() - began < LONGEST_SECONDS, "the message did not arrive"
        sleep(POLL_SECONDS)
    return perf_counter() - began


def _delivered(watch: psycopg.Connection, message: UUID) -> bool:
    row = watch.execute("select state <> 'accepted' from message where practice = %s and id = %s", [QUIET, message])
    found = row.fetchone()
    return bool(found and found[0])
