"""Conversations on the patient's side: names, readers, and whether one can reply."""

from dataclasses import replace
from uuid import UUID

import pytest

from router.messages.conversation import CannotReply, Conversation, cannot_reply, initialled, may_read, shown_as
from router.practice.people import AuthorizedUser, Permission
from router.practice.topics import Topic
from tests.builders import NOON, a_patient, a_staff, settings, staffing

ASSIGNED = Conversation(UUID(int=1), "pat", Topic.BILLING, None, "A bill", "Billing Office", False, None, None, NOON)  # noqa: FBT003 - not private.
CHOSEN = replace(ASSIGNED, topic=Topic.MEDICAL, display_name="Dr. Hannah Lee", chosen="lee")
READER = AuthorizedUser("al", "Al Doe", permissions=frozenset({Permission.READ}))
WRITER = AuthorizedUser("bo", "Bo Doe", permissions=frozenset({Permission.WRITE}))
PAT = a_patient("pat", team=["ann"])
HERE = staffing(a_staff("ada", admin=True), a_staff("ann"))


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Nisha Patel, RN", "N. Patel"),
        ("Dr. Nisha Patel", "N. Patel"),
        ("Nisha van der Berg", "N. Berg"),
        ("Cher", "Cher"),
        ("Dr.", "Dr."),
    ],
)
def test_a_name_is_shortened_to_an_initial_and_the_last_name(name, short) -> None:
    assert initialled(name) == short


def test_behind_a_display_name_everybody_is_the_display_name() -> None:
    assert shown_as(ASSIGNED, "patel", "Nisha Patel") == "Billing Office"


def test_with_a_chosen_provider_another_author_is_told_as_writing_for_them() -> None:
    assert shown_as(CHOSEN, "lee", "Dr. Hannah Lee") == "Dr. Hannah Lee"
    assert shown_as(CHOSEN, "patel", "Nisha Patel, RN") == "N. Patel for Dr. Hannah Lee"


@pytest.mark.parametrize(
    ("actor", "private", "may"),
    [(None, True, True), (READER, False, True), (READER, True, False), (WRITER, False, False)],
)
def test_who_may_read(actor, private, may) -> None:
    assert may_read(replace(ASSIGNED, private=private), actor) is may


@pytest.mark.parametrize(
    ("actor", "patient", "messaging", "people", "reason"),
    [
        (None, PAT, settings(), HERE, None),
        (WRITER, PAT, settings(), HERE, None),
        (None, PAT, settings(messaging_enabled=False), HERE, CannotReply.MESSAGING_OFF),
        (None, replace(PAT, active=False), settings(), HERE, CannotReply.PATIENT_INACTIVE),
        (None, replace(PAT, active=False, replaced_by="new"), settings(), HERE, CannotReply.CHART_REPLACED),
        (READER, PAT, settings(), HERE, CannotReply.NOT_PERMITTED),
        (None, PAT, settings(), staffing(), CannotReply.NOBODY_AVAILABLE),
    ],
)
def test_why_one_can_not_reply(actor, patient, messaging, people, reason) -> None:
    assert cannot_reply(patient, actor, messaging, people) is reason
