"""Browsers that somebody has signed in from are told apart from all others."""

from dataclasses import replace
from datetime import timedelta

import pytest

from router.access.sessions import SessionEnded
from router.access.sign_ins import DEVICE_LIFE, Browser, Device, SignInRefused, TooManyTries
from router.actors import COMMAND
from tests.house import PRACTICE, House
from tests.integration.flows.access.sign_ins import PASSWORD, actions


def from_browser(house: House, token: str = "", password: str = PASSWORD, session: str = "") -> Browser:
    """Sign in from the browser whose cookie holds this token; returns it with its session."""
    browser = Browser(house.sign_in.device(token, PRACTICE, "ada"), session)
    return replace(browser, session=house.sign_in.sign_in(PRACTICE, "ada", password, browser))


def fail(house: House, times: int, browser: Browser | None = None) -> None:
    """Try wrong passwords, each after the wait."""
    for _ in range(times):
        with pytest.raises(SignInRefused):
            house.sign_in.sign_in(PRACTICE, "ada", "wrong", browser)
        house.clock.by += timedelta(minutes=16)
    house.clock.by -= timedelta(minutes=16)


def test_tries_elsewhere_lock_nobody_out_of_a_browser_that_they_have_signed_in_from(open_house: House) -> None:
    known = from_browser(open_house)
    fail(open_house, 10)
    with pytest.raises(TooManyTries):
        from_browser(open_house)

    assert from_browser(open_house, known.device.token).device == Device(known.device.token, knows_person=True)

    # Nor does the right password from there give whoever tries elsewhere a fresh start.
    with pytest.raises(TooManyTries):
        from_browser(open_house)


def test_a_known_browser_is_limited_by_itself(open_house: House) -> None:
    known = from_browser(open_house).device.token
    device = open_house.sign_in.device(known, PRACTICE, "ada")

    fail(open_house, 10, Browser(device))

    with pytest.raises(TooManyTries, match="15 minutes"):
        from_browser(open_house, known)
    assert from_browser(open_house).device.token != known


def test_a_browser_knows_only_who_has_signed_in_from_it(open_house: House) -> None:
    known = from_browser(open_house).device.token

    other = open_house.sign_in.device(known, PRACTICE, "ann")
    planted = open_house.sign_in.device("planted", PRACTICE, "ada")

    # A browser that colleagues share goes on being one; what nobody has signed in from becomes another.
    assert other == Device(known, knows_person=False)
    assert (planted.token != "planted", planted.knows_person) == (True, False)
    open_house.clock.by += DEVICE_LIFE + timedelta(days=1)
    from_browser(open_house)
    assert not open_house.sign_in.device(known, PRACTICE, "ada").knows_person


def test_a_browser_that_one_person_no_longer_uses_still_knows_the_other(open_house: House) -> None:
    """Forgetting the one forgot both."""
    open_house.sign_in.set_password(PRACTICE, "ann", PASSWORD, COMMAND)
    known = from_browser(open_house).device
    open_house.clock.by += DEVICE_LIFE - timedelta(days=1)
    open_house.sign_in.sign_in(PRACTICE, "ann", PASSWORD, Browser(known))
    open_house.clock.by += timedelta(days=2)

    from_browser(open_house)

    assert open_house.sign_in.device(known.token, PRACTICE, "ann") == Device(known.token, knows_person=True)
    assert not open_house.sign_in.device(known.token, PRACTICE, "ada").knows_person


def test_signing_in_ends_the_session_that_the_browser_had(open_house: House) -> None:
    open_house.sign_in.set_password(PRACTICE, "ann", PASSWORD, COMMAND)
    before = open_house.sign_in.sign_in(PRACTICE, "ann", PASSWORD)

    after = from_browser(open_house, session=before).session

    assert open_house.sessions.check(after).name == "Ada"
    with pytest.raises(SessionEnded):
        open_house.sessions.check(before)
    assert actions(open_house)[:2] == ["sign_in.done", "sign_in.ended"]
