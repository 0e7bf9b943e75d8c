"""New passwords are held against the common ones of a list that comes with a package, offline."""

import pytest

from config.wiring.passwords import ArgonPasswords
from router.errors import Invalid
from router.flows.passwords import hash_new


@pytest.mark.parametrize(
    "password", ["password1234", "passwordpassword", "qwertyuiop12", "iloveyou1234", "letmeinletmein", "a" * 200]
)
def test_common_passwords_are_found(password: str) -> None:
    assert ArgonPasswords().is_common(password, ())


@pytest.mark.parametrize("password", ["correct horse battery", "xk8 Qp2mZ-zR44", "ß" * 3 + " Grüße aus Köln, Änne"])
def test_others_are_not(password: str) -> None:
    assert not ArgonPasswords().is_common(password, ())


def test_what_others_know_of_somebody_is_guessed_first() -> None:
    assert ArgonPasswords().is_common("nisha-patel1", ("nisha-patel",))
    assert not ArgonPasswords().is_common("nisha-patel1", ())


@pytest.mark.parametrize("password", ["Careroute2026", "ann.lee@clinic.example"])
def test_the_name_of_the_service_and_ones_own_address_are_no_passwords(password: str) -> None:
    with pytest.raises(Invalid, match="too common"):
        hash_new(ArgonPasswords(), password, "ann", "ann.lee@clinic.example")
