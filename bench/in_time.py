"""Monday at eight: the steps of very many messages fall due in the same minute, and patients write meanwhile."""

from dataclasses import dataclass
from time import perf_counter, sleep

import psycopg

from bench.pipeline import POLL_SECONDS, hint, plain, seen, wait_until_drained, working
from bench.practice import backlog, furnish
from bench.stack import START_SECONDS, Stack
from tests.servers.waiting import wait_until

WORKERS = 2
LONGEST_SECONDS = 1_800
# Workers are there by then, and idle.
AHEAD_SECONDS = 5
# When steps fall due that don't within the measurement.
MUCH_LATER_SECONDS = 86_400
# The first step is due at this moment, as if the messages had been accepted long enough ago.
FALL_DUE = """
with due as (select clock_timestamp() + make_interval(secs => %(ahead)s) as at),
runs as (
    update ladder_run set due_at = due.at,
        began_at = due.at - make_interval(mins => (steps->0->>'after')::int),
        clock = due.at - make_interval(mins => (steps->0->>'after')::int)
    from due
)
update waiting set due_at = due.at, second = floor(extract(epoch from due.at)) from due where kind = 'escalate'
"""
LEFT = """
select exists(
    select from ladder_run where not exists (select from ladder_step where ladder_step.message = ladder_run.message)
)
"""
EARLY = "select count(*) from ladder_step where at < (select min(began_at) + interval '4 hours' from ladder_run)"


@dataclass(frozen=True, slots=True)
class Climbed:
    """How many minutes the steps took from their moment to the last, and messages routed a second meanwhile."""

    minutes: float
    routed: float


def climbed(stack: Stack, steps: int, *, meanwhile: int = 0, later: bool = False) -> Climbed:
    """Let so many steps fall due at one moment, with two workers; route so many messages at the same time.

    `later`: the steps fall due when everything is over, for what is measured without them on an equal database.
    """
    name = stack.postgres.create_database()
    url = stack.postgres.url(name)
    furnished = furnish(url, in_time=True)
    environment = stack.environment(name, 6)
    with psycopg.connect(plain(url), autocommit=True) as watch:
        # Nothing is sent: that is another figure.
        watch.execute("insert into relay values (1, now() + interval '1 day', 1, 'paused')")
        backlog(furnished.database, steps + 50 * WORKERS)
        with working(stack, WORKERS, "route,escalate", environment):
            wait_until(lambda: seen(watch) >= WORKERS, START_SECONDS, "the workers are there")
            hint(environment, steps)
            wait_until_drained(watch, emails=False)
            watch.execute(FALL_DUE, {"ahead": MUCH_LATER_SECONDS if later else AHEAD_SECONDS})
            sleep(AHEAD_SECONDS)
            began = perf_counter()
            routed = 0.0
            if meanwhile:
                backlog(furnished.database, meanwhile)
                routing = perf_counter()
                hint(environment, meanwhile)
                wait_until_drained(watch, emails=False)
                routed = meanwhile / (perf_counter() - routing)
            minutes = 0.0 if meanwhile else _last(watch, began)
            early = watch.execute(EARLY).fetchone()
            assert early == (0,), f"{early} steps came before their moment"
    furnished.database.engine.dispose()
    stack.postgres.drop_database(name)
    return Climbed(minutes, routed)


def _last(watch: psycopg.Connection, began: float) -> float:
    """Wait until every message has climbed; the minutes since then."""
    deadline = perf_counter() + LONGEST_SECONDS
    while watch.execute(LEFT).fetchone() != (False,):
        assert perf_counter() < deadline, "the steps were not done"
        sleep(POLL_SECONDS * 20)
    return (perf_counter() - began) / 60
