"""The ladder as a sentence, without scripts."""

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from router.messaging.hours import Hours, PracticeHours
from router.messaging.ladder import READY_MADE, Condition, Do, LadderStep
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE
from tests.integration.api.conftest import CANARY
from tests.integration.pages.conftest import Browser

PAGE = "/admin/messaging/ladders"
ALERT = LadderStep(60, Condition.UNANSWERED, Do.ALERT)


def version(admin: Browser) -> str:
    return str(admin.service.house.reports.snapshot(PRACTICE).messaging.version)


def ladder(admin: Browser) -> tuple[LadderStep, ...]:
    return admin.service.house.reports.snapshot(PRACTICE).messaging.ladder


def test_the_ready_made_ladder_is_one_click_and_none_another(admin: Browser) -> None:
    assert admin.send(PAGE, PAGE, version=version(admin), do="ready_made").status_code == 303
    assert ladder(admin) == READY_MADE
    assert "If nobody has opened it after 4 h, remind the people who have it" in admin.open(PAGE).text
    admin.send(PAGE, PAGE, version=version(admin), do="none")
    assert ladder(admin) == ()


def test_steps_are_typed_and_what_is_wrong_is_said_with_the_step(admin: Browser) -> None:
    typed = {"after.0": "90", "unit.0": "min", "condition.0": "unopened", "do.0": "remind"}
    refused = admin.send(PAGE, PAGE, version=version(admin), **typed)
    assert refused.status_code == 422
    assert "The ladder must end with an alert</a>" in refused.text
    assert 'value="90"' in refused.text
    alert = {"after.1": "2", "unit.1": "h", "condition.1": "unanswered", "do.1": "alert"}
    assert admin.send(PAGE, PAGE, version=version(admin), **typed, **alert).status_code == 303
    assert [step.after for step in ladder(admin)] == [90, 120]
    wrong = admin.send(PAGE, PAGE, version=version(admin), **{**typed, "after.0": "soon"}, **alert)
    assert "Step 1: must be a whole number</a>" in wrong.text
    wrong = admin.send(PAGE, PAGE, version=version(admin), **{**typed, "after.0": "9999999"}, **alert)
    assert "Step 1: must be between 1 and 125000 minutes of opening time</a>" in wrong.text


@pytest.mark.parametrize("where", [{}, {"topic": "billing"}])
@pytest.mark.parametrize(
    ("after", "does", "field"),
    [
        (("soon", "2"), ("remind", "alert"), "after.0"),
        (("0", "2"), ("remind", "alert"), "after.0"),
        (("2", "1"), ("remind", "alert"), "after.1"),
        (("1", "2"), ("alert", "alert"), "do.0"),
        (("1", "2"), ("hand_over", "alert"), "do.0"),
        (("1", "2"), ("remind", "remind"), "do.1"),
    ],
)
def test_each_error_leads_to_its_field(
    admin: Browser, where: dict[str, str], after: tuple[str, str], does: tuple[str, str], field: str
) -> None:
    typed = {f"after.{index}": text for index, text in enumerate(after)}
    typed |= {f"do.{index}": text for index, text in enumerate(does)}
    others = {f"{name}.{index}": text for name, text in (("unit", "h"), ("condition", "unopened")) for index in (0, 1)}
    refused = admin.send(PAGE, PAGE, version=version(admin), do="save", **where, **typed, **others)
    assert refused.status_code == 422
    assert f'<li><a href="#{field}">Step {int(field[-1]) + 1}: ' in refused.text
    assert f'id="{field}" name="{field}" aria-invalid="true" aria-describedby="error-{field}"' in refused.text
    assert f'<p class="error" id="error-{field}">' in refused.text


def test_what_is_wrong_with_another_ladder_is_said_at_the_head(admin: Browser) -> None:
    given = LadderStep(30, Condition.UNOPENED, Do.HAND_OVER)
    admin.service.house.store_as_before(settings(ladder=(given, ALERT)))
    typed = {"after.0": "2", "unit.0": "h", "condition.0": "unopened", "do.0": "alert"}
    refused = admin.send(PAGE, PAGE, version=version(admin), do="save", topic="billing", **typed)
    assert refused.status_code == 422
    assert '<a href="#page">Ladder: ladder.0.do: needs somebody named in catch_all to hand over to' in refused.text
    assert 'aria-invalid="true"' not in refused.text


def test_a_ladder_that_somebody_else_saved_meanwhile_is_not_overwritten(admin: Browser) -> None:
    before = version(admin)
    admin.service.house.save(settings(ladder=(ALERT,)))

    answer = admin.send(PAGE, PAGE, version=before, do="ready_made")

    assert answer.status_code == 409
    assert "saved while you were editing" in answer.text
    assert ladder(admin) == (ALERT,)


@pytest.mark.parametrize("where", [{}, {"topic": "billing"}])
def test_what_somebody_else_saved_elsewhere_refuses_nothing_and_stays(admin: Browser, where: dict[str, str]) -> None:
    house, before = admin.service.house, version(admin)
    house.save(settings({Topic.BILLING: ["ben"]}, phone="555 0100"))
    typed = {"after.0": "2", "unit.0": "h", "condition.0": "unanswered", "do.0": "alert"}

    saved = admin.send(PAGE, PAGE, version=before, do="save", **where, **typed)

    assert saved.status_code == 303
    messaging = house.reports.snapshot(PRACTICE).messaging
    own = messaging.practice[Topic.BILLING]
    assert (own.ladder if where else messaging.ladder) == (LadderStep(120, Condition.UNANSWERED, Do.ALERT),)
    assert (messaging.phone, own.recipients) == ("555 0100", ("ben",))


def test_a_site_that_uses_the_practices_settings_again_takes_no_ladder_from_an_old_page(admin: Browser) -> None:
    house = admin.service.house
    house.save(replace(settings(), by_site=True, sites={"north": settings().practice}))
    before = version(admin)
    house.save(replace(settings(), by_site=True))
    typed = {"after.0": "2", "unit.0": "h", "condition.0": "unanswered", "do.0": "alert"}

    refused = admin.send(PAGE, PAGE, version=before, do="save", topic="billing", site="north", **typed)

    assert refused.status_code == 409
    assert "North Clinic uses the practice's settings again." in html.unescape(refused.text)
    assert 'name="after.0" value="2"' not in refused.text
    assert house.reports.snapshot(PRACTICE).messaging.practice[Topic.BILLING].ladder is None


def test_what_was_typed_is_kept_beside_what_somebody_else_saved_meanwhile(admin: Browser) -> None:
    house, before = admin.service.house, version(admin)
    house.save(settings(ladder=READY_MADE))
    typed = {"after.0": "7", "unit.0": "h", "condition.0": "unanswered", "do.0": "alert"}

    # Looking at what it would have done in between takes nothing for read.
    looked = admin.send(PAGE, PAGE, version=before, do="look", **typed)
    assert f'name="version" value="{before}"' in looked.text
    refused = admin.send(PAGE, PAGE, version=before, do="save", **typed)

    assert refused.status_code == 409
    assert "saved while you were editing" in refused.text
    assert "The practice's ladder" in html.unescape(refused.text)
    assert "If nobody has opened it after 4 h" in refused.text
    assert 'name="after.0" value="7"' in refused.text
    assert ladder(admin) == READY_MADE
    assert f'name="version" value="{version(admin)}"' in refused.text


def test_what_was_typed_is_shown_again_and_nothing_is_saved(admin: Browser) -> None:
    typed = {"after.0": "7", "unit.0": "min", "condition.0": "unanswered", "do.0": "alert"}

    shown = admin.send(PAGE, PAGE, version=version(admin), topic="billing", others="on", do="show", **typed)

    assert shown.status_code == 200
    assert 'name="after.0" value="7"' in shown.text
    assert re.search(r'name="others" id="others" value="on"\s+checked', shown.text)
    assert ladder(admin) == ()


def test_a_topic_has_a_ladder_of_its_own_and_gives_it_up_again(admin: Browser) -> None:
    house = admin.service.house
    typed = {"after.0": "2", "unit.0": "h", "condition.0": "unanswered", "do.0": "alert"}
    where = {"topic": "billing", "others": "on"}

    saved = admin.send(PAGE, PAGE, version=version(admin), do="save", **where, **typed)
    assert saved.headers["location"] == f"{PAGE}?topic=billing&saved=1"
    own = house.reports.snapshot(PRACTICE).messaging.practice[Topic.BILLING]
    assert (own.ladder, own.others_may_get_chosen) == ((LadderStep(120, Condition.UNANSWERED, Do.ALERT),), True)
    page = admin.open(f"{PAGE}?topic=billing").text
    assert "If nobody has answered it after 2 h, alert the administrators." in page
    assert "Billing (own ladder)" in page

    wrong = admin.send(PAGE, PAGE, version=version(admin), do="save", **where, **{**typed, "after.0": "0"})
    assert "Step 1: must be between 1 and 125000 minutes of opening time</a>" in wrong.text
    admin.send(PAGE, PAGE, version=version(admin), do="none", topic="billing")
    own = house.reports.snapshot(PRACTICE).messaging.practice[Topic.BILLING]
    assert (own.ladder, own.others_may_get_chosen) == ((), True)
    admin.send(PAGE, PAGE, version=version(admin), do="inherit", topic="billing")
    own = house.reports.snapshot(PRACTICE).messaging.practice[Topic.BILLING]
    assert (own.ladder, own.others_may_get_chosen) == (None, False)


def test_a_topic_of_a_site_has_a_ladder_of_its_own(admin: Browser) -> None:
    house = admin.service.house
    house.save(replace(settings(), by_site=True, sites={"north": settings().practice}, ladder=(ALERT,)))
    page = admin.open(f"{PAGE}?topic=billing&site=north").text
    assert "North Clinic" in page
    assert "The same as the practice's." in page
    admin.send(PAGE, PAGE, version=version(admin), do="ready_made", topic="billing", site="north")
    found = house.reports.snapshot(PRACTICE).messaging
    assert found.sites["north"][Topic.BILLING].ladder == READY_MADE
    assert found.practice[Topic.BILLING].ladder is None
    assert "The practice's ladder<" in admin.open(f"{PAGE}?topic=nonsense&site=nowhere").text


def test_a_draft_says_what_it_would_have_done_and_nothing_is_saved(admin: Browser) -> None:
    house = admin.service.house
    house.save(replace(settings(catch_all=("ben",)), hours=Hours(PracticeHours(round_the_clock=True))))
    admin.service.delivered("ben")
    house.clock.by += timedelta(minutes=14)
    typed = {"after.0": "10", "unit.0": "min", "condition.0": "unanswered", "do.0": "alert"}

    page = admin.send(PAGE, PAGE, version=version(admin), do="look", **typed)
    assert page.status_code == 200
    assert "Of 1 message, it would have alerted you to 1." in page.text
    assert "1 message waiting for an answer can be switched to it" in page.text
    assert CANARY not in page.text
    assert ladder(admin) == ()
    refused = admin.send(PAGE, PAGE, version=version(admin), do="look", **{**typed, "do.0": "remind"})
    assert (refused.status_code, "The ladder must end with an alert</a>" in refused.text) == (422, True)

    admin.send(PAGE, PAGE, version=version(admin), do="save", **typed)
    found = admin.open(PAGE).text
    assert "1 message from the last 60 days is still waiting for an answer under another ladder, or none." in found
    assert admin.send(PAGE, PAGE, version=version(admin), do="begin").headers["location"] == f"{PAGE}?begun=1"
    assert house.ladder_changes.run() > 0
    assert "still waits" not in admin.open(PAGE).text


def test_of_very_many_messages_without_an_answer_the_newest_are_counted(
    admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("router.flows.administrator.ladders.OPEN_LIMIT", 1)
    house = admin.service.house
    house.save(settings({Topic.BILLING: ["ben"]}))
    house.write_many(2)
    house.route.run()
    alert = (LadderStep(10, Condition.UNANSWERED, Do.ALERT),)
    around_the_clock = Hours(PracticeHours(round_the_clock=True))
    house.save(replace(settings({Topic.BILLING: ["ben"]}), hours=around_the_clock, ladder=alert))

    found = admin.open(PAGE).text
    assert "Of the newest 2,000 messages that nobody has answered, 1 is still waiting for an answer under" in found
    assert "Older ones of the last 60 days weren't counted." in found
    typed = {"after.0": "20", "unit.0": "min", "condition.0": "unanswered", "do.0": "alert"}
    looked = admin.send(PAGE, PAGE, version=version(admin), do="look", **typed)
    assert "At least 1 message waiting for an answer can be switched to it" in looked.text


def test_the_ready_made_ladder_hands_over_once_a_catch_all_is_named(admin: Browser) -> None:
    admin.service.house.save(settings(catch_all=("ben",)))
    admin.send(PAGE, PAGE, version=version(admin), do="ready_made")
    assert [step.do for step in ladder(admin)][-2:] == [Do.HAND_OVER, Do.ALERT]


def test_other_staff_see_none_of_it(browser: Browser) -> None:
    assert browser.sign_in("ann").open(PAGE).status_code == 403
