"""Carrying out one batch of steps of ladders."""

from config.celery import app
from config.wiring import worker


@app.task(name="careroute.escalate")
def escalate() -> None:
    """Carry out one batch unless messages wait; the flow hints again while there is more."""
    with worker.reporting("escalate"):
        worker.flows().escalate.hinted()
