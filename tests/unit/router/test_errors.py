"""Refusals name the field that is wrong."""

from router.errors import Refusal


def test_a_refusal_at_a_field_names_it() -> None:
    refusal = Refusal.at("to", "is odd")

    assert (refusal.detail, refusal.errors[0].field) == ("to: is odd", "to")
