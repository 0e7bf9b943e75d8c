"""Limits the tasks in the pool to the number of its processes."""

from collections.abc import Callable
from threading import Condition
from time import monotonic

# A free process starts a task at once. A task that hasn't started after this time was given to a process that died.
BEGIN_SECONDS = 10.0
# Longer than the hard time limit of a task.
END_SECONDS = 100.0


class Room:
    """A place for each pool process, held by a task from the moment its hint is taken until it ends."""

    def __init__(self, places: int, clock: Callable[[], float] = monotonic) -> None:
        self._places = places
        self._clock = clock
        self._changed = Condition()
        # The time at which each task loses its place, in seconds of the clock.
        self._held: dict[str, float] = {}

    def wait(self, seconds: float) -> bool:
        """Wait up to this many seconds for a free place; return whether there is one."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._held) < self._places, seconds)

    def enter(self, task: str) -> None:
        """Take a place for a task that is given to the pool."""
        with self._changed:
            self._held[task] = self._clock() + BEGIN_SECONDS

    def begin(self, task: str) -> None:
        """Note that a process has started the task."""
        with self._changed:
            if task in self._held:
                self._held[task] = self._clock() + END_SECONDS

    def leave(self, task: str) -> None:
        """Free the place of a task that has ended."""
        with self._changed:
            self._held.pop(task, None)
            self._changed.notify()

    def forget_lost(self) -> None:
        """Free the places of tasks whose end will never be reported."""
        with self._changed:
            now = self._clock()
            self._held = {task: until for task, until in self._held.items() if until > now}
            self._changed.notify()
