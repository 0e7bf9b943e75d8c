"""A forgotten password: nobody learns who is known."""

from router.actors import COMMAND
from tests.house import PRACTICE
from tests.integration.pages.conftest import PASSWORD, Browser

PAGE = "/forgotten"


def test_the_answer_is_the_same_whether_or_not_somebody_is_known(browser: Browser) -> None:
    house = browser.service.house
    house.sign_in.set_password(PRACTICE, "ann", PASSWORD, COMMAND)

    known = browser.send(PAGE, PAGE, practice="Clinic", person="ann@clinic.example")
    unknown = browser.send(PAGE, PAGE, practice="Clinic", person="nobody@clinic.example")
    nowhere = browser.send(PAGE, PAGE, practice="nowhere", person="ann")

    # The answer is another page, so that nobody who goes back to it asks again.
    assert known.status_code == unknown.status_code == nowhere.status_code == 303
    assert known.headers["location"] == unknown.headers["location"] == nowhere.headers["location"]
    assert known.text == unknown.text == nowhere.text
    assert "If this practice has your email address" in browser.open(known.headers["location"]).text
    assert house.notify.run().sent == 1


def test_empty_fields_are_named_and_a_form_from_elsewhere_sends_nothing(browser: Browser) -> None:
    refused = browser.send(PAGE, PAGE, practice="", person="")

    assert refused.status_code == 422
    assert 'id="error-practice"' in refused.text
    assert 'id="error-person"' in refused.text
    assert browser.client.post(PAGE, data={"practice": PRACTICE, "person": "ann"}).status_code == 403


def test_many_requests_from_one_address_are_refused(browser: Browser) -> None:
    statuses = [browser.send(PAGE, PAGE, practice="nowhere", person="x").status_code for _ in range(61)]

    assert statuses == [303] * 60 + [429]


def test_keyboards_correct_no_names(browser: Browser) -> None:
    page = browser.open("/sign-in").text

    assert page.count('autocapitalize="none"') == 2
    assert 'href="/forgotten"' in page
