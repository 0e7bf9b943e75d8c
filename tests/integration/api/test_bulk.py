"""One act on several deliveries, over HTTP."""

from uuid import UUID, uuid4

import pytest

from router.actors import COMMAND
from router.errors import UnavailableError
from router.flows.staff.forward import ForwardMessages, ForwardRequest
from router.messages.inbox import DeliveryRef
from tests.house import PRACTICE
from tests.integration.api.conftest import CANARY, OTHER, Service, fields

PATH = "/v1/deliveries/bulk"


def test_each_delivery_has_an_answer_in_order(service: Service) -> None:
    opened, unopened = service.delivered()[1], service.delivered()[1]
    foreign, unknown = service.delivered(practice=OTHER)[1], str(uuid4())
    client = service.client()
    client.post(f"/v1/deliveries/{opened}/read", json={"staff": "ada"})
    body = {"staff": "ada", "do": "done", "deliveries": [unknown, opened, foreign, unopened, opened]}

    answer = client.post(PATH, json=body)

    items = answer.json()["items"]
    assert answer.status_code == 200
    assert [item["delivery"] for item in items] == body["deliveries"]
    assert [item["status"] for item in items] == [404, 200, 404, 409, 200]
    assert [item["problem"] and item["problem"]["type"].rsplit(":", 1)[1] for item in items] == [
        "not-found",
        None,
        "not-found",
        "left-out",
        None,
    ]
    states = {one: client.get(f"/v1/deliveries/{one}?staff=ada").json()["state"] for one in (opened, unopened)}
    assert states == {opened: "done", unopened: "unread"}


def test_the_other_acts_do_it_with_each(service: Service) -> None:
    ids = [service.delivered()[1] for _ in range(2)]
    client = service.client()
    for do in ("claim", "unread", "forward"):
        body = {"staff": "ada", "do": do, "deliveries": ids} | (
            {"to": "ben", "note": "Both."} if do == "forward" else {}
        )
        assert [item["status"] for item in client.post(PATH, json=body).json()["items"]] == [200, 200], do

    assert {item["owner"]["id"] for item in client.get("/v1/staff/ada/inbox").json()["items"]} == {"ada"}
    assert len(client.get("/v1/staff/ben/inbox").json()["items"]) == 2
    refused = client.post(PATH, json={"staff": "ada", "do": "forward", "deliveries": ids, "to": "nobody"}).json()
    assert [item["problem"]["errors"][0]["field"] for item in refused["items"]] == ["to", "to"]


def test_a_forward_of_several_says_that_the_colleague_is_away(service: Service) -> None:
    _, delivery = service.delivered()
    service.house.send_away("ben", "ann")
    body = {"staff": "ada", "deliveries": [delivery], "to": "ben"}

    forwarded, claimed = (service.client().post(PATH, json=body | {"do": do}).json() for do in ("forward", "claim"))

    assert (forwarded["away_until"] is None, forwarded["covered_by"]) == (False, {"id": "ann", "name": "Ann"})
    assert (claimed["away_until"], claimed["covered_by"]) == (None, None)


def test_a_forward_that_is_repeated_with_its_key_forwards_nothing_twice(service: Service) -> None:
    delivered = [service.delivered() for _ in range(2)]
    ids = [delivery for _, delivery in delivered]
    body = {"staff": "ada", "do": "forward", "deliveries": ids, "to": "ben", "note": "Both."}
    client = service.client()

    def send(key: str, **change: object) -> list[int]:
        answer = client.post(PATH, json=body | change, headers={"Idempotency-Key": key})
        return [item["status"] for item in answer.json()["items"]]

    assert [send("once"), send("once"), send("once", note="Another.")] == [[200, 200], [200, 200], [422, 422]]
    assert send("once", do="claim", deliveries=ids[:1]) == [200]
    traces = [service.house.traces.trace(PRACTICE, UUID(message), COMMAND)[0] for message, _ in delivered]
    assert [len(trace.hand_overs) for trace in traces] == [1, 1]


def test_a_key_that_is_none_is_refused(service: Service) -> None:
    _, delivery = service.delivered()
    body = {"staff": "ada", "do": "forward", "deliveries": [delivery], "to": "ben"}

    answer = service.client().post(PATH, json=body, headers={"Idempotency-Key": "x" * 201})

    assert (answer.status_code, list(fields(answer))) == (422, ["Idempotency-Key"])


def test_an_outage_in_the_middle_is_the_answer_for_what_was_not_done(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [service.delivered()[1] for _ in range(2)]
    forward = ForwardMessages.forward

    def lost(flow: ForwardMessages, ref: DeliveryRef, request: ForwardRequest) -> None:
        if str(ref.delivery) == ids[1]:
            raise UnavailableError("gone")
        forward(flow, ref, request)

    monkeypatch.setattr(ForwardMessages, "forward", lost)
    body = {"staff": "ada", "do": "forward", "deliveries": ids, "to": "ben"}

    items = service.client().post(PATH, json=body).json()["items"]

    assert [item["status"] for item in items] == [200, 503]
    assert items[1]["problem"]["type"].endswith(":unavailable")


def test_a_request_that_is_wrong_as_a_whole_does_nothing(service: Service) -> None:
    _, delivery = service.delivered()
    wrong: tuple[tuple[dict[str, object], str], ...] = (
        ({"deliveries": []}, "deliveries"),
        ({"deliveries": [delivery] * 201}, "deliveries"),
        ({"deliveries": [delivery, CANARY]}, "deliveries.1"),
        ({"do": CANARY}, "do"),
        ({"do": "forward"}, "to"),
        ({"staff": ""}, "staff"),
    )

    for change, field in wrong:
        answer = service.client().post(PATH, json={"staff": "ada", "do": "claim", "deliveries": [delivery], **change})
        assert (answer.status_code, list(fields(answer))) == (422, [field]), change
        assert CANARY not in answer.text
    assert service.client().get(f"/v1/deliveries/{delivery}?staff=ada").json()["owner"] is None
