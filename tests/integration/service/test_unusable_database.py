"""A database that answers and stores nothing: said by readiness, by each answer and in the log, and outlasted."""

from tests.chaos.frontend import Frontend
from tests.chaos.stack import Stack
from tests.chaos.verdict import judge, settle
from tests.integration.service.conftest import ON_THE_STACK
from tests.processes import wait_for

pytestmark = ON_THE_STACK

READ_ONLY = "alter system set default_transaction_read_only = on"
WRITABLE = "alter system reset default_transaction_read_only"
RELOAD = "select pg_reload_conf()"
SAID = "database unavailable"
OVER = "database available again"


def test_a_read_only_database_is_said_and_outlasted(stack: Stack, frontend: Frontend) -> None:
    """It was a 500 with readiness at 200, and stayed one for as long as connections were kept."""
    worker = stack.start_worker()
    wait_for(lambda: stack.is_at_work(worker), "the worker", 60)
    web = next(iter(stack.webs.values()))
    began = [(process, len(process.said())) for process in (web, worker)]

    with stack.house.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql(READ_ONLY)
        connection.exec_driver_sql(RELOAD)
        wait_for(lambda: not stack.portal.is_ready(), "readiness says so")
        status, problem = stack.portal.write("while-read-only")
        wait_for(lambda: SAID in worker.said(), "the worker says so")
        frontend.write(5)
        connection.exec_driver_sql("set default_transaction_read_only = off")
        connection.exec_driver_sql(WRITABLE)
        connection.exec_driver_sql(RELOAD)

    wait_for(stack.portal.is_ready, "readiness")
    assert (status, problem["type"]) == (503, "urn:careroute:problem:unavailable")
    frontend.wait()
    settle(stack)
    assert judge(stack, frontend).problems == ()
    for process, before in began:
        lines = [line for line in process.said()[before:].splitlines() if SAID in line]
        assert [line for line in lines if "read-only transaction" in line] == lines != []
    # Whoever stores something later notices that it is over.
    wait_for(lambda: frontend.write(1) and OVER in worker.said(), "the worker says that it is over")
    assert worker.is_running()
