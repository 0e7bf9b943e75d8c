"""A portal frontend that never gives up: whatever isn't answered with 202 is sent again, with the same key."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import count
from queue import Empty, Queue
from random import Random
from threading import Event, Lock, Thread
from typing import Any, Self
from urllib.error import URLError

from router.practice.topics import Topic
from tests.chaos.flood import Answered, flood
from tests.chaos.stack import RECIPIENTS
from tests.processes import Portal, wait_for

ACCEPTED = 202
# Of a batch, whose items have a status each.
BATCH_ANSWERED = 200
# So many of a flood's are repeated in one batch.
TOGETHER = 200
# Before the same is sent again.
PAUSE_SECONDS = 0.1
POLL_SECONDS = 0.2
TOPICS = tuple(RECIPIENTS)
TEXTS = {"subject": "Canarysubject", "body": "Canarybody"}
# The one other answer that a fault may bring: nothing was stored, or nobody knows.
UNAVAILABLE = 503


@dataclass
class Frontend:
    """Writes on several threads, in batches and singly, to any of the web processes; keeps every 202 that it heard."""

    portals: Callable[[], Sequence[Portal]]
    random: Random
    threads: int = 3
    receipts: dict[str, str] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    # Answers that nobody should have given.
    wrong: list[str] = field(default_factory=list)
    heard: Counter[str] = field(default_factory=Counter)
    _waiting: Queue[list[str]] = field(default_factory=Queue)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    _lock: Lock = field(default_factory=Lock)
    _stopped: Event = field(default_factory=Event)

    def __enter__(self) -> Self:
        self._running = [Thread(target=self._run, name="frontend", daemon=True) for _ in range(self.threads)]
        for thread in self._running:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for thread in self._running:
            thread.join(60)

    def write(self, count: int, *, together: int = 1) -> list[str]:
        """Begin to write so many messages, in batches of this size; returns their keys."""
        keys = self._new_keys(count)
        self._send_later(keys, together)
        return keys

    def write_at_once(self, count: int, **between: Callable[[], None]) -> list[Answered]:
        """Send so many single messages at the same moment; whatever isn't answered with 202 is sent again as ever."""
        keys = self._new_keys(count)
        answers = flood(self.portals()[0], [self._message(key) for key in keys], **between)
        heard = zip(keys, answers, strict=True)
        self._send_later([key for key, one in heard if self._must_repeat(key, one.status, one.document)], TOGETHER)
        return answers

    def _new_keys(self, count: int) -> list[str]:
        """Keys of messages that are to be written, each with a topic."""
        keys = [f"key-{next(self._numbers)}" for _ in range(count)]
        with self._lock:
            self.topics |= {key: self.random.choice(TOPICS) for key in keys}
        return keys

    def _send_later(self, keys: list[str], together: int) -> None:
        for first in range(0, len(keys), together):
            self._waiting.put(keys[first : first + together])

    def unanswered(self) -> int:
        """How many have no 202 yet."""
        return len(self.topics) - len(self.receipts)

    def wait(self, seconds: float = 120) -> None:
        """Until everything is accepted."""
        wait_for(lambda: not self.unanswered() or self.wrong, "everything is accepted", seconds)

    def _run(self) -> None:
        for turn in count():
            try:
                keys = self._waiting.get(timeout=POLL_SECONDS)
            except Empty:
                if self._stopped.is_set():
                    return
                continue
            portals = self.portals()
            left = self._send(portals[turn % len(portals)], keys)
            if left and not self._stopped.is_set():
                self._stopped.wait(PAUSE_SECONDS)
                self._waiting.put(left)

    def _send(self, portal: Portal, keys: Sequence[str]) -> list[str]:
        """Send once; returns what must be sent again."""
        try:
            answers = _ask(portal, [self._message(key) for key in keys])
        except (URLError, OSError, HTTPException, ValueError) as error:
            answers = [(0, type(error).__name__)] * len(keys)
        return [key for key, (status, told) in zip(keys, answers, strict=True) if self._must_repeat(key, status, told)]

    def fields(self, key: str) -> dict[str, str]:
        """The fields of the message that has this key."""
        return {"patient": "sam", "topic": self.topics[key].value} | TEXTS

    def _message(self, key: str) -> tuple[str, dict[str, str]]:
        return key, self.fields(key)

    def _must_repeat(self, key: str, status: int, told: Any) -> bool:  # noqa: ANN401 - a receipt, a problem, a name.
        with self._lock:
            self.heard[str(status or told)] += 1
            if status == ACCEPTED:
                known = self.receipts.setdefault(key, told["id"])
                if known != told["id"]:
                    self.wrong.append(f"{key} was accepted as {known} and as {told['id']}")
                return False
            if status not in {0, UNAVAILABLE}:
                self.wrong.append(f"{key} was answered with {status}")
                return False
            return True


def _ask(portal: Portal, messages: Sequence[tuple[str, dict[str, str]]]) -> list[tuple[int, Any]]:
    """One request; the status and the receipt of each message."""
    if len(messages) == 1:
        key, fields = messages[0]
        return [portal.write(key, **fields)]
    items = [fields | {"idempotency_key": key} for key, fields in messages]
    status, told = portal.call("POST", "/v1/messages/batch", {"items": items})
    if status != BATCH_ANSWERED:
        return [(status, told)] * len(messages)
    return [(item["status"], item.get("message")) for item in told["items"]]
