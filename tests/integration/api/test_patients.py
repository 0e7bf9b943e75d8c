"""Stopping a patient from writing, over HTTP."""

from router.actors import Scope
from tests.integration.api.conftest import CANARY, OTHER, Service, fields

STOP = {"may_write": False, "reason": CANARY, "words": "Please call us."}


def test_the_form_says_why_and_a_key_of_another_practice_finds_nobody(service: Service) -> None:
    roster = service.client(Scope.ROSTER)

    assert service.client(Scope.ROSTER, practice=OTHER).patch("/v1/patients/ghost", json=STOP).status_code == 404
    assert roster.patch("/v1/patients/sam", json=STOP).json() == {"id": "sam", **STOP}
    form = service.client(Scope.PORTAL).get("/v1/patients/sam/compose").json()
    refused = service.write()

    assert (form["enabled"], form["reason"], form["words"]) == (False, "stopped", "Please call us.")
    assert refused.status_code == 409
    assert refused.json()["form"]["reason"] == "stopped"
    assert CANARY not in refused.text + str(form)
    assert "Please call us." not in refused.text
    assert roster.patch("/v1/patients/sam", json={"may_write": True}).json()["reason"] is None
    assert service.write().status_code == 202


def test_reason_and_words_are_needed(service: Service) -> None:
    client = service.client(Scope.ROSTER)

    assert list(fields(client.patch("/v1/patients/sam", json={"may_write": False}))) == ["reason", "words"]
    assert list(fields(client.patch("/v1/patients/sam", json={"words": "x"}))) == ["words"]
    assert client.patch("/v1/patients/sam", json={}).json()["may_write"]
    assert service.client(Scope.PORTAL).patch("/v1/patients/sam", json=STOP).status_code == 403
