"""What a writer was answered, as it is stored: read also as the version before stored it, and by that version."""

from adapters.database.repositories.urgency import accepted_with_from_json, accepted_with_to_json
from router.messages.acceptance import AcceptedWith
from router.messages.priority import Priority
from router.messaging.red_flags import Advice

ADVICE = Advice("emergency", "Llame.", "911", "es")
BEFORE = {
    "priority": "routine",
    "advice": {"group": "emergency", "text": "Llame.", "phone": "911"},
    "seen": True,
}


def test_the_language_of_advice_is_stored_beside_it_where_the_version_before_ignores_it() -> None:
    given = AcceptedWith(Priority.ROUTINE, ADVICE, seen=True)
    stored = accepted_with_to_json(given)
    assert stored == BEFORE | {"language": "es"}
    assert accepted_with_from_json(stored) == given


def test_without_advice_there_is_no_language() -> None:
    assert "language" not in accepted_with_to_json(AcceptedWith())
    assert accepted_with_from_json(accepted_with_to_json(AcceptedWith())) == AcceptedWith()


def test_advice_of_the_version_before_has_no_known_language() -> None:
    before = accepted_with_from_json(BEFORE).advice
    assert before == Advice("emergency", "Llame.", "911")
    assert before.language == ""
