"""Gaps and previews over a real database: what they tell, and that they store their audit rows alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from adapters.database import tables
from router.actors import COMMAND
from router.coverage.gaps import GapKind
from router.errors import Invalid, NotFound
from router.flows.administrator.preview import PreviewRequest, PreviewResult
from router.messages.cascade import Step
from router.messages.compose import ChooseTo, FixedTo
from router.messaging.settings import MessagingSettings
from router.practice.availability import Absence
from router.practice.people import AuthorizedUser
from router.practice.topics import Topic
from tests.builders import NOON, a_patient, a_staff, settings, topic_set
from tests.house import PATIENTS, PRACTICE, STAFF, House

TO_ANN = settings({Topic.BILLING: ["ann"]})


def ask(house: House, **values: object) -> PreviewResult:
    """Preview a message of sam about a bill, or whatever is named instead."""
    practice = str(values.pop("practice", PRACTICE))
    asked: dict[str, Any] = {"patient": "sam", "topic": Topic.BILLING} | values
    return house.preview.preview(practice, PreviewRequest(**asked), COMMAND)


def test_a_preview_tells_the_form_the_resolution_and_the_names(house: House) -> None:
    house.furnish(TO_ANN)

    previewed = ask(house)

    offered = previewed.form.offered(Topic.BILLING)
    assert offered
    assert offered.to == FixedTo("Billing Office")
    assert (previewed.to, previewed.refusal, previewed.drafted) == ("Billing Office", None, False)
    assert [recipient.staff for recipient in previewed.resolution.recipients] == ["ann"]
    assert previewed.resolution.distribution_version == 1
    assert previewed.names["ann"] == "Ann"


def test_what_is_previewed_is_what_happens(house: House) -> None:
    house.furnish()
    house.send_away("ann", cover="ben")

    previewed = ask(house, patient="pat", topic=Topic.MEDICAL, to="ann")
    receipt = house.write(house.draft(patient="pat", topic=Topic.MEDICAL, to="ann"))[0]
    house.route.run()

    assert house.recipients(receipt.id) == [recipient.staff for recipient in previewed.resolution.recipients] == ["ben"]
    trace, _ = house.traces.trace(PRACTICE, receipt.id, COMMAND)
    assert trace.resolutions[0].resolution.trace == previewed.resolution.trace
    assert receipt.to == previewed.to


def test_a_preview_looks_at_the_time_that_is_asked_for(house: House) -> None:
    house.furnish(TO_ANN)
    house.roster.set_absence(PRACTICE, Absence("ann", NOON, NOON + timedelta(hours=1), "ben"), COMMAND)

    during, after = ask(house, at=NOON), ask(house, at=NOON + timedelta(hours=1))

    assert (during.resolution.at, during.resolution.recipients[0].staff) == (NOON, "ben")
    assert after.resolution.recipients[0].staff == "ann"


def test_a_draft_is_tried_and_not_saved(house: House) -> None:
    house.furnish()

    previewed = ask(house, draft=replace(TO_ANN, version=0))

    assert (previewed.drafted, previewed.resolution.step) == (True, Step.RECIPIENTS)
    assert ask(house).resolution.step is Step.CATCH_ALL
    assert house.messaging.read(PRACTICE, COMMAND).messaging == settings()


def test_a_draft_that_could_not_be_saved_is_refused_as_saving_would(house: House) -> None:
    house.furnish()
    draft = settings({Topic.BILLING: ["ghost"]}, disclaimer=" ")

    with pytest.raises(Invalid) as refused:
        ask(house, draft=draft)
    with pytest.raises(Invalid) as saving:
        house.save(draft)

    assert [error.field for error in refused.value.errors] == [
        f"messaging.{error.field}" for error in saving.value.errors
    ]
    assert house.operations.audit(PRACTICE, None, 1)[0].action == "settings.saved"


@pytest.mark.parametrize(
    ("messaging", "asked", "reason", "staff"),
    [
        (replace(TO_ANN, messaging_enabled=False), {}, "messaging_off", ["ann"]),
        (settings(practice=topic_set({}, off=[Topic.BILLING])), {}, "topic_off", ["ada"]),
        (TO_ANN, {"to": "ben"}, "no_choice", ["ben"]),
        (settings(), {"patient": "pat"}, "choice_due", ["ann"]),
        (TO_ANN, {"site": "south"}, "site_not_attended", ["ann"]),
        (TO_ANN, {"patient": "left"}, "patient_inactive", ["ann"]),
        (TO_ANN, {"patient": "pat", "actor": "reader"}, "not_permitted", ["ann"]),
    ],
)
def test_a_refusal_of_the_form_is_told_with_the_resolution_it_would_have_had(
    house: House, messaging: MessagingSettings, asked, reason, staff
) -> None:
    reader = AuthorizedUser("reader", "Rea Doe")
    pat = replace(PATIENTS[0], authorized_users=(reader,))
    # Messaging is turned on first, so that saving it off is a change.
    house.furnish(patients=(pat, PATIENTS[1], a_patient("left", active=False)))
    house.save(messaging)

    previewed = ask(house, **asked)

    assert previewed.refusal
    assert (previewed.refusal.reason, previewed.refusal.form, previewed.to) == (reason, previewed.form, None)
    assert [recipient.staff for recipient in previewed.resolution.recipients] == staff


def test_nobody_at_all_is_an_answer_too(house: House) -> None:
    house.furnish()
    house.bring([replace(member, active=False) for member in STAFF])

    previewed = ask(house)

    assert previewed.refusal
    assert (previewed.refusal.reason, previewed.resolution.recipients) == ("nobody_available", ())


def test_the_care_team_is_offered_as_the_patient_sees_it(house: House) -> None:
    house.furnish()

    offered = ask(house, patient="pat").form.offered(Topic.MEDICAL)

    assert offered
    assert isinstance(offered.to, ChooseTo)
    assert [option.id for option in offered.to.options] == ["ann"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"patient": "ghost"}, "patient"),
        ({"patient": "foreign"}, "patient"),
        ({"actor": "ghost"}, "actor"),
        ({"practice": "ghost"}, "practice"),
    ],
)
def test_whoever_is_unknown_or_foreign_is_not_found(house: House, asked, field) -> None:
    house.furnish()
    house.furnish(practice="elsewhere", patients=[a_patient("foreign")])

    with pytest.raises(NotFound) as refused:
        ask(house, **asked)

    assert [error.field for error in refused.value.errors] == [field]


def test_a_preview_and_the_gaps_store_nothing_but_their_audit_rows(house: House) -> None:
    house.furnish(TO_ANN)
    before = _counted(house)

    ask(house, draft=settings())
    house.preview.gaps(PRACTICE, COMMAND)

    assert _counted(house) == before | {"audit": before["audit"] + 2}
    rows = house.operations.audit(PRACTICE, None, 2)
    assert [(row.action, row.subject, row.details) for row in rows] == [
        ("gaps.read", "1", {}),
        ("preview.made", "sam", {"topic": "billing", "draft": True}),
    ]


def _counted(house: House) -> dict[str, int]:
    with house.engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables.metadata.sorted_tables
        }


def test_the_gaps_are_those_of_the_practice_as_it_stands(house: House) -> None:
    own = topic_set({Topic.BILLING: ["ann", "ben"]}, off=[topic for topic in Topic if topic is not Topic.BILLING])
    off = topic_set({}, off=list(Topic))
    messaging = settings(by_site=True, sites={"north": own, "south": off})
    house.furnish(messaging, staff=(*STAFF, a_staff("cat")))
    house.furnish(TO_ANN, practice="elsewhere")

    assert house.preview.gaps(PRACTICE, COMMAND) == []
    house.send_away("ben", cover="ann")
    [gap] = house.preview.gaps(PRACTICE, COMMAND)

    assert (gap.site, gap.topic, gap.kind, gap.owners) == (
        "north",
        Topic.BILLING,
        GapKind.SINGLE_RECIPIENT,
        ("ann",),
    )


def test_an_unknown_practice_has_no_gaps_to_tell(house: House) -> None:
    with pytest.raises(NotFound):
        house.preview.gaps("ghost", COMMAND)
