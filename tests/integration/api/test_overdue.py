"""What is overdue over HTTP: no text, no patient."""

from dataclasses import replace
from datetime import timedelta

from router.actors import Scope
from router.messaging.hours import Hours, PracticeHours
from router.messaging.ladder import Condition, Do, LadderStep
from router.practice.topics import Topic
from tests.builders import settings
from tests.integration.api.conftest import CANARY, Service

ALERT = LadderStep(60, Condition.UNANSWERED, Do.ALERT)


def overdue(service: Service) -> str:
    """A message that is at its alert; its id."""
    hours = Hours(PracticeHours(round_the_clock=True))
    service.house.save(replace(settings(), hours=hours, ladder=(ALERT,), catch_all=("ben",)))
    message, _ = service.delivered("ben")
    service.house.clock.by += timedelta(minutes=61)
    service.house.escalate.run()
    return message


def test_the_list_names_who_has_it_and_nothing_of_the_patient(service: Service) -> None:
    message = overdue(service)
    answer = service.client().get("/v1/overdue")
    assert answer.status_code == 200
    (item,) = answer.json()["items"]
    assert (item["message"], item["holders"]) == (message, [{"id": "ben", "name": "Ben"}])
    assert item["alerted_at"] is not None
    assert not {"patient", "subject", "body"}.intersection(item)
    assert answer.json()["more"] is False


def test_it_is_handed_over_and_the_trace_says_so(service: Service) -> None:
    message = overdue(service)
    answer = service.client().post(f"/v1/overdue/{message}/hand-over", json={"to": "catch_all"})
    assert (answer.status_code, answer.json()["holders"]) == (200, ["ben"])
    trace = service.client().get(f"/v1/messages/{message}/trace").json()
    (step,), (notice,) = trace["ladder_steps"], trace["notices"]
    assert (step["run"], step["step"], step["did"], step["text"]) == (
        1, 1, "alert", "Step 1 of the ladder alerted Ada."
    )  # fmt: skip
    assert (notice["staff"], notice["name"], notice["cause"], notice["run"], notice["step"], notice["attempts"]) == (
        "ada", "Ada", "alert", 1, 1, []
    )  # fmt: skip


def test_refusals_name_the_field_and_echo_nothing(service: Service) -> None:
    message = overdue(service)
    answer = service.client().post(f"/v1/overdue/{message}/hand-over", json={"to": "somebody-else"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "to"
    assert "somebody-else" not in answer.text


def test_it_needs_the_scope_of_administrators(service: Service) -> None:
    assert service.client(Scope.PORTAL).get("/v1/overdue").status_code == 403


def test_a_ladder_is_saved_and_read_and_its_errors_name_the_step(service: Service) -> None:
    client = service.client()
    document = client.get("/v1/messaging").json()
    document["ladder"] = [{"after": 60, "while": "unanswered", "do": "alert"}]
    saved = client.put("/v1/messaging", json=document, headers={"If-Match": "*"})
    assert saved.json()["ladder"] == document["ladder"]
    assert "Ladder: if nobody has answered it after 1 h, alert the administrators." in saved.json()["changes"]
    document["ladder"] = [{"after": 60, "while": "unopened", "do": "hand_over"}, *document["ladder"]]
    document["catch_all"] = []
    refused = client.put("/v1/messaging", json=document, headers={"If-Match": "*"})
    assert [error["field"] for error in refused.json()["errors"]] == ["ladder.0.do", "ladder.1.after"]


def test_settings_are_replayed_over_the_last_days(service: Service) -> None:
    service.house.save(settings({Topic.BILLING: ["ann"]}))
    service.delivered("ann")
    client = service.client()
    draft = client.get("/v1/messaging").json()
    draft["hours"]["practice"]["round_the_clock"] = True
    draft["ladder"] = [{"after": 1, "while": "unanswered", "do": "alert"}]
    draft["practice"]["topics"]["billing"]["recipients"] = ["ben"]
    service.house.clock.by += timedelta(minutes=5)

    answer = client.post("/v1/messaging/replay", json={"messaging": draft, "days": 7})

    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["days"], found["messages"], found["is_all"], found["would_begin"]) == (7, 1, True, 1)
    assert found["would_begin_is_all"]
    assert [step["messages"] for step in found["steps"] if step["do"] == "alert"] == [1]
    (moved,) = found["moved"]
    assert (moved["topic"], moved["before"], moved["after"], moved["messages"]) == ("billing", ["ann"], ["ben"], 1)
    assert CANARY not in answer.text


def test_settings_that_could_not_be_saved_are_not_replayed(service: Service) -> None:
    client = service.client()
    draft = client.get("/v1/messaging").json()
    draft["ladder"] = [{"after": 1, "while": "unanswered", "do": "remind"}]
    refused = client.post("/v1/messaging/replay", json={"messaging": draft})
    assert refused.status_code == 422
    assert refused.json()["errors"] == [{"field": "messaging.ladder", "message": "must end with an alert"}]
    wrong = client.post("/v1/messaging/replay", json={"days": 0})
    assert wrong.json()["errors"] == [{"field": "days", "message": "must be between 1 and 90"}]
