"""Gaps and previews over HTTP."""

from typing import Any

import pytest

from router.actors import Scope
from tests.integration.api.conftest import CANARY, Service, fields

PREVIEW = "/v1/messaging/preview"
BILL = {"patient": "sam", "topic": "billing"}


def _settings(service: Service, **billing: object) -> dict[str, Any]:
    """The settings as they are served, with another billing topic."""
    settings: dict[str, Any] = service.client(Scope.ADMIN).get("/v1/messaging").json()
    settings["practice"]["topics"]["billing"] |= billing
    return settings


def test_a_preview_tells_form_resolution_and_trace(service: Service) -> None:
    """The form is the one that the portal gets, and the steps are told in words."""
    answer = service.client(Scope.ADMIN).post(PREVIEW, json=BILL | {"at": "2026-03-02T12:00:00Z"})

    told = answer.json()
    form = service.client(Scope.PORTAL).get("/v1/patients/sam/compose").json()
    assert (answer.status_code, told["form"]) == (200, form)
    assert (told["draft"], told["to"], told["refusal"]) == (False, "Billing Office", None)
    resolution = told["resolution"]
    assert (resolution["at"], resolution["settings_version"]) == ("2026-03-02T12:00:00Z", 1)
    assert resolution["recipients"] == [{"staff": "ada", "name": "Ada", "step": "catch_all", "represents": None}]
    assert resolution["steps"][-1]["text"] == "The catch-all: Ada gets it."


def test_a_draft_is_tried_without_being_saved(service: Service) -> None:
    """What is served may be sent back, changed."""
    draft = _settings(service, recipients=["ben"], display_name="Money")

    told = service.client(Scope.ADMIN).post(PREVIEW, json=BILL | {"messaging": draft}).json()

    assert (told["draft"], told["to"]) == (True, "Money")
    assert [recipient["staff"] for recipient in told["resolution"]["recipients"]] == ["ben"]
    assert _settings(service)["version"] == 1


def test_a_refusal_is_told_beside_the_form(service: Service) -> None:
    """A preview of what the form would refuse is an answer, not a problem."""
    told = service.client(Scope.ADMIN).post(PREVIEW, json={"patient": "pat", "topic": "medical"}).json()

    assert told["refusal"] == {
        "reason": "choice_due",
        "field": "to",
        "message": "must be a member of the care team for this topic",
    }
    assert told["to"] is None
    assert [recipient["staff"] for recipient in told["resolution"]["recipients"]] == ["ann"]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"patient": None}, {"patient"}),
        ({"topic": CANARY}, {"topic"}),
        ({"at": "noon"}, {"at"}),
        ({CANARY: 1}, {""}),
        ({"messaging": {}}, {"messaging.messaging_enabled", "messaging.practice", "messaging.catch_all"}),
    ],
)
def test_what_can_not_be_read_names_its_fields(service: Service, changes, named) -> None:
    """Nothing of what came in is repeated."""
    answer = service.client(Scope.ADMIN).post(PREVIEW, json=BILL | changes)

    assert answer.status_code == 422
    assert named <= set(fields(answer))
    assert CANARY not in answer.text


def test_a_draft_that_could_not_be_saved_names_its_fields(service: Service) -> None:
    """The paths are those of the preview's document."""
    draft = _settings(service, recipients=["ghost"])

    answer = service.client(Scope.ADMIN).post(PREVIEW, json=BILL | {"messaging": draft})

    assert (answer.status_code, list(fields(answer))) == (422, ["messaging.practice.topics.billing.recipients.0"])


def test_an_unknown_patient_is_not_found(service: Service) -> None:
    """Another practice's patient is unknown, too."""
    answer = service.client(Scope.ADMIN).post(PREVIEW, json=BILL | {"patient": "ghost"})

    assert (answer.status_code, fields(answer)) == (404, {"patient": "is not known"})


def test_the_gaps_are_listed(service: Service) -> None:
    """Sam has no care team, so that the catch-all owns what he writes under any topic."""
    told = service.client(Scope.ADMIN).get("/v1/messaging/gaps").json()

    assert told["next"] is None
    assert [item["topic"] for item in told["items"]] == ["medical", "appointment", "medication", "billing", "other"]
    assert told["items"][3] == {
        "site": None,
        "topic": "billing",
        "kind": "catch_all",
        "owners": ["ada"],
        "patients_without_choice": 1,
        "message": "Practice, Billing: there are no recipients, and 1 patient has nobody active on the care team to "
        "choose. The catch-all would get new messages: Ada.",
    }
