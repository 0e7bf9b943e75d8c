"""Drafts over HTTP."""

import json

from router.messages.drafts import DRAFT_LIMIT
from tests.integration.api.conftest import CANARY, OTHER, Service, fields


def test_a_draft_is_saved_read_and_deleted(service: Service) -> None:
    _, delivery = service.delivered()
    client, path = service.client(), f"/v1/deliveries/{delivery}/draft"
    assert client.get(path, params={"staff": "ada"}).status_code == 404

    saved = client.put(path, json={"staff": "ada", "body": "Half a\nreply "})
    read = client.get(path, params={"staff": "ada"})

    assert saved.json() == {"delivery": delivery, "saved_at": read.json()["saved_at"]}
    when = saved.json()["saved_at"]
    assert read.json() == {"delivery": delivery, "body": "Half a\nreply ", "saved_at": when, "other": None}
    for _ in range(2):
        assert client.delete(path, params={"staff": "ada"}).status_code == 204
    assert client.get(path, params={"staff": "ada"}).status_code == 404
    assert client.put(path, json={"staff": "ada", "body": ""}).json() == {"delivery": delivery, "saved_at": None}


def test_a_draft_of_somebody_else_is_like_none(service: Service) -> None:
    _, delivery = service.delivered()
    _, foreign = service.delivered(practice=OTHER)
    client = service.client()
    client.put(f"/v1/deliveries/{delivery}/draft", json={"staff": "ada", "body": CANARY})

    answers = [
        client.request(method, f"/v1/deliveries/{item}/draft", params=query, json=body)
        for item, staff in ((delivery, "ben"), (foreign, "ada"), ("x", "ada"))
        for method, query, body in (
            ("GET", {"staff": staff}, None),
            ("PUT", {}, {"staff": staff, "body": "x"}),
            ("DELETE", {"staff": staff}, None),
        )
    ]

    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    assert client.get(f"/v1/deliveries/{delivery}/draft?staff=ada").json()["body"] == CANARY


def test_what_can_not_be_kept_is_named_and_not_repeated(service: Service) -> None:
    _, delivery = service.delivered()
    path = f"/v1/deliveries/{delivery}/draft"
    wrong = (
        ({"staff": "ada", "body": CANARY + "x" * 40_000}, "body"),
        ({"staff": "ada", "body": f"{CANARY}\x00"}, "body"),
        ({"staff": "ada"}, "body"),
        ({"body": CANARY}, "staff"),
    )

    for body, field in wrong:
        answer = service.client().put(path, json=body)
        assert (answer.status_code, list(fields(answer))) == (422, [field])
        assert CANARY not in answer.text
    assert service.client().put(path, content=b"x" * 600_000).status_code == 413


def test_the_longest_draft_is_kept_however_its_characters_are_escaped(service: Service) -> None:
    _, delivery = service.delivered()
    body = json.dumps({"staff": "ada", "body": "😀" * DRAFT_LIMIT})

    answer = service.client().put(f"/v1/deliveries/{delivery}/draft", content=body)

    assert answer.status_code == 200
