"""What fails in a task is reported by its class: Celery would log the error's text, which may quote a row."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
import structlog.testing

from config.wiring import worker
from tasks import sweep
from tasks.escalate import escalate
from tasks.notify import notify
from tasks.route import route

ROW = "Failing row contains (Canaryname)"


@pytest.mark.parametrize("task", [route, notify, escalate])
def test_a_task_that_fails_is_reported_without_the_text_of_its_error(task, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> worker.WorkerFlows:
        raise ValueError(ROW)

    monkeypatch.setattr(worker, "flows", fail)

    with structlog.testing.capture_logs() as lines:
        task.run()

    assert [(line["event"], line["error"]) for line in lines] == [("batch failed", "ValueError")]
    assert ROW not in str(lines)


def a_worker(ran: list[str], failing: str) -> SimpleNamespace:
    """Flows that note that they ran; one of them fails."""

    def part(name: str) -> Callable[..., None]:
        def run(*_: object) -> None:
            ran.append(name)
            if name == failing:
                raise ValueError(ROW)

        return run

    def flow(name: str) -> SimpleNamespace:
        return SimpleNamespace(run=part(name), swept=part(name))

    swept = SimpleNamespace(hint=part("hint"), absences=flow("absences"), quarantine=flow("quarantine"))
    names = ("only_route", "escalate", "drafts", "undos", "words", "changes", "leavers", "roster_steps", "names")
    return SimpleNamespace(sweep=swept, **{name: flow(name) for name in names})


@pytest.mark.parametrize(
    ("turn", "failing", "reported", "last"),
    [
        (sweep.sweep_routing, "hint", "hint", "changes"),
        (sweep.sweep_routing, "absences", "absences", "changes"),
        (sweep.sweep_routing, "only_route", "route", "changes"),
        (sweep.sweep_routing, "escalate", "escalate", "changes"),
        (sweep.sweep_rosters, "leavers", "leavers", "names"),
        (sweep.sweep_rosters, "roster_steps", "rosters", "names"),
    ],
)
def test_a_part_of_the_sweep_that_fails_keeps_none_of_those_after_it_from_running(
    turn: Callable[[], None], failing: str, reported: str, last: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    made = a_worker(ran, failing)
    monkeypatch.setattr(worker, "flows", lambda: made)

    with structlog.testing.capture_logs() as lines:
        turn()

    assert ran[-1] == last
    assert [(line["event"], line["batch"], line["error"]) for line in lines] == [
        ("batch failed", reported, "ValueError")
    ]


def test_a_worker_that_is_to_stop_begins_no_further_part_of_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    made = a_worker(ran, failing="")
    monkeypatch.setattr(worker, "flows", lambda: made)
    ending = sweep.Sweeper()
    ending.end()
    monkeypatch.setattr(sweep, "SWEEPER", ending)

    sweep.sweep_routing()

    assert ran == []
