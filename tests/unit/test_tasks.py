"""What fails in a task is reported by its class: Celery would log the error's text, which may quote a row."""

import pytest
import structlog.testing

from config.wiring import worker
from tasks.notify import notify
from tasks.route import route

ROW = "Failing row contains (Canaryname)"


@pytest.mark.parametrize("task", [route, notify])
def test_a_task_that_fails_is_reported_without_the_text_of_its_error(task, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> worker.WorkerFlows:
        raise ValueError(ROW)

    monkeypatch.setattr(worker, "flows", fail)

    with structlog.testing.capture_logs() as lines:
        task.run()

    assert [(line["event"], line["error"]) for line in lines] == [("batch failed", "ValueError")]
    assert ROW not in str(lines)
