"""The settings over HTTP: read, saved with their version, listed and brought back."""

import json
from typing import Any

from adapters.http.limits import REQUEST_BYTES
from router.actors import Scope
from tests.integration.api.conftest import CANARY, OTHER, Service, fields


def changed(service: Service, **recipients: list[str]) -> dict[str, Any]:
    """The settings as they are, with these recipients of topics."""
    document: dict[str, Any] = service.client().get("/v1/messaging").json()
    for topic, staff in recipients.items():
        document["practice"]["topics"][topic]["recipients"] = staff
    return document


def test_settings_are_saved_as_one(service: Service) -> None:
    """The answer is the new document, with its version, what changed in words, and warnings."""
    document = changed(service, billing=["ben"])

    saved = service.client().put("/v1/messaging", json=document, headers={"If-Match": '"1"'})

    assert saved.status_code == 200
    assert saved.headers["etag"] == '"2"'
    answer = saved.json()
    assert (answer["version"], answer["changes"]) == (2, ["Practice, Billing, recipients: added Ben."])
    (warning,) = answer["warnings"]
    assert (warning["code"], warning["field"]) == ("single_recipient", "practice.topics.billing.recipients")
    read = service.client().get("/v1/messaging")
    assert read.headers["etag"] == '"2"'
    assert read.json() == {key: value for key, value in answer.items() if key not in {"changes", "warnings", "gaps"}}


def test_the_answer_can_be_edited_and_sent_back(service: Service) -> None:
    """A client may go on from what it was answered."""
    client = service.client()
    first = client.put("/v1/messaging", json=changed(service, billing=["ben"]), headers={"If-Match": '"1"'})

    again = client.put("/v1/messaging", json=first.json(), headers={"If-Match": first.headers["etag"]})

    assert (again.status_code, again.json()["version"], again.json()["changes"]) == (200, 2, [])


def test_a_stale_save_is_refused(service: Service) -> None:
    """Whoever edited an older version is told so, and nothing is merged."""
    client = service.client()
    client.put("/v1/messaging", json=changed(service, billing=["ben"]), headers={"If-Match": '"1"'})

    for stale in ('"1"', '"0"', '"99999999999"', '"abc"'):
        response = client.put("/v1/messaging", json=changed(service, other=["ann"]), headers={"If-Match": stale})

        assert response.status_code == 412
        assert response.json()["type"] == "urn:careroute:problem:stale"
    assert client.get("/v1/messaging").json()["version"] == 2


def test_a_save_must_name_its_version(service: Service) -> None:
    """Without If-Match nothing is saved; what is no strong ETag is named; a star overwrites."""
    client, document = service.client(), changed(service, billing=["ben"])

    missing = client.put("/v1/messaging", json=document)
    malformed = [client.put("/v1/messaging", json=document, headers={"If-Match": one}) for one in ('W/"1"', "1", "")]
    star = client.put("/v1/messaging", json=document, headers={"If-Match": "*"})

    assert missing.status_code == 428
    assert [(answer.status_code, list(fields(answer))) for answer in malformed] == [(422, ["If-Match"])] * 3
    assert (star.status_code, star.json()["version"]) == (200, 2)


def test_settings_of_hundreds_of_sites_can_be_saved_and_tried(service: Service) -> None:
    client, body = service.client(), json.dumps(changed(service, billing=["ben"])) + " " * REQUEST_BYTES
    wrapped = f'{{"messaging": {body}, "days": 7}}'

    saved = client.put("/v1/messaging", content=body, headers={"If-Match": "*"})
    replayed = client.post("/v1/messaging/replay", content=wrapped)

    assert (saved.status_code, replayed.status_code) == (200, 200)
    assert client.post("/v1/messaging/preview", content=wrapped).status_code != 413


def test_what_can_not_be_saved_is_named(service: Service) -> None:
    """Each wrong field is named by its path, nothing is repeated, and nothing is saved."""
    client, headers = service.client(), {"If-Match": '"1"'}
    document = changed(service, billing=[CANARY], other=["ann", "ann"])
    document["practice"]["topics"]["medical"]["display_name"] = "x" * 81
    document["disclaimer"] = " "
    document["sites"] = {"nowhere": document["practice"]}

    rules = client.put("/v1/messaging", json=document, headers=headers)
    shapes = client.put(
        "/v1/messaging",
        json={**changed(service), "by_site": CANARY, CANARY: 1, "practice": {"topics": {"medical": {}}}},
        headers=headers,
    )

    assert rules.status_code == shapes.status_code == 422
    assert {
        "disclaimer",
        "practice.topics.medical.display_name",
        "practice.topics.billing.recipients.0",
        "practice.topics.other.recipients.1",
        "sites.nowhere",
    } <= set(fields(rules))
    assert {"", "by_site", "practice.topics.medical.enabled", "practice.topics.other"} <= set(fields(shapes))
    assert CANARY not in rules.text + shapes.text
    assert client.get("/v1/messaging").json()["version"] == 1


def test_versions_are_listed_in_pages(service: Service) -> None:
    """Newest first, each with who, when and what; following `next` finds every one once."""
    client = service.client(Scope.ADMIN)
    for recipients in (["ann"], ["ben"], ["ada"]):
        client.put("/v1/messaging", json=changed(service, billing=recipients), headers={"If-Match": "*"})

    pages = [client.get("/v1/messaging/versions?limit=2").json()]
    while pages[-1]["next"]:
        pages.append(client.get("/v1/messaging/versions", params={"limit": 2, "cursor": pages[-1]["next"]}).json())

    assert [[item["version"] for item in page["items"]] for page in pages] == [[4, 3], [2, 1]]
    seen = pages[0]["items"]
    assert seen[0]["by"]["kind"] == "key"
    assert seen[0]["at"].endswith("Z")
    assert seen[0]["changes"] == [
        "Practice, Billing, recipients: added Ada.",
        "Practice, Billing, recipients: removed Ben.",
    ]


def test_a_version_is_brought_back(service: Service) -> None:
    """It becomes a new version; the old ones stay."""
    client = service.client()
    client.put("/v1/messaging", json=changed(service, billing=["ben"]), headers={"If-Match": '"1"'})

    restored = client.post("/v1/messaging/versions/1/restore")

    assert restored.headers["etag"] == '"3"'
    assert restored.json()["practice"]["topics"]["billing"]["recipients"] == []
    version = client.get("/v1/messaging/versions/2").json()
    assert version["version"] == 2
    assert version["messaging"]["practice"]["topics"]["billing"]["recipients"] == ["ben"]


def test_a_version_is_restored_only_over_the_settings_that_were_compared(service: Service) -> None:
    client = service.client()
    client.put("/v1/messaging", json=changed(service, billing=["ben"]), headers={"If-Match": '"1"'})

    def restored(etag: str) -> int:
        return client.post("/v1/messaging/versions/1/restore", headers={"If-Match": etag}).status_code

    assert [restored(etag) for etag in ('"1"', '"new"', "2")] == [412, 412, 422]
    assert client.get("/v1/messaging").headers["etag"] == '"2"'
    assert restored('"2"') == 200
    assert restored("*") == 200


def test_a_version_that_is_not_there_is_missing(service: Service) -> None:
    """Another practice's versions, numbers that never were and what is no number answer alike to the byte."""
    foreign = service.client(practice=OTHER)
    foreign.put("/v1/messaging", json=changed(service, billing=["ben"]), headers={"If-Match": "*"})
    client = service.client()

    answers = [client.get(f"/v1/messaging/versions/{one}") for one in ("2", "77", "x", "-1", "9" * 30, "٣")]

    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    assert client.post("/v1/messaging/versions/77/restore").status_code == 404
