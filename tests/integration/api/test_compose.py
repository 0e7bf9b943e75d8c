"""The compose form over HTTP."""

from tests.builders import a_patient, settings
from tests.house import STAFF
from tests.integration.api.conftest import CANARY, OTHER, Service, fields


def test_the_form_says_what_may_be_written(service: Service) -> None:
    """All that the page needs: topics with their To:, sites, the disclaimer, and who else can read."""
    form = service.client().get("/v1/patients/pat/compose").json()

    assert (form["enabled"], form["reason"], form["site"]) == (True, None, "north")
    assert [topic["topic"] for topic in form["topics"]] == ["medical", "appointment", "medication", "billing", "other"]
    assert form["topics"][0]["to"] == {
        "kind": "choose",
        "options": [{"id": "ann", "name": "Ann", "role": "Physician"}],
    }
    assert form["readers"] == [{"kind": "authorized_user", "id": "al", "name": "Al Doe", "shares_address": False}]


def test_a_fixed_to_shows_the_display_name(service: Service) -> None:
    """Without a care team nobody is named."""
    form = service.client().get("/v1/patients/sam/compose").json()

    assert form["topics"][0]["to"] == {"kind": "fixed", "display_name": "Medical Team"}


def test_an_authorized_user_has_a_form_of_their_own(service: Service) -> None:
    """The patient is among those who can read what an authorized user writes."""
    form = service.client().get("/v1/patients/pat/compose", params={"actor": "al"}).json()

    assert [reader["kind"] for reader in form["readers"]] == ["patient"]


def test_absence_and_cover_are_told(service: Service) -> None:
    """Somebody who is away may be chosen; until when and who covers is said."""
    service.house.send_away("ann", "ben")

    (option,) = service.client().get("/v1/patients/pat/compose").json()["topics"][0]["to"]["options"]

    assert option["covered_by"] == "Ben"
    assert option["away_until"].endswith("Z")


def test_a_form_that_is_off_says_why(service: Service) -> None:
    """With messaging off there are no topics, and the reason is a slug."""
    service.house.save(settings(messaging_enabled=False))

    form = service.client().get("/v1/patients/pat/compose").json()

    assert (form["enabled"], form["reason"], form["topics"]) == (False, "messaging_off", [])


def test_who_and_what_is_not_known_is_named(service: Service) -> None:
    """An unknown patient, authorized user or site is missing, and not repeated."""
    client = service.client()

    answers = {
        "patient": client.get(f"/v1/patients/{CANARY}/compose"),
        "actor": client.get("/v1/patients/pat/compose", params={"actor": CANARY}),
        "site": client.get("/v1/patients/pat/compose", params={"site": "south"}),
    }

    assert {name: (one.status_code, list(fields(one))) for name, one in answers.items()} == {
        name: (404, [name]) for name in answers
    }
    assert not [answer for answer in answers.values() if CANARY in answer.text]


def test_ids_may_be_any_text(service: Service) -> None:
    """Ids are the practice's own: slashes, spaces and other scripts work; what can't be an id is missing."""
    service.house.bring(STAFF, [a_patient("a/b c"), a_patient("Größe")])
    client = service.client()

    known = [client.get(f"/v1/patients/{one}/compose").status_code for one in ("a%2Fb%20c", "Gr%C3%B6%C3%9Fe")]
    unknown = [client.get(f"/v1/patients/{one}/compose") for one in ("%00", "x" * 200, "%ED%A0%80", "%20", "nobody")]

    assert known == [200, 200]
    assert {(one.status_code, one.content) for one in unknown} == {(404, unknown[0].content)}


def test_a_foreign_patient_is_not_there(service: Service) -> None:
    """Another practice's patient and one that never was answer alike to the byte."""
    service.house.bring(STAFF, [a_patient("theirs")], practice=OTHER)

    answers = [service.client().get(f"/v1/patients/{one}/compose") for one in ("theirs", "nobody")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
