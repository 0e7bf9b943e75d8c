"""More than can be taken: what doesn't fit is refused at once, what was accepted is kept, and it recovers by itself."""

from adapters.http.gather import MOST_WAITING
from tests.chaos.frontend import ACCEPTED, UNAVAILABLE, Frontend
from tests.chaos.plant import Plant
from tests.chaos.verdict import judge, settle
from tests.integration.service.conftest import ON_THE_PLANT

pytestmark = ON_THE_PLANT


def test_a_flood_is_shed_and_what_was_accepted_arrives(plant: Plant, frontend: Frontend) -> None:
    """Half as many again as may wait, at one moment; those that are refused are told when to come again, and do."""
    plant.start_worker()

    answers = frontend.write_at_once(MOST_WAITING * 3 // 2)

    refused = [one for one in answers if one.status == UNAVAILABLE]
    assert {one.status for one in answers} == {ACCEPTED, UNAVAILABLE}
    assert {(one.document["type"], one.headers["retry-after"]) for one in refused} == {
        ("urn:careroute:problem:busy", "2")
    }
    assert plant.portal.is_ready()
    frontend.wait()
    settle(plant)
    assert judge(plant, frontend).problems == ()
