"""The ladder as a sentence, and the list of what is overdue, without scripts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from router.messaging.hours import Hours, PracticeHours
from router.messaging.ladder import READY_MADE, Condition, Do, LadderStep
from tests.builders import settings
from tests.house import PRACTICE
from tests.integration.api.conftest import CANARY
from tests.integration.pages.conftest import Browser

PAGE, OVERDUE = "/admin/messaging/ladders", "/admin/overdue"
ALERT = LadderStep(60, Condition.UNANSWERED, Do.ALERT)


@pytest.fixture
def admin(browser: Browser) -> Browser:
    """Ada, who administers, in a browser."""
    return browser.sign_in("ada")


def version(admin: Browser) -> str:
    return str(admin.service.house.reports.snapshot(PRACTICE).messaging.version)


def ladder(admin: Browser) -> tuple[LadderStep, ...]:
    return admin.service.house.reports.snapshot(PRACTICE).messaging.ladder


def test_the_ready_made_ladder_is_one_click_and_none_another(admin: Browser) -> None:
    assert admin.send(PAGE, PAGE, version=version(admin), ready_made="1").status_code == 303
    assert ladder(admin) == READY_MADE
    assert "If nobody has opened it after 4 h, remind those who have it" in admin.open(PAGE).text
    admin.send(PAGE, PAGE, version=version(admin), none="1")
    assert ladder(admin) == ()


def test_steps_are_typed_and_what_is_wrong_is_said_with_the_step(admin: Browser) -> None:
    typed = {"after.0": "90", "unit.0": "min", "condition.0": "unopened", "do.0": "remind"}
    refused = admin.send(PAGE, PAGE, version=version(admin), **typed)
    assert refused.status_code == 422
    assert "The ladder must end with an alert." in refused.text
    assert 'value="90"' in refused.text
    alert = {"after.1": "2", "unit.1": "h", "condition.1": "unanswered", "do.1": "alert"}
    assert admin.send(PAGE, PAGE, version=version(admin), **typed, **alert).status_code == 303
    assert [step.after for step in ladder(admin)] == [90, 120]
    wrong = admin.send(PAGE, PAGE, version=version(admin), **{**typed, "after.0": "soon"}, **alert)
    assert "Step 1 must be a whole number." in wrong.text


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(admin: Browser) -> None:
    answer = admin.send(PAGE, PAGE, version="0", ready_made="1")
    assert answer.status_code == 422
    assert ladder(admin) == ()


def test_overdue_messages_are_counted_in_the_navigation_and_handed_over(admin: Browser) -> None:
    house = admin.service.house
    hours = Hours(PracticeHours(round_the_clock=True))
    house.save(replace(settings(), hours=hours, ladder=(ALERT,), catch_all=("ben",)))
    message, _ = admin.service.delivered("ben")
    house.clock.by += timedelta(minutes=10)
    assert "Nothing is overdue" in admin.open(OVERDUE).text
    # Longer than a session may be idle.
    house.clock.by += timedelta(minutes=61)
    house.escalate.run()
    admin.sign_in("ada")
    page = admin.open(OVERDUE).text
    assert message in page
    assert "With Ben." in page
    assert CANARY not in page
    assert '<span class="badge bad">1</span>' in admin.open(PAGE).text
    assert admin.send(OVERDUE, OVERDUE, message=message, to="catch_all").status_code == 303
    refused = admin.send(OVERDUE, OVERDUE, message=message, staff="nobody")
    assert "must be catch_all, cascade, or somebody who may get the message" in refused.text


def test_other_staff_see_neither(browser: Browser) -> None:
    browser.sign_in("ann")
    assert [browser.open(path).status_code for path in (PAGE, OVERDUE)] == [403, 403]
