"""Staff and patients one by one, over HTTP."""

from adapters.http.cursors import after_number
from router.actors import Scope
from tests.house import PRACTICE
from tests.integration.api.conftest import OTHER, Service, fields

ANA = {"id": "ana", "name": "Ana Silva", "title": "Nurse", "email": "ana@clinic.example"}


def test_somebody_is_added_read_and_listed(service: Service) -> None:
    client = service.client(Scope.ROSTER)

    added = client.post("/v1/staff", json=ANA)

    assert added.status_code == 201
    assert added.json() == ANA | {"roles": ["staff"], "active": True}
    assert client.get("/v1/staff/ana").json() == added.json()
    first = client.get("/v1/staff?limit=2").json()
    assert [one["id"] for one in first["items"]] == ["ada", "ana"]
    rest = client.get("/v1/staff", params={"cursor": first["next"]}).json()
    assert ([one["id"] for one in rest["items"]], rest["next"]) == (["ann", "ben"], None)
    assert service.client(Scope.ROSTER, practice=OTHER).get("/v1/staff/ana").status_code == 404


def test_who_is_added_while_the_list_is_read_repeats_nobody(service: Service) -> None:
    client = service.client(Scope.ROSTER)
    first = client.get("/v1/staff?limit=2").json()

    client.post("/v1/staff", json=ANA)

    rest = client.get("/v1/staff", params={"cursor": first["next"]}).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == ["ada", "ann", "ben"]


def test_a_cursor_of_the_release_before_goes_on_where_it_was(service: Service) -> None:
    client = service.client(Scope.ROSTER)

    rest = client.get("/v1/staff", params={"cursor": after_number("staff", 2)}).json()
    wrong = client.get("/v1/staff", params={"cursor": after_number("versions", 2)})

    assert [one["id"] for one in rest["items"]] == ["ben"]
    assert list(fields(wrong)) == ["cursor"]


def test_what_is_wrong_is_named_and_nobody_is_added(service: Service) -> None:
    client = service.client(Scope.ROSTER)

    taken = client.post("/v1/staff", json=ANA | {"id": "ann"})
    wrong = client.post("/v1/staff", json=ANA | {"email": "canary", "roles": ["queen"]})

    assert (taken.status_code, list(fields(taken))) == (409, ["id"])
    assert wrong.status_code == 422
    assert "canary" not in wrong.text
    assert client.get("/v1/staff/ana").status_code == 404


def test_the_inbox_of_somebody_is_not_taken_for_their_id(service: Service) -> None:
    client = service.client()

    assert "unread" in client.get("/v1/staff/ann/inbox").json()
    assert client.post("/v1/staff", json=ANA | {"id": "team/ana"}).status_code == 201
    assert client.get("/v1/staff/team/ana").json()["id"] == "team/ana"


def test_patients_are_found_by_posting_their_name(service: Service) -> None:
    client = service.client(Scope.ROSTER)

    found = client.post("/v1/patients/search", json={"text": "DOE, pat"}).json()
    first = client.post("/v1/patients/search?limit=1", json={"text": "doe"}).json()
    rest = client.post("/v1/patients/search", params={"cursor": first["next"]}, json={"text": "doe"}).json()
    short = client.post("/v1/patients/search", json={"text": "d"})

    assert [one["id"] for one in found["items"]] == ["pat", "sam"]
    assert [one["id"] for one in first["items"] + rest["items"]] == ["pat", "sam"]
    assert found["is_indexing"] is False
    assert set(found["items"][0]) == {"id", "name", "birth_date", "record_number", "home_site", "active"}
    assert list(fields(short)) == ["text"]


def test_these_calls_need_the_scope_roster(service: Service) -> None:
    client = service.client(Scope.PORTAL, Scope.ADMIN, Scope.INBOX, Scope.OPS, practice=PRACTICE)

    assert client.get("/v1/staff").status_code == 403
    assert client.post("/v1/staff", json=ANA).status_code == 403
    assert client.get("/v1/staff/ann").status_code == 403
    assert client.post("/v1/patients/search", json={"text": "doe"}).status_code == 403
