"""What a broker's URL says of certificates."""

import pytest

from config.broker_url import problem_with_broker, verified, weakness_of


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("redis://broker/0", "redis://broker/0"),
        ("rediss://user:word@broker:6380/0", "rediss://user:word@broker:6380/0?ssl_cert_reqs=required"),
        ("rediss://broker?ssl_cert_reqs=CERT_REQUIRED", "rediss://broker?ssl_cert_reqs=required"),
        ("rediss://broker/1?ssl_cert_reqs=CERT_NONE", "rediss://broker/1?ssl_cert_reqs=none"),
        (
            "rediss://broker/1?ssl_ca_certs=/etc/authority.pem",
            "rediss://broker/1?ssl_ca_certs=%2Fetc%2Fauthority.pem&ssl_cert_reqs=required",
        ),
    ],
)
def test_certificates_are_verified_unless_asked_otherwise(given: str, meant: str) -> None:
    assert verified(given) == meant
    assert problem_with_broker(given) is None


@pytest.mark.parametrize("weak", ["ssl_cert_reqs=none", "ssl_cert_reqs=optional", "ssl_check_hostname=false"])
def test_what_gives_up_verification_is_said(weak: str) -> None:
    said = weakness_of(f"rediss://user:word@broker/0?{weak}")

    assert said is not None
    assert "word" not in said
    assert weakness_of("rediss://broker/0") is None
    assert weakness_of("redis://broker/0") is None


def test_an_unheard_of_requirement_is_refused() -> None:
    assert problem_with_broker("rediss://broker/0?ssl_cert_reqs=perhaps") is not None
