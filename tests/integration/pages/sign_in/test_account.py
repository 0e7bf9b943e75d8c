"""One's own password on the account's page, without scripts."""

from tests.integration.pages.conftest import PASSWORD, Browser

PAGE, CHANGE = "/account", "/account/password"
NEW = "another horse battery"


def test_ones_own_password_is_changed_and_one_stays_signed_in(browser: Browser) -> None:
    other = Browser(browser.service).sign_in("ann")
    browser.sign_in("ann")

    done = browser.send(PAGE, CHANGE, current=PASSWORD, password=NEW, again=NEW)

    assert "Your password was changed" in browser.open(done.headers["location"]).text
    assert other.open("/inbox").status_code == 303
    assert browser.open("/inbox").status_code == 200


def test_what_is_wrong_is_told_beside_its_field(browser: Browser) -> None:
    browser.sign_in("ann")
    for fields, field in (
        ({"current": PASSWORD, "password": NEW, "again": "other"}, "again"),
        ({"current": "wrong", "password": NEW, "again": NEW}, "current"),
        ({"current": PASSWORD, "password": "short", "again": "short"}, "password"),
        ({"current": "wrong", "password": NEW, "again": NEW}, "current"),
    ):
        page = browser.send(PAGE, CHANGE, **fields)
        assert page.status_code == 422
        assert f'id="error-{field}"' in page.text
        assert NEW not in page.text
    assert "Too many failed sign-ins." in browser.send(PAGE, CHANGE, current="x", password=NEW, again=NEW).text


def test_who_is_not_signed_in_changes_nothing(browser: Browser) -> None:
    assert browser.send("/sign-in", CHANGE, current=PASSWORD, password=NEW, again=NEW).status_code in {303, 401}
