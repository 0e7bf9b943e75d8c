"""The intake of messages that frontends enqueue, in the main process of workers that are asked for it."""

from threading import Event, Thread

from celery import bootsteps, signals

from config.celery import app
from config.wiring import intake

STOPPED = Event()
# What is under way after that is taken again by another worker.
STOP_SECONDS = 5


class IntakeStep(bootsteps.StartStopStep):
    """Begins as soon as the pool stands: a worker that can't reach its broker tries on for ever."""

    requires = ("celery.worker.components:Pool",)
    thread: Thread | None = None

    def include_if(self, _worker: object) -> bool:
        """Only where the queue is asked for and the intake is on."""
        return intake.is_wanted(list(app.amqp.queues.consume_from))

    def start(self, _worker: object) -> None:
        """Take in as long as the worker runs."""
        STOPPED.clear()
        self.thread = Thread(target=intake.make().run, args=(STOPPED,), name="intake", daemon=True)
        self.thread.start()

    def stop(self, _worker: object) -> None:
        """Let the batch that is under way end."""
        STOPPED.set()
        if self.thread is not None:
            self.thread.join(STOP_SECONDS)


app.steps["worker"].add(IntakeStep)


@signals.worker_shutting_down.connect
def end(**_: object) -> None:
    """Begin nothing new once the worker is told to stop."""
    STOPPED.set()
