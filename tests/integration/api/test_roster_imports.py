"""Rosters that come in parts over HTTP."""

from tests.integration.api.conftest import OTHER, Service, fields
from tests.integration.api.test_roster import DOCUMENT

FAULTY = {"patients": [{"id": "yan", "name": "Yan Doe", "birth_date": "2001-02-30"}, {"name": "Nobody"}]}


def test_a_roster_in_parts_is_applied_by_a_worker(service: Service) -> None:
    """Its parts may come in any order; what was skipped is told, page by page; repeating it changes nothing."""
    client = service.client()
    begun = client.post("/v1/roster/imports", json={})
    path = f"/v1/roster/imports/{begun.json()['id']}"

    second = client.put(f"{path}/parts/2", json=FAULTY)
    client.put(f"{path}/parts/1", json=DOCUMENT)
    applying = client.post(f"{path}/apply", json={"parts": 2})
    service.house.roster_steps.run(lambda: True)
    done = client.get(f"{path}?limit=1").json()
    rest = client.get(path, params={"cursor": done["next"], "limit": 200}).json()

    assert (begun.status_code, begun.json()["state"], second.json()["parts"]) == (201, "open", [2])
    assert (applying.status_code, applying.json()["state"], applying.json()["patients"]) == (202, "applying", 2)
    assert (done["state"], done["done"], done["next"] is not None) == ("applied", 2, True)
    assert done["patients_changed"] == {"created": 2, "updated": 0, "deactivated": 0, "unchanged": 0}
    assert done["sites_changed"] == {"created": 1, "updated": 0, "hidden": 0, "unchanged": 0}
    found = [*done["items"], *rest["items"]]
    assert {(one["id"], one["field"]) for one in found} >= {
        ("yan", "patients.0.birth_date"),
        ("part 2", "patients.1.id"),
    }
    assert rest["next"] is None
    assert "Doe" not in str(found)
    assert client.get("/v1/patients/zoe/compose").json()["site"] == "east"
    assert client.post(f"{path}/apply", json={"parts": 2}).json()["state"] == "applied"


def test_what_an_import_cannot_take_is_refused_with_the_field(service: Service) -> None:
    client = service.client()
    path = f"/v1/roster/imports/{client.post('/v1/roster/imports', json={'mode': 'replace'}).json()['id']}"

    client.put(f"{path}/parts/1", json=DOCUMENT)
    twice = client.put(f"{path}/parts/2", json={"staff": DOCUMENT["staff"]})
    no_roster = client.put(f"{path}/parts/2", json={"people": []})
    early = client.post(f"{path}/apply", json={"parts": 2})
    client.post(f"{path}/apply", json={"parts": 1})
    late = client.put(f"{path}/parts/2", json={})
    service.house.roster_steps.run(lambda: True)
    refused = client.get(path).json()

    assert (twice.status_code, fields(twice)) == (422, {"staff.0.id": "is in part 1 as well"})
    assert (no_roster.status_code, early.status_code, late.status_code) == (422, 409, 409)
    assert refused["state"] == "refused"
    assert {error["field"] for error in refused["errors"]} == {"staff", "patients"}
    assert client.get(f"{path}?cursor=x").status_code == 422
    assert client.get(f"{path}?cursor={'eA' * 200}").status_code == 422
    assert client.post(f"{path}/apply", json={"parts": 0}).status_code == 422


def test_an_import_belongs_to_its_practice(service: Service) -> None:
    """To a key of another one it isn't there."""
    path = f"/v1/roster/imports/{service.client().post('/v1/roster/imports', json={}).json()['id']}"
    stranger = service.client(practice=OTHER)

    answers = [
        stranger.get(path),
        stranger.put(f"{path}/parts/1", json=DOCUMENT),
        stranger.post(f"{path}/apply", json={"parts": 1}),
        service.client().get(f"{path}x"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
