"""Routing one batch of accepted messages."""

from config.celery import app
from config.wiring import worker


@app.task(name="careroute.route")
def route() -> None:
    """Route one batch; the flow hints again while there is more."""
    with worker.reporting("route"):
        worker.flows().route.run()
