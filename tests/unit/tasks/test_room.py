"""Places for tasks are freed when their tasks end, even if the end is never reported."""

from tasks.room import BEGIN_SECONDS, END_SECONDS, Room


class _Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_place_is_free_when_its_task_has_ended() -> None:
    room = Room(2)
    room.enter("first")
    assert room.wait(0)
    room.enter("second")
    assert not room.wait(0)

    room.leave("first")
    room.leave("first")

    assert room.wait(0)
    room.enter("third")
    assert not room.wait(0)


def test_a_task_that_never_starts_loses_its_place_soon() -> None:
    clock = _Clock()
    room = Room(1, clock)
    room.enter("lost")

    clock.now = BEGIN_SECONDS - 1
    room.forget_lost()
    assert not room.wait(0)
    clock.now = BEGIN_SECONDS
    room.forget_lost()

    assert room.wait(0)


def test_a_task_that_runs_keeps_its_place_as_long_as_it_may_run() -> None:
    clock = _Clock()
    room = Room(1, clock)
    room.enter("running")
    room.begin("running")

    clock.now = END_SECONDS - 1
    room.forget_lost()
    assert not room.wait(0)
    clock.now = END_SECONDS
    room.forget_lost()

    assert room.wait(0)
