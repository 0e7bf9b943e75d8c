"""Sending one batch of due notifications."""

from config.celery import app
from config.wiring import worker


@app.task(name="careroute.notify")
def notify() -> None:
    """Send one batch; the flow hints again while there is more."""
    with worker.reporting("notify"):
        worker.flows().notify.run()
