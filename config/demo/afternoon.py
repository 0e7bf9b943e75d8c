"""What happens to the messages afterwards: answers, a forward, an absence that begins, and somebody who leaves."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from config.demo import sample
from config.demo.client import Client

MOVE_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Afternoon:
    """What was done, as sentences by subject, the receipts of what was written meanwhile, and one whole thread."""

    told: dict[str, list[str]]
    receipts: list[Any]
    thread: Any


@dataclass(slots=True)
class _Doing:
    """Acts through the API, as an inbox and a portal would."""

    client: Client
    names: dict[str, str]
    told: dict[str, list[str]] = field(default_factory=dict)
    receipts: list[Any] = field(default_factory=list)

    def message(self, key: str) -> str:
        """The id of a sample message."""
        return str(self.client.get(f"/v1/messages?idempotency_key={key}")["id"])

    def delivery(self, key: str, staff: str) -> str:
        """The delivery of a sample message in somebody's inbox."""
        trace = self.client.get(f"/v1/messages/{self.message(key)}/trace")
        return next(str(delivery["id"]) for delivery in trace["deliveries"] if delivery["staff"] == staff)

    def forward(self, act: dict[str, Any]) -> None:
        delivery = self.delivery(act["message"], act["staff"])
        body = {name: act[name] for name in ("staff", "to", "note", "whole_conversation")}
        self.client.post(f"/v1/deliveries/{delivery}/forward", body)
        trace = self.client.get(f"/v1/messages/{self.message(act['message'])}/trace")
        self.tell("Handed on", *(hand_over["text"] for hand_over in trace["hand_overs"]))

    def reply(self, act: dict[str, Any]) -> None:
        delivery = self.delivery(act["message"], act["staff"])
        body = {"staff": act["staff"], "body": act["body"]}
        entry = self.client.post(f"/v1/deliveries/{delivery}/reply", body, Idempotency_Key=f"reply-{act['message']}")
        self.tell(
            "Answered", f"{self.names[act['staff']]} answered; the patient's side reads the name “{entry['from']}”."
        )

    def continue_(self, act: dict[str, Any], title: str) -> None:
        """Somebody on the patient's side writes again in a conversation."""
        first = self.client.get(f"/v1/messages/{self.message(act['message'])}/trace")
        thread = self.client.get(f"/v1/conversations/{first['conversation']}?{_actor(act.get('sender'))}")
        reply = {"patient": thread["patient"], "conversation": thread["id"], "body": act["body"]}
        if "sender" in act:
            reply["sender"] = act["sender"]
        receipt = self.client.post("/v1/messages", reply, Idempotency_Key=act["key"])
        self.receipts.append(receipt)
        self.tell(title, f"{self.names[act.get('sender', thread['patient'])]} wrote again, To: {receipt['to']}.")

    def leave_for_a_while(self, act: dict[str, Any], now: datetime) -> None:
        staff = act["staff"]
        unread = self.client.get(f"/v1/staff/{staff}/inbox?state=unread&limit=200")["items"]
        absence = {"from": now.isoformat(), "until": (now + timedelta(hours=act["hours"])).isoformat()}
        answer = self.client.put(f"/v1/staff/{staff}/absence", absence | {"cover": act["cover"]})
        self._wait_until_moved(staff)
        who, cover = self.names[staff], self.names[act["cover"]]
        self.tell("An absence began", f"{who} is away and {cover} covers: {len(unread)} unread messages moved.")
        self.tell("An absence began", *(gap["message"] for gap in answer["gaps"]))

    def _wait_until_moved(self, staff: str) -> None:
        pause, deadline = threading.Event(), monotonic() + MOVE_SECONDS
        while self.client.get(f"/v1/staff/{staff}/inbox?state=unread")["items"] and monotonic() < deadline:
            pause.wait(0.1)

    def leave_for_good(self, staff: str) -> None:
        answer = self.client.patch(f"/v1/staff/{staff}", {"active": False})
        self.tell("Somebody left", *answer["departure"]["text"], *(gap["message"] for gap in answer["gaps"]))

    def tell(self, title: str, *lines: str) -> None:
        self.told.setdefault(title, []).extend(lines)


def live_through(client: Client, now: datetime) -> Afternoon:
    """Let the afternoon happen, over HTTP."""
    script, doing = sample.load("afternoon"), _Doing(client, sample.names())
    for act in script["forwards"]:
        doing.forward(act)
    for act in script["replies"]:
        doing.reply(act)
    for act in script["continued"]:
        doing.continue_(act, "Answered")
    doing.leave_for_a_while(script["absence"], now)
    doing.leave_for_good(script["leaver"])
    for act in script["continued_after_leaving"]:
        doing.continue_(act, "Somebody left")
    shown = script["thread"]
    first = client.get(f"/v1/messages/{doing.message(shown['message'])}/trace")
    thread = client.get(f"/v1/conversations/{first['conversation']}?{_actor(shown['actor'])}")
    return Afternoon(doing.told, doing.receipts, thread)


def _actor(actor: str | None) -> str:
    return "" if actor is None else f"actor={actor}"
