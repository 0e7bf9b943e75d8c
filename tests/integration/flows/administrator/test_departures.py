"""Whoever changes the roster, the settings or an absence hears what hung on leavers and which gaps that opens."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from router.actors import COMMAND
from router.coverage.departures import Departure, HeldWork, Impact, NamedIn, departure_in_words, hanging_in_words
from router.coverage.gaps import GapKind
from router.flows.administrator.roster_import import Imported, RosterImport
from router.flows.staff.forward import ForwardRequest
from router.flows.staff.replies import ReplyRequest
from router.messages.cascade import Step
from router.messages.inbox import DeliveryRef
from router.messages.states import DeliveryState
from router.messaging.vacancies import NOBODY_ON_CALL
from router.practice.availability import Absence
from router.practice.people import Role
from router.practice.topics import Topic
from tests.builders import a_document, a_patient, a_staff, settings, topic_set
from tests.house import PRACTICE, STAFF, House

TEAM = (a_patient("pat", team=["ann"]), a_patient("sam", team=["ann", "ben"]), a_patient("old", team=["ann"]))
SHARED = settings(
    {Topic.BILLING: ["ann", "ben"], Topic.OTHER: ["ann"]},
    catch_all=("ann", "ada"),
    by_site=True,
    sites={"north": topic_set({Topic.BILLING: ["ann"], Topic.OTHER: ["ann", "ben"]})},
)


def deactivate(house: House, *, dry_run: bool = False) -> Imported:
    document = a_document([a_staff("ann", active=False)])
    return house.roster.bring_up_to_date(PRACTICE, RosterImport(document=document, dry_run=dry_run), COMMAND)


def test_an_import_says_what_hung_on_a_leaver(house: House) -> None:
    house.furnish(SHARED, patients=[*TEAM, a_patient("gone", team=["ann"], active=False)])
    house.write(house.draft("one"), house.draft("two"))
    house.route.run()
    house.replies.claim(DeliveryRef(PRACTICE, house.inbox("ann").items[0].delivery, "ann", COMMAND))
    expected = Departure(
        "ann",
        "Ann",
        (
            NamedIn(None, "the practice", Topic.BILLING, ends_at_catch_all=False),
            NamedIn(None, "the practice", Topic.OTHER, ends_at_catch_all=True),
            NamedIn("north", "North Clinic", Topic.BILLING, ends_at_catch_all=True),
            NamedIn("north", "North Clinic", Topic.OTHER, ends_at_catch_all=False),
        ),
        catches_all=True,
        care_teams=3,
        held=HeldWork(conversations=1, deliveries=2),
    )

    tried = deactivate(house, dry_run=True)
    done = deactivate(house)

    assert tried.impact.departures == (expected,)
    assert [departure.held for departure in done.impact.departures] == [
        HeldWork(conversations=1, deliveries=2, returned=2)
    ]
    assert tried.impact.gaps == done.impact.gaps
    assert departure_in_words(done.impact.departures[0]) == [
        "Ann (ann) leaves.",
        "Was a recipient of Billing at the practice.",
        "Was a recipient of Other at the practice, which now goes to the catch-all.",
        "Was a recipient of Billing at North Clinic, which now goes to the catch-all.",
        "Was a recipient of Other at North Clinic.",
        "Was a member of the catch-all.",
        "Is on the care team of 3 patients.",
        "Owned 1 conversation: replies are now routed by topic.",
        "Had 2 unfinished messages; 2 went to somebody else.",
    ]


@pytest.mark.parametrize("state", [DeliveryState.READ, DeliveryState.DONE])
def test_what_a_leaver_had_forwarded_comes_to_the_colleague_as_theirs(house: House, state: DeliveryState) -> None:
    """They were to know of it, no more; done with it, they would never see it again."""
    message = house.furnish(settings({Topic.BILLING: ["ann", "ben"]})).write()[0].id
    house.bring([a_staff("ben", active=False)])
    house.route.run()
    house.bring([a_staff("ben")])
    anns = DeliveryRef(PRACTICE, house.inbox("ann").items[0].delivery, "ann", COMMAND)
    house.forward.forward(anns, ForwardRequest("ben", "For you to know.", whole_conversation=False))
    bens = DeliveryRef(PRACTICE, house.inbox("ben").items[0].delivery, "ben", COMMAND)
    house.read_inbox.mark(bens, state)

    deactivate(house)

    [item] = house.inbox("ben").items
    assert (item.message, item.recipient.step) == (message, Step.RECIPIENTS)
    assert item.state is (DeliveryState.UNREAD if state is DeliveryState.DONE else state)
    assert house.breaches() == {}


def test_what_a_leaver_had_promised_to_answer_comes_back_to_a_colleague_who_was_done(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann", "ben"]})).write()
    house.route.run()
    anns, bens = (
        DeliveryRef(PRACTICE, house.inbox(staff).items[0].delivery, staff, COMMAND) for staff in ("ann", "ben")
    )
    house.read_inbox.mark(bens, DeliveryState.DONE)
    house.replies.reply(anns, ReplyRequest("I'll ask.", keep_open=True))

    deactivate(house)

    assert [item.state for item in house.inbox("ben").items] == [DeliveryState.UNREAD]


def test_somebody_on_whom_nothing_hung_just_leaves(house: House) -> None:
    house.furnish()

    impact = house.roster.change_staff(PRACTICE, "ben", {"active": False}, COMMAND).impact

    assert [departure_in_words(departure) for departure in impact.departures] == [["Ben (ben) leaves."]]
    assert impact.gaps == ()


def test_a_leaver_opens_the_gaps_that_were_not_there_before(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann", "ben"], Topic.OTHER: ["ada"]}), patients=TEAM)

    impact = house.roster.change_staff(PRACTICE, "ann", {"active": False}, COMMAND).impact

    opened = {(gap.topic, gap.kind): gap.patients_without_choice for gap in impact.gaps}
    # Pat and old had nobody but Ann to choose; other's one recipient was there before.
    assert opened == {
        (Topic.MEDICAL, GapKind.CATCH_ALL): 2,
        (Topic.APPOINTMENT, GapKind.CATCH_ALL): 2,
        (Topic.MEDICATION, GapKind.CATCH_ALL): 2,
        (Topic.BILLING, GapKind.SINGLE_RECIPIENT): 0,
    }


def test_a_gap_into_which_more_patients_fall_is_told_again(house: House) -> None:
    house.furnish(settings({Topic.MEDICAL: ()}), patients=[*TEAM, a_patient("alone")])

    impact = house.roster.change_staff(PRACTICE, "ann", {"active": False}, COMMAND).impact

    assert {gap.patients_without_choice for gap in impact.gaps} == {3}


def test_an_absence_says_which_gaps_it_opens_when_it_begins(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann"]}), patients=[a_patient("pat", team=["ben"])])
    tomorrow = house.operations.ready() + timedelta(days=1)

    covered = house.roster.set_absence(PRACTICE, Absence("ann", tomorrow, tomorrow + timedelta(days=7), "ben"), COMMAND)
    uncovered = house.roster.set_absence(PRACTICE, Absence("ann", tomorrow, tomorrow + timedelta(days=7)), COMMAND)

    assert covered == Impact()
    assert [(one.topic, one.kind) for one in uncovered.gaps] == [(Topic.BILLING, GapKind.CATCH_ALL)]
    assert house.roster.impact_of_absence(PRACTICE, "ann") == uncovered
    assert house.roster.impact_of_absence(PRACTICE, "ben") == Impact()


def test_a_save_says_which_gaps_it_opens(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann", "ben"]}), patients=[a_patient("pat", team=["ben"])])

    saved = house.messaging.save(PRACTICE, settings({Topic.BILLING: ["ann"]}), None, COMMAND)
    again = house.messaging.save(PRACTICE, settings({Topic.BILLING: ["ann"]}), None, COMMAND)

    assert [(gap.topic, gap.kind) for gap in saved.gaps] == [(Topic.BILLING, GapKind.SINGLE_RECIPIENT)]
    assert again.gaps == ()


@pytest.mark.parametrize("without_site", [False, True])
def test_a_leaver_whom_nobody_depends_on_is_told_without_counting_patients(house: House, without_site: bool) -> None:  # noqa: FBT001
    """Topics with recipients lose one of them: how many patients there are is the same to that."""
    recipients = settings({topic: ["ann", "ben"] for topic in Topic}, catch_all=("ada",), by_site=True)
    more = [a_patient("roaming", team=["ada"], home_site=None, sites=())] if without_site else []
    house.furnish(recipients, patients=[a_patient("pat", team=["ada", "ben"]), *more])
    counted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        counted.extend([statement] if "sum(" in statement.lower() else [])

    event.listen(house.engine, "before_cursor_execute", note)
    done = house.roster.change_staff(PRACTICE, "ben", {"active": False}, COMMAND)
    event.remove(house.engine, "before_cursor_execute", note)

    places = {gap.site for gap in done.impact.gaps}
    assert places == {"north", "south"} | ({None} if without_site else set())
    assert {gap.kind for gap in done.impact.gaps} == {GapKind.SINGLE_RECIPIENT}
    assert counted == []


def test_an_absence_or_a_departure_says_of_what_nobody_takes_care(house: House) -> None:
    """Ada is the only administrator; ann is on call."""
    house.furnish(replace(settings({Topic.BILLING: ["ann", "ben"]}), on_call=("ann",)))
    now = house.operations.ready()
    away = Absence("ada", now + timedelta(days=1), now + timedelta(days=14), "ben")

    assert [one.duty for one in house.roster.set_absence(PRACTICE, away, COMMAND).vacancies] == ["administrators"]
    assert house.preview.vacancies(PRACTICE) == ()
    house.clock.by += timedelta(days=2)
    assert [one.duty for one in house.preview.vacancies(PRACTICE)] == ["administrators"]
    gone = house.staff.hanging_on(PRACTICE, "ann")
    assert gone is not None
    assert NOBODY_ON_CALL.message in hanging_in_words(gone)
    (left,) = house.roster.change_staff(PRACTICE, "ann", {"active": False}, COMMAND).impact.departures
    assert (left.on_call, [one.duty for one in left.vacancies]) == (True, ["on_call"])
    assert departure_in_words(left)[2:4] == ["Was on call.", left.vacancies[0].message]


def test_an_administrator_who_becomes_none_leaves_alerts_to_nobody(house: House) -> None:
    house.furnish()

    changed = house.roster.change_staff(PRACTICE, "ada", {"roles": frozenset({Role.STAFF})}, COMMAND)

    assert [one.duty for one in changed.impact.vacancies] == ["administrators"]
    assert "There is no active portal administrator" in changed.impact.vacancies[0].message


def test_an_absence_is_warned_of_though_a_colleagues_begins_later(house: House) -> None:
    house.furnish(staff=(*STAFF, a_staff("adi", admin=True)))
    now = house.operations.ready()
    house.roster.set_absence(PRACTICE, Absence("adi", now + timedelta(days=5), now + timedelta(days=8)), COMMAND)

    during = house.roster.set_absence(PRACTICE, Absence("ada", now, now + timedelta(days=7)), COMMAND)
    before = house.roster.set_absence(PRACTICE, Absence("ada", now, now + timedelta(days=4)), COMMAND)

    assert [one.duty for one in during.vacancies] == ["administrators"]
    assert before.vacancies == ()


def test_an_administrator_without_an_address_is_listed_though_there_is_a_catch_all(house: House) -> None:
    """And so is who is on call."""
    silent = (a_staff("ada", admin=True, email=None), a_staff("cy", email=None), a_staff("ann"))
    house.furnish(settings(catch_all=("ann",), on_call=("cy",)), staff=silent)

    assert house.reports.needs_a_look(PRACTICE).without_address == ("ada", "cy")
