"""Which of the cookies that a browser sends are ours."""

from types import SimpleNamespace

import pytest
from fastapi import Request

from adapters.http.page_settings import PageSettings
from adapters.http.pages.kit import cookies


def read(*headers: bytes, public_url: str = "https://careroute.example") -> str:
    app = SimpleNamespace(state=SimpleNamespace(page_settings=PageSettings(public_url)))
    sent = [(b"cookie", header) for header in headers]
    return cookies.read(Request({"type": "http", "headers": sent, "app": app}), cookies.STAFF_COOKIE)


@pytest.mark.parametrize("before", [b"\xa0", b"\x85", b"\x1f", b"$Version=1,"])
def test_a_planted_cookie_whose_name_only_looks_like_ours_is_not_read(before: bytes) -> None:
    """A sibling domain can set U+00A0 before `__Host-`: to Chromium that is no prefix, stripped it would be one."""
    planted = before + b"__Host-careroute_session=planted"

    assert read(planted) == ""
    assert read(b"a=b; " + planted) == ""
    assert read(b"__Host-careroute_session=own; " + planted) == "own"


def test_ours_is_read_wherever_it_stands() -> None:
    assert read(b"a=b;\t__Host-careroute_session=own ; c") == "own"
    assert read(b"a=b", b"__Host-careroute_session=own") == "own"
    assert read(b"careroute_session=own", public_url="http://127.0.0.1:8000") == "own"
    assert read() == ""
