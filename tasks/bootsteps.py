"""What runs in a worker's main process beside its pool. Celery starts these with the worker and stops them with it."""

from celery import bootsteps
from celery.apps.worker import Worker

from config.celery import app
from config.wiring import intake, worker
from tasks.intake import INTAKE
from tasks.signals import replace_celerys
from tasks.sweep import SWEEPER

# The pool doesn't need the broker, so neither do the steps that require nothing else.
POOL = "celery.worker.components:Pool"


class SignalStep(bootsteps.StartStopStep):
    """Replaces Celery's handlers of signals once they are installed, and before the consumer takes anything."""

    requires = (POOL,)

    def include_if(self, worker: object) -> bool:
        """Only for a worker that is a process of its own: inside a service Celery installs no handlers."""
        return isinstance(worker, Worker)

    def start(self, _worker: object) -> None:
        """Replace them."""
        replace_celerys()


class SweepStep(bootsteps.StartStopStep):
    """Runs the sweep and serves the metrics, also while the broker can't be reached."""

    requires = (POOL,)

    def start(self, _worker: object) -> None:
        """Start sweeping, and serve this worker's metrics."""
        SWEEPER.start()
        worker.serve_metrics()

    def stop(self, _worker: object) -> None:
        """Let the running turns end, and remove the worker from the status."""
        SWEEPER.stop()
        worker.leave()


class IntakeStep(bootsteps.StartStopStep):
    """Runs the intake of messages that frontends enqueue; it retries for ever while the broker can't be reached."""

    requires = (POOL,)

    def include_if(self, _worker: object) -> bool:
        """Only where the worker consumes the queue and the intake is on."""
        return intake.is_wanted(list(app.amqp.queues.consume_from))

    def start(self, _worker: object) -> None:
        """Start taking in messages."""
        INTAKE.start()

    def stop(self, _worker: object) -> None:
        """Let the running batch end."""
        INTAKE.stop()


app.steps["worker"].add(SignalStep)
app.steps["worker"].add(SweepStep)
app.steps["worker"].add(IntakeStep)
