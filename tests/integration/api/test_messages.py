"""Writing messages over HTTP, and their receipts."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest

from router.actors import Scope
from router.errors import UnavailableError, UnknownOutcomeError
from tests.house import PRACTICE
from tests.integration.api.conftest import CANARY, MESSAGE, OTHER, Service, fields


def test_an_accepted_message_is_stored(service: Service) -> None:
    """202 comes with an id, the To: that the patient saw, and where the receipt is."""
    response = service.write()

    assert response.status_code == 202
    accepted = response.json()
    assert response.headers["location"] == f"/v1/messages/{accepted['id']}"
    assert (accepted["status"], accepted["to"]) == ("accepted", "Billing Office")
    receipt = service.client().get(response.headers["location"]).json()
    assert (accepted.pop("priority"), accepted.pop("advice")) == ("routine", None)
    assert {**accepted, **receipt} == receipt


def test_repeating_answers_as_the_first_time(service: Service) -> None:
    """The same key and fields tell the original answer, even after delivery, and store nothing."""
    client, headers = service.client(), {"Idempotency-Key": "once"}
    first = client.post("/v1/messages", json=MESSAGE, headers=headers)
    service.deliver()

    again = client.post("/v1/messages", json=MESSAGE, headers=headers)

    assert (again.status_code, again.json()) == (202, first.json())
    assert service.house.inbox("ada").unread == 1


def test_a_key_is_not_used_for_two_messages(service: Service) -> None:
    """The same key with other fields is refused, with the header named."""
    client, headers = service.client(), {"Idempotency-Key": "once"}
    client.post("/v1/messages", json=MESSAGE, headers=headers)

    response = client.post("/v1/messages", json={**MESSAGE, "body": CANARY}, headers=headers)

    assert response.status_code == 422
    assert response.json()["type"] == "urn:careroute:problem:idempotency-key-reused"
    assert set(fields(response)) == {"Idempotency-Key"}
    assert CANARY not in response.text


def test_a_refusal_does_not_use_a_key_up(service: Service) -> None:
    """After a refusal the same key may carry the corrected message."""
    client, headers = service.client(), {"Idempotency-Key": "once"}
    refused = client.post("/v1/messages", json={**MESSAGE, "subject": " "}, headers=headers)

    accepted = client.post("/v1/messages", json=MESSAGE, headers=headers)

    assert (refused.status_code, accepted.status_code) == (422, 202)


def test_a_key_is_needed(service: Service) -> None:
    """Without a usable key nothing is stored, and the header is named."""
    unusable = [{}, *({"Idempotency-Key": key} for key in ("", "   ", "k" * 201))]

    answers = [service.client().post("/v1/messages", json=MESSAGE, headers=headers) for headers in unusable]

    assert [(answer.status_code, list(fields(answer))) for answer in answers] == [(422, ["Idempotency-Key"])] * len(
        unusable
    )


def test_a_key_means_the_same_in_a_header_and_in_a_batch(service: Service) -> None:
    """Headers are bytes: a key beyond ASCII is the same key wherever it comes."""
    client = service.client()
    first = client.post("/v1/messages", json=MESSAGE, headers=[(b"Idempotency-Key", "clé".encode())])

    batch = client.post("/v1/messages/batch", json={"items": [{**MESSAGE, "idempotency_key": "clé"}]})

    assert batch.json()["items"] == [{"status": 202, "message": first.json()}]
    assert client.get("/v1/messages", params={"idempotency_key": "clé"}).json()["id"] == first.json()["id"]


def test_a_refusal_from_the_form_carries_it(service: Service) -> None:
    """Where a choice is due the form says among whom, so that a page can ask once."""
    response = service.write(patient="pat")

    assert response.status_code == 409
    assert set(fields(response)) == {"to"}
    problem = response.json()
    assert problem["reason"] == "choice_due"
    billing = next(topic for topic in problem["form"]["topics"] if topic["topic"] == "billing")
    assert [option["id"] for option in billing["to"]["options"]] == ["ann"]


def test_a_refusal_tells_no_name_of_a_patient(service: Service) -> None:
    """An authorized user who is refused hears of the other readers by id alone."""
    response = service.write(patient="pat", sender="al")

    assert response.json()["form"]["readers"] == [{"kind": "patient", "id": "pat"}]
    assert "Pat Doe" not in response.text


WRONG: list[tuple[dict[str, Any], int, str]] = [
    ({"patient": CANARY}, 404, "patient"),
    ({"sender": CANARY}, 404, "sender"),
    ({"site": CANARY}, 409, "site"),
    ({"to": CANARY}, 409, "to"),
    ({"patient": "p\x00"}, 422, "patient"),
    ({"subject": CANARY * 20}, 422, "subject"),
    ({"subject": " \t "}, 422, "subject"),
    ({"subject": CANARY + "\x07"}, 422, "subject"),
    ({"body": "x" * 20_001}, 422, "body"),
    ({"body": CANARY + "\x00"}, 422, "body"),
    ({"body": "\u2003"}, 422, "body"),
    ({"topic": CANARY}, 422, "topic"),
    ({"private": CANARY}, 422, "private"),
    ({CANARY: 1}, 422, ""),
]
# Half a character, which JSON can spell and nothing can store.
WRONG += [
    ({field: half}, 422, field) for field in ("patient", "to", "subject", "body") for half in ("\ud800", "x\udfff")
]


def test_what_is_wrong_is_named_and_not_repeated(service: Service) -> None:
    """Every refusal names its field and echoes nothing that came in; nothing is stored."""
    answers = [service.write(**changes) for changes, _, _ in WRONG]

    told = [(answer.status_code, list(fields(answer))) for answer in answers]
    assert told == [(status, [field]) for _, status, field in WRONG]
    assert not [answer.text for answer in answers if CANARY in answer.text]
    assert service.house.reconcile.run(print).counted["messages"] == 0


def test_what_is_no_document_is_refused(service: Service) -> None:
    """Whatever is no JSON object is told so, about the document as a whole."""
    client, headers = service.client(), {"Idempotency-Key": "k"}
    raws = [b"", b"{", b"[1,", b'{"patient": NaN}', b"\xff\xfe\x00", b"[" * 50_000, b"null", b"[]", b'"text"']

    answers = [client.post("/v1/messages", content=raw, headers=headers) for raw in raws]

    assert [(answer.status_code, list(fields(answer))) for answer in answers] == [(422, [""])] * len(raws)


def test_texts_are_trimmed_and_kept(service: Service) -> None:
    """Line breaks, tabs, emoji and right-to-left text arrive as they were written, but for what stands around them."""
    body = "first\r\n\tsecond\n👩‍⚕️ שלום"
    service.write(body=f"  {body}\n", subject=" Größe ")
    service.deliver()

    (item,) = service.client(Scope.INBOX).get("/v1/staff/ada/inbox").json()["items"]

    assert (item["body"], item["subject"]) == (body, "Größe")


def test_a_receipt_follows_the_message(service: Service) -> None:
    """A receipt says when it was delivered and opened, in UTC."""
    message, delivery = service.delivered()
    service.client().post(f"/v1/deliveries/{delivery}/read", json={"staff": "ada"})

    receipt = service.client().get(f"/v1/messages/{message}").json()

    assert receipt["status"] == "opened"
    moments = [datetime.fromisoformat(receipt[name]) for name in ("accepted_at", "delivered_at", "opened_at")]
    assert moments == sorted(moments)
    assert receipt["opened_at"].endswith("Z")
    assert receipt["answered_at"] is None


def test_a_foreign_message_is_not_there(service: Service) -> None:
    """Another practice's message, one that never was, and what is no id at all answer alike to the byte."""
    foreign = service.write(practice=OTHER).json()["id"]
    client = service.client()

    answers = [
        client.get(f"/v1/messages/{message}")
        for message in (foreign, "01890a5d-ac96-774b-bcce-b302099a8057", "x", "%00", foreign.replace("-", ""))
    ]

    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}


def test_a_foreign_key_is_not_there(service: Service) -> None:
    """Idempotency keys are looked for in the key's own practice."""
    headers = {"Idempotency-Key": "theirs"}
    service.client(practice=OTHER).post("/v1/messages", json=MESSAGE, headers=headers)
    client = service.client()

    answers = [client.get("/v1/messages", params={"idempotency_key": one}) for one in ("theirs", "nobody's")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_a_key_that_can_not_be_is_named(service: Service) -> None:
    """Looking for a key with a NUL is refused before the database sees it."""
    response = service.client().get("/v1/messages", params={"idempotency_key": "a\x00"})

    assert response.status_code == 422
    assert set(fields(response)) == {"idempotency_key"}


def test_a_receipt_hides_the_staff_behind_a_display_name(service: Service) -> None:
    """Nothing that the portal's side reads names whoever got the message."""
    message, _ = service.delivered()
    client = service.client(Scope.PORTAL)

    told = client.get(f"/v1/messages/{message}").text + client.get("/v1/patients/sam/compose").text

    assert "ada" not in re.findall(r"\w+", told.lower())


@pytest.mark.parametrize("error", [UnavailableError("x"), UnknownOutcomeError("x")])
def test_a_lost_database_is_no_defect(service: Service, error: Exception) -> None:
    """While the database is away a message is answered with 503 and when to come again."""
    object.__setattr__(service.house.accept, "database", Lost(error))

    response = service.write()

    assert response.status_code == 503
    assert response.headers["retry-after"]


def test_many_at_once_are_each_stored_once(service: Service) -> None:
    """Requests that arrive together each have their own receipt."""
    with service.client() as client, ThreadPoolExecutor(16) as pool:

        def write(number: int) -> str:
            headers = {"Idempotency-Key": f"many-{number % 40}"}
            answer = client.post("/v1/messages", json=MESSAGE, headers=headers)
            assert answer.status_code == 202, answer.text
            identifier: str = answer.json()["id"]
            return identifier

        made = list(pool.map(write, range(80)))

    assert len(set(made)) == 40
    assert service.house.reconcile.run(print).counted["messages"] == 40
    assert str(service.house.accept.receipt_by_key(PRACTICE, "many-0").id) in made


class Lost:
    """A database that can't be reached."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def begin(self) -> None:
        raise self._error
