"""Notes for colleagues over HTTP."""

from tests.integration.api.conftest import CANARY, OTHER, Service, fields


def test_a_note_is_written_once_and_read_in_the_conversation(service: Service) -> None:
    message, delivery = service.delivered()
    client, path = service.client(), f"/v1/deliveries/{delivery}"
    body = {"staff": "ada", "text": " Please look. ", "mentions": ["ben"]}

    answers = [client.post(f"{path}/note", json=body, headers={"Idempotency-Key": "k"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    note = answers[0].json()
    assert note == answers[1].json()
    assert (note["author"], note["text"], note["mentions"]) == (
        {"id": "ada", "name": "Ada"}, "Please look.", [{"id": "ben", "name": "Ben"}]
    )  # fmt: skip
    read = client.get(f"{path}/conversation", params={"staff": "ada"}).json()
    assert (read["staff_notes"], read["has_earlier"]) == ([note], False)
    bens = client.get("/v1/staff/ben/inbox").json()["items"]
    assert [item["message"] for item in bens] == [message]
    thread = client.get(f"/v1/conversations/{read['id']}").text
    assert "Please look." not in thread


def test_what_is_earlier_comes_when_it_is_asked_for(service: Service) -> None:
    message, delivery = service.delivered()
    client = service.client()
    client.post(f"/v1/deliveries/{delivery}/reply", json={"staff": "ada", "body": "Early."})
    conversation = client.get(f"/v1/deliveries/{delivery}/conversation?staff=ada").json()["id"]
    further = client.post(
        "/v1/messages",
        json={"patient": "sam", "conversation": conversation, "body": "Late."},
        headers={"Idempotency-Key": "late"},
    )
    service.deliver()
    assert (further.status_code, message != further.json()["id"]) == (202, True)
    late = client.get("/v1/staff/ada/inbox").json()["items"][0]["id"]
    client.post(f"/v1/deliveries/{late}/note", json={"staff": "ada", "text": "Look.", "mentions": ["ben"]})
    bens = client.get("/v1/staff/ben/inbox").json()["items"][0]["id"]
    path = f"/v1/deliveries/{bens}/conversation?staff=ben"

    shown, everything = client.get(path).json(), client.get(f"{path}&earlier=true").json()

    assert ([entry["entry"]["body"] for entry in shown["entries"]], shown["has_earlier"]) == (["Late."], True)
    assert (len(everything["entries"]), everything["has_earlier"]) == (3, False)


def test_what_is_wrong_is_named_and_not_repeated(service: Service) -> None:
    _, delivery = service.delivered()
    _, foreign = service.delivered(practice=OTHER)
    client = service.client()
    for body, field in (
        ({"staff": "ada", "text": CANARY * 1_000}, "text"),
        ({"staff": "ada", "text": CANARY, "mentions": ["nobody"]}, "mentions.0"),
        ({"staff": "ada", "text": CANARY, "mentions": "ben"}, "mentions"),
        ({"text": CANARY}, "staff"),
    ):
        answer = client.post(f"/v1/deliveries/{delivery}/note", json=body)
        assert (answer.status_code, list(fields(answer))) == (422, [field])
        assert CANARY not in answer.text
    for one, staff in ((delivery, "ben"), (foreign, "ada")):
        answer = client.post(f"/v1/deliveries/{one}/note", json={"staff": staff, "text": "x"})
        assert answer.status_code == 404
