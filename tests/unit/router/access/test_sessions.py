"""Sessions and who holds them."""

from router.access.sessions import OperatorSession


def test_an_operator_is_greeted_and_recorded_by_name() -> None:
    session = OperatorSession("night")

    assert (session.name, session.actor.kind, session.actor.id) == ("night", "operator", "night")
