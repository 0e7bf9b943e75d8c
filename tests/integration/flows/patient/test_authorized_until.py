"""Somebody who may act for a patient until a moment may do nothing from that moment on, however they come."""

from datetime import timedelta

import pytest

from router.access.sessions import PatientSession, SessionEnded
from router.actors import COMMAND
from router.errors import NotFound
from router.messages.acceptance import Receipt
from router.messages.conversation import PatientRef
from router.practice.people import AuthorizedUser, Permission
from router.practice.topics import Topic
from tests.builders import a_patient, settings
from tests.house import PRACTICE, House
from tests.rosters import stored_roster


@pytest.fixture
def carer(house: House) -> House:
    """A practice with a patient whose carer may act for one hour more."""
    house.furnish(settings({Topic.BILLING: ["ben"]}), patients=[])
    until = house.operations.ready() + timedelta(hours=1)
    user = AuthorizedUser("carer", "Ca Doe", permissions=frozenset(Permission), until=until)
    house.bring([], [a_patient("pat", authorized_users=(user,))])
    return house


def test_their_time_ends_by_itself(carer: House) -> None:
    first = carer.try_to_write(carer.draft("key-1", patient="pat", sender="carer"))[0]
    token, _ = carer.portal_links.make(PRACTICE, "pat", "carer", COMMAND)
    session = carer.portal_links.enter(token)
    assert isinstance(carer.sessions.check(session), PatientSession)

    # A minute is left to the idle session, so that it isn't that which ends it.
    carer.clock.by = timedelta(minutes=59)
    token, _ = carer.portal_links.make(PRACTICE, "pat", "carer", COMMAND)
    session = carer.portal_links.enter(token)
    carer.clock.by = timedelta(minutes=61)

    assert isinstance(first, Receipt)
    with pytest.raises(SessionEnded):
        carer.sessions.check(session)
    assert isinstance(carer.try_to_write(carer.draft("key-2", patient="pat", sender="carer"))[0], NotFound)
    with pytest.raises(NotFound):
        carer.conversations.threads(PatientRef(PRACTICE, "pat", "carer", COMMAND), None, None, 9)
    with pytest.raises(NotFound):
        carer.portal_links.make(PRACTICE, "pat", "carer", COMMAND)
    assert carer.accept.form(PRACTICE, "pat", None, None, COMMAND).readers == ()


def test_bringing_in_the_same_roster_again_changes_nothing(carer: House) -> None:
    chart = stored_roster(carer).patients["pat"]
    before = carer.operations.audit(PRACTICE, None, 1)

    carer.clock.by = timedelta(hours=2)
    carer.bring([], [chart])

    assert carer.operations.audit(PRACTICE, None, 1) == before
