"""Whether the patient's side wants emails, over the API."""

import pytest

from router.actors import Scope
from tests.integration.api.conftest import Service, fields

PATH = "/v1/patients/pat/email-choice"


@pytest.mark.both_engines
def test_it_is_read_and_set_for_each_actor(service: Service) -> None:
    portal = service.client(Scope.PORTAL)
    nothing = {"wanted": False, "chosen": None, "has_address": False}

    assert portal.get(PATH).json() == portal.get(f"{PATH}?actor=al").json() == nothing
    assert portal.put(PATH, json={"actor": "al", "wanted": True}).json() == nothing | {"wanted": True, "chosen": True}
    assert portal.get(PATH).json() == nothing
    assert portal.get(f"{PATH}?actor=al").json()["chosen"] is True
    assert portal.put(PATH, json={"actor": "al", "wanted": None}).json() == nothing


def test_what_was_chosen_must_be_said(service: Service) -> None:
    portal = service.client(Scope.PORTAL)

    for body, wrong in (({}, "wanted"), ({"wanted": "yes"}, "wanted"), ({"wanted": True, "notify": True}, "notify")):
        answer = portal.put(PATH, json=body)
        assert answer.status_code == 422
        assert list(fields(answer)) == [wrong]


def test_a_stranger_is_not_found(service: Service) -> None:
    portal = service.client(Scope.PORTAL)

    for path in ("/v1/patients/nobody/email-choice", f"{PATH}?actor=eve"):
        assert portal.get(path).status_code == 404
    assert portal.put(PATH, json={"actor": "eve", "wanted": True}).status_code == 404
