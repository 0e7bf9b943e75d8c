"""Staff see that a chart is closed or merged, and nobody is told by email of an answer that they can't read."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from adapters.database.tables import notification
from router.actors import COMMAND
from router.flows.staff.replies import ReplyRequest
from router.messages.inbox import Chart, DeliveryRef
from router.practice.people import AuthorizedUser, Patient, Permission
from router.practice.topics import Topic
from tests.builders import a_patient, settings
from tests.house import PRACTICE, House

CARER = AuthorizedUser("cara", "Cara Doe", "cara@home.example", notify=True, permissions=frozenset(Permission))
PAT = replace(a_patient("pat", authorized_users=(CARER,)), email="pat@home.example", notify=True)
NEW, LAST = a_patient("new"), a_patient("last")
CLOSED = replace(PAT, active=False)
MERGED = replace(PAT, replaced_by="new")
BOTH = replace(CLOSED, replaced_by="new")
NOT_IN_USE = "no longer in use: the patient can't read replies"
READ_THERE = "was merged into another one. The patient reads replies there"
CHARTS: dict[str, tuple[tuple[Patient, ...], Chart, str, list[str]]] = {
    "in use": ((PAT,), Chart(), "", ["cara@home.example", "pat@home.example"]),
    "closed": ((CLOSED,), Chart(active=False, can_read=False), NOT_IN_USE, []),
    "merged": ((MERGED,), Chart(replaced_by="new"), READ_THERE, ["cara@home.example", "pat@home.example"]),
    "closed and merged": ((BOTH,), Chart(active=False, replaced_by="new"), READ_THERE, ["pat@home.example"]),
    "merged into a closed one": (
        (BOTH, replace(NEW, active=False)), Chart(active=False, replaced_by="new", can_read=False), NOT_IN_USE, [],
    ),
    "merged twice": (
        (BOTH, replace(NEW, active=False, replaced_by="last"), LAST), Chart(active=False, replaced_by="new"),
        READ_THERE, ["pat@home.example"],
    ),
}  # fmt: skip


@pytest.fixture
def anns(house: House) -> DeliveryRef:
    """A message of pat, whose carer reads it as well."""
    house.furnish(settings({Topic.BILLING: ["ann"]}), patients=[PAT, NEW, LAST])
    house.write(house.draft(patient="pat"))
    house.route.run()
    house.notify.run()
    house.mailer.sent.clear()
    return DeliveryRef(PRACTICE, house.inbox("ann").items[0].delivery, "ann", COMMAND)


@pytest.mark.parametrize("case", list(CHARTS))
def test_staff_see_what_became_of_a_chart_where_they_answer(house: House, anns: DeliveryRef, case: str) -> None:
    patients, chart, words, _ = CHARTS[case]
    house.bring([], patients)

    assert house.inbox("ann").items[0].chart == chart
    assert house.read_inbox.open(anns).item.chart == chart
    assert words in chart.in_words
    assert bool(chart.in_words) is bool(words)


@pytest.mark.parametrize("before", [True, False], ids=["answered before", "answered after"])
@pytest.mark.parametrize("case", list(CHARTS))
def test_only_who_can_read_an_answer_is_told_of_it(house: House, anns: DeliveryRef, case: str, *, before: bool) -> None:
    patients, _, _, told = CHARTS[case]
    if before:
        house.replies.reply(anns, ReplyRequest("We will look."))
    house.bring([], patients)
    if not before:
        house.replies.reply(anns, ReplyRequest("We will look."))
    house.notify.run()

    assert sorted(mail.recipient for mail in house.mailer.sent) == told
    with house.engine.connect() as connection:
        of_answers = notification.c.reply.is_not(None) & (notification.c.state == "suppressed")
        reasons = connection.execute(select(notification.c.reason).where(of_answers)).scalars().all()
    assert reasons == ["inactive"] * (2 - len(told))
    assert house.breaches() == {}


def test_a_chart_that_is_opened_again_is_told_of_the_next_answer(house: House, anns: DeliveryRef) -> None:
    house.bring([], [CLOSED])
    house.replies.reply(anns, ReplyRequest("We will look."))
    house.notify.run()
    house.bring([], [PAT])

    house.replies.reply(anns, ReplyRequest("It is right.", seen_handling=None))
    house.notify.run()

    assert sorted(mail.recipient for mail in house.mailer.sent) == ["cara@home.example", "pat@home.example"]
