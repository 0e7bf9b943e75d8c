"""The list of what is overdue, and handing it over by name, without scripts."""

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from router.actors import COMMAND
from router.flows.staff.replies import ReplyRequest
from router.messages.inbox import DeliveryRef
from router.messaging.hours import Hours, PracticeHours
from router.messaging.ladder import Condition, Do, LadderStep
from router.messaging.settings import TopicSet
from router.practice.topics import Topic
from tests.builders import a_staff, settings
from tests.house import PRACTICE
from tests.integration.api.conftest import CANARY
from tests.integration.pages.conftest import Browser

PAGE = "/admin/overdue"
ALERT = LadderStep(60, Condition.UNANSWERED, Do.ALERT)
NURSES = [replace(a_staff(one), title="Nurse") for one in ("cem", "dan", "eva", "eve")]


@pytest.fixture
def admin(browser: Browser) -> Browser:
    """Ada, who administers, in a browser; ben is the catch-all, and two of four nurses get bills."""
    house = browser.service.house
    house.bring(NURSES)
    hours = Hours(PracticeHours(round_the_clock=True))
    bills = settings({Topic.BILLING: ["ben", "cem", "dan"]})
    house.save(replace(bills, hours=hours, ladder=(ALERT,), catch_all=("ben",)))
    return browser.sign_in("ada")


@pytest.fixture
def overdue(admin: Browser) -> str:
    """The id of a message that ben, cem and dan have had for too long."""
    message, _ = admin.service.delivered("ben")
    # Longer than a session may be idle.
    admin.service.house.clock.by += timedelta(minutes=61)
    admin.service.house.escalate.run()
    admin.sign_in("ada")
    return message


def hand_to(admin: Browser, message: str, words: str) -> tuple[int, str]:
    answer = admin.send(PAGE, PAGE, message=message, **{f"to.{message}": words})
    return answer.status_code, html.unescape(answer.text)


def holders(admin: Browser) -> list[str]:
    text = admin.open(PAGE).text
    return text.split("<p>With ")[1].split(".")[0].split(", ")


def test_nothing_is_overdue_at_first(admin: Browser) -> None:
    admin.service.delivered("ben")
    assert "Nothing is overdue" in admin.open(PAGE).text


def test_what_is_overdue_is_counted_in_the_navigation_and_names_no_patient(admin: Browser, overdue: str) -> None:
    page = admin.open(PAGE).text
    assert overdue in page
    assert holders(admin) == ["Ben", "Cem", "Dan"]
    assert CANARY not in page
    assert '<span class="badge bad">1</span>' in admin.open("/admin/messaging/ladders").text


@pytest.mark.usefixtures("overdue")
def test_the_number_in_the_navigation_is_kept_for_a_moment_and_agrees_with_the_list(
    admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every page counted again what is overdue, however long that took."""
    counted: list[str] = []
    counts = admin.service.app.state.overdue_counts
    count = counts._count  # noqa: SLF001 - what is asked of the database.

    def noted(practice: str) -> int:
        counted.append(practice)
        return int(count(practice))

    monkeypatch.setattr(counts, "_count", noted)
    badge = '<span class="badge bad">1</span>'
    for _ in range(3):
        assert badge in admin.open("/admin/messaging/ladders").text
    assert len(counted) <= 1

    house = admin.service.house
    (item,) = house.inbox("ben").items
    house.replies.reply(DeliveryRef(PRACTICE, item.delivery, "ben", COMMAND), ReplyRequest("It is paid."))

    assert badge not in admin.open(PAGE).text
    assert badge not in admin.open("/admin/messaging/ladders").text


def test_an_alert_before_the_patient_expects_an_answer_says_that_it_is_still_expected(admin: Browser) -> None:
    house = admin.service.house
    house.save(replace(house.reports.snapshot(PRACTICE).messaging, answer_within=90))
    admin.service.delivered("ben")
    house.clock.by += timedelta(minutes=61)
    house.escalate.run()
    assert "An answer is expected by" in admin.sign_in("ada").open(PAGE).text
    house.clock.by += timedelta(minutes=30)
    assert "An answer was expected by" in admin.sign_in("ada").open(PAGE).text


def test_it_is_handed_to_the_catch_all_and_back_to_the_cascade_with_one_click(admin: Browser, overdue: str) -> None:
    handed = admin.send(PAGE, PAGE, message=overdue, to="catch_all")
    assert handed.status_code == 303
    assert (
        "It is with Ben now. It stays on this list until it is answered." in admin.open(handed.headers["location"]).text
    )
    assert holders(admin) == ["Ben"]
    assert admin.send(PAGE, PAGE, message=overdue, to="cascade").status_code == 303
    assert holders(admin) == ["Ben", "Cem", "Dan"]


def test_a_part_of_a_name_is_enough(admin: Browser, overdue: str) -> None:
    assert hand_to(admin, overdue, "cem, nur")[0] == 303
    assert holders(admin) == ["Cem"]


def test_of_several_who_match_those_are_offered_who_may_get_it(admin: Browser, overdue: str) -> None:
    status, page = hand_to(admin, overdue, "nurse")
    assert status == 422
    assert "4 people match. Choose one who is allowed to get it, or type more of the name." in page
    assert f'<a href="#to.{overdue}">' in page
    assert 'value="nurse" autofocus aria-invalid="true"' in page
    assert 'name="to" value="cem">Hand it to <bdi>Cem, Nurse</bdi></button>' in page
    assert 'name="to" value="dan">' in page
    assert 'name="to" value="eve">' not in page
    assert admin.send(PAGE, PAGE, message=overdue, to="dan").status_code == 303
    assert holders(admin) == ["Dan"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Choose a colleague."),
        ("zoe", "No active colleague matches."),
        ("eve", "Eve, Nurse is not allowed to get this message."),
        ("ada", "Ada is not allowed to get this message."),
        ("ev", "2 people match, but none of them is allowed to get this message."),
    ],
)
def test_where_nobody_is_meant_who_may_get_it_those_who_may_are_offered(
    admin: Browser, overdue: str, words: str, said: str
) -> None:
    status, page = hand_to(admin, overdue, words)
    assert status == 422
    assert said in page
    assert f'list="colleagues" autocomplete="off" value="{words}"' in page
    for staff in ("ben", "cem", "dan"):
        assert f'name="to" value="{staff}">' in page
    assert holders(admin) == ["Ben", "Cem", "Dan"]


def test_a_button_of_an_old_page_is_refused_and_those_who_may_get_it_are_offered(admin: Browser, overdue: str) -> None:
    refused = admin.send(PAGE, PAGE, message=overdue, to="eve")
    assert refused.status_code == 422
    assert "They are not allowed to get this message." in refused.text
    assert 'name="to" value="cem">' in refused.text
    admin.service.house.save(replace(admin.service.house.reports.snapshot(PRACTICE).messaging, catch_all=()))
    refused = admin.send(PAGE, PAGE, message=overdue, to="catch_all")
    assert "The catch-all has no members." in refused.text


def test_the_care_team_of_a_chosen_provider_gets_it_by_name_and_the_catch_all_may_not(admin: Browser) -> None:
    house = admin.service.house
    chosen = house.draft("chosen", patient="pat", topic=Topic.MEDICAL, to="ann")
    message = str(house.write(chosen)[0].id)
    house.route.run()
    house.clock.by += timedelta(minutes=61)
    house.escalate.run()
    admin.sign_in("ada")

    refused = admin.send(PAGE, PAGE, message=message, to="catch_all")
    assert refused.status_code == 422
    assert "The catch-all is not allowed to get private messages or messages to a chosen provider." in refused.text
    assert 'name="to" value="ann">' in refused.text
    # Whoever is meant may be away; who has it now is what is told.
    house.send_away("ann", cover="eva")
    handed = admin.send(PAGE, PAGE, message=message, **{f"to.{message}": "ann"})
    assert handed.status_code == 303
    assert "It is with Eva now." in admin.open(handed.headers["location"]).text


def test_the_catch_all_is_offered_only_where_it_may_get_the_message(admin: Browser, overdue: str) -> None:
    house = admin.service.house
    button, why = 'name="to" value="catch_all"', "The catch-all is not allowed to get private messages"
    page = admin.open(PAGE).text
    assert (page.count(button), why in page) == (1, False)
    house.save(replace(house.reports.snapshot(PRACTICE).messaging, catch_all=()))
    page = admin.open(PAGE).text
    assert (page.count(button), "The catch-all has no members." in page) == (0, True)

    house.save(replace(house.reports.snapshot(PRACTICE).messaging, catch_all=("ben",)))
    chosen = house.draft("chosen", patient="pat", topic=Topic.MEDICAL, to="ann")
    house.write(chosen)
    house.route.run()
    house.clock.by += timedelta(minutes=61)
    house.escalate.run()
    page = admin.sign_in("ada").open(PAGE).text
    assert overdue in page
    assert (page.count(button), page.count(why)) == (1, 1)
    assert "The provider whom the patient chose, or somebody on the patient" in page

    current = house.reports.snapshot(PRACTICE).messaging
    medical = replace(current.practice[Topic.MEDICAL], others_may_get_chosen=True)
    house.save(replace(current, practice=TopicSet({**current.practice.topics, Topic.MEDICAL: medical})))
    assert admin.open(PAGE).text.count(button) == 2


def test_a_message_that_is_not_overdue_or_unknown_is_refused_above_the_list(admin: Browser, overdue: str) -> None:
    other, _ = admin.service.delivered("ben")
    refused = admin.send(PAGE, PAGE, message=other, to="catch_all")
    assert (refused.status_code, "The message isn't overdue." in html.unescape(refused.text)) == (409, True)
    refused = admin.send(PAGE, PAGE, message="no id", to="catch_all")
    assert (refused.status_code, "There is no such message." in refused.text) == (404, True)
    assert overdue in refused.text


def test_other_staff_see_none_of_it(browser: Browser) -> None:
    assert browser.sign_in("ann").open(PAGE).status_code == 403


def test_handing_it_to_who_has_it_already_says_that_nobody_else_got_it(admin: Browser, overdue: str) -> None:
    for to, names in (("cascade", "Ben, Cem and Dan"), ("catch_all", None), ("catch_all", "Ben"), ("ben", "Ben")):
        told = admin.open(admin.send(PAGE, PAGE, message=overdue, to=to).headers["location"]).text
        assert ("Nobody else got it" in told, "Handed over" in told) == (names is not None, names is None), to
        assert names is None or f"It is with {names}, as before." in told, to


def test_who_is_away_is_said_where_somebody_is_chosen(admin: Browser, overdue: str) -> None:
    admin.service.house.send_away("cem", "eva")
    admin.service.house.send_away("dan")
    page = hand_to(admin, overdue, "nurse")[1]
    for name, instead in (("Cem", "Eva gets it"), ("Dan", "nobody covers")):
        away = rf"away until [^<]*, {instead}"
        assert re.search(rf"Hand it to <bdi>{name}, Nurse</bdi></button> <span [^>]*>{away}<", page), name
        assert re.search(rf'<option value="{name}, Nurse" label="{name}, Nurse: {away}">', page), name
    assert '<option value="Eve, Nurse"></option>' in page


def test_each_message_is_a_landmark_of_its_own_name(admin: Browser, overdue: str) -> None:
    page = admin.open(PAGE).text
    assert f'aria-labelledby="m-{overdue} n-{overdue}"' in page
    assert f'id="n-{overdue}">Message {overdue}<' in page
