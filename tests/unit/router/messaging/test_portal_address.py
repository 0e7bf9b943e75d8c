"""The address of a practice's own portal."""

import pytest

from router.messaging.portal_address import problem_with_portal_url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://portal.example",
        "https://portal.example/in?a=1&b=2#top",
        "http://localhost:8080/",
        "http://127.0.0.1",
        "http://localhost?a=1",
        "http://[::1]:8080/in",
        "https://portal-1.my_clinic.example.:8443#top",
        "https://[2001:db8::1]/in",
        "https://xn--portl-lqa.example",
    ],
)
def test_addresses_that_may_be_saved(url: str) -> None:
    assert problem_with_portal_url(url) is None


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://" + "x" * 500, "at most 500"),
        ("http://portal.example", "begins with https://"),
        ("portal.example", "begins with https://"),
        ("https://portal example", "begins with https://"),
        ("https://portál.example", "begins with https://"),
        ("https://", "the name of a server"),
        ("https:///in", "the name of a server"),
        ("https://?a=1", "the name of a server"),
        ("https://:443/", "the name of a server"),
        ("https://portal.example:65536/", "the name of a server"),
        ("https://portal.example:/", "the name of a server"),
        ("https://portal..example", "the name of a server"),
        ("https://-", "the name of a server"),
        ("https://portal.example@evil.example/", "the name of a server"),
        ("http://127.0.0.1.evil.example/", "begins with https://"),
        ("http://localhost.evil.example/", "begins with https://"),
        ("http://localhost:80@evil.example/", "begins with https://"),
        ("http://127.0.0.12/", "begins with https://"),
        ("https://portal.example\r\nBcc: x", "begins with https://"),
        ('https://portal.example/"onclick="x', "without quotes"),
        ("https://portal.example/<b>", "without quotes"),
        ("https://portal.example/?" + "&" * 101, "without quotes"),
    ],
)
def test_addresses_that_can_not_be_a_link_in_an_email(url: str, said: str) -> None:
    assert said in (problem_with_portal_url(url) or "")
