"""A mix of faults drawn from a seed, while messages come in all the time."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from threading import Event, Thread
from time import monotonic

from tests.chaos.faults import FAULTS, Fault, Struck
from tests.chaos.frontend import Frontend
from tests.chaos.stack import RECOVER_SECONDS, Stack
from tests.chaos.verdict import Verdict, judge, settle
from tests.processes import wait_for

# Some of the workers live on clocks of their own.
CLOCKS = (0.0, 1.0, -1.0)
# So many messages come with each fault, in batches of one of these sizes.
MESSAGES, TOGETHER = 20, (1, 4, 20)
OPENING_TOGETHER = 500

Plan = Mapping[Struck, Iterable[Fault]]


@dataclass(frozen=True, slots=True)
class Survived:
    """A fault that was made and mended, and how long a message that was written then took to its inbox."""

    fault: Fault
    seconds: float


@dataclass
class Mix:
    """Makes the faults of a plan: those of different kinds at the same time, those of one kind one after the other."""

    stack: Stack
    frontend: Frontend
    plan: Plan
    seed: int
    # How long a fault lasts, at least and at most.
    lasting: tuple[float, float]
    made: Counter[str] = field(default_factory=Counter)
    survived: list[Survived] = field(default_factory=list)
    failed: list[BaseException] = field(default_factory=list)

    def run(self, in_flight: int) -> Verdict:
        """Begin with so many messages in flight; end when everything has arrived."""
        self.frontend.write(in_flight, together=OPENING_TOGETHER)
        self.frontend.wait()
        for hours in CLOCKS:
            self.stack.start_worker(clock_hours=hours)
        lanes = [Thread(target=self._strike, args=(struck,), name=struck.value, daemon=True) for struck in self.plan]
        for lane in lanes:
            lane.start()
        for lane in lanes:
            lane.join()
        if self.failed:
            raise self.failed[0]
        self.frontend.wait()
        settle(self.stack)
        return judge(self.stack, self.frontend)

    def _strike(self, struck: Struck) -> None:
        random = Random(f"{self.seed} {struck.value}")  # noqa: S311 - it must be the same again.
        try:
            for fault in self.plan[struck]:
                if self.failed:
                    return
                self.made[fault.name] += 1
                with fault.strike(self.stack, random):
                    self.frontend.write(MESSAGES, together=random.choice(TOGETHER))
                    Event().wait(random.uniform(*self.lasting))
                self.survived.append(Survived(fault, self._recover(fault)))
        except BaseException as error:  # noqa: BLE001 - it is raised by whoever waits for this thread.
            error.add_note(f"{fault.name}, seed {self.seed}")
            self.failed.append(error)

    def _recover(self, fault: Fault) -> float:
        """Wait until a new message has come through, and after a fault of the mail server also an email."""
        begun, sent = monotonic(), len(self.stack.relay.accepted)
        (key,) = self.frontend.write(1)
        wait_for(lambda: self._has_arrived(key), f"a message arrives after: {fault.name}", RECOVER_SECONDS)
        if fault.struck is Struck.RELAY:
            wait_for(lambda: len(self.stack.relay.accepted) > sent, f"an email after: {fault.name}", RECOVER_SECONDS)
        return monotonic() - begun

    def _has_arrived(self, key: str) -> bool:
        return bool(self.stack.ask("select 1 from message where idempotency_key = %s and state = 'delivered'", key))


def each_once(seed: int) -> Plan:
    """Every fault once, in an order drawn from the seed."""
    random = Random(seed)  # noqa: S311 - it must be the same again.
    order = random.sample(FAULTS, len(FAULTS))
    return {struck: [fault for fault in order if fault.struck is struck] for struck in Struck}


def for_minutes(seed: int, minutes: float) -> Plan:
    """Faults drawn one after the other until the time is over."""
    until = monotonic() + minutes * 60
    return {struck: _draw(Random(f"{seed} {struck.value} plan"), struck, until) for struck in Struck}  # noqa: S311


def _draw(random: Random, struck: Struck, until: float) -> Iterator[Fault]:
    faults = [fault for fault in FAULTS if fault.struck is struck]
    while monotonic() < until:
        yield random.choice(faults)
