"""One-time links into the portal."""

from dataclasses import replace
from datetime import timedelta

import pytest

from router.access.portal_links import LINK_LIFE, LinkSpent, session_token
from router.access.sessions import PatientSession, SessionEnded
from router.actors import COMMAND, ActorKind
from router.errors import NotFound
from router.practice.people import AuthorizedUser, Permission
from tests.builders import a_patient
from tests.house import PRACTICE, STAFF, House

AL = AuthorizedUser("al", "Al Doe", permissions=frozenset({Permission.READ}))
PAT = replace(a_patient("pat", team=["ann"]), authorized_users=(AL,))


@pytest.fixture
def open_house(house: House) -> House:
    """A practice whose patient pat lets al read."""
    return house.furnish(patients=(PAT,))


@pytest.mark.parametrize(("user", "kind", "actor"), [(None, "patient", "pat"), ("al", "authorized_user", "al")])
def test_a_link_opens_a_session_of_whom_it_was_made_for(open_house: House, user, kind, actor) -> None:
    token, _ = open_house.portal_links.make(PRACTICE, "pat", user, COMMAND)

    signed_in = open_house.sessions.check(open_house.portal_links.enter(token))

    assert isinstance(signed_in, PatientSession)
    assert (signed_in.patient.id, signed_in.acting) == ("pat", user)
    assert (signed_in.actor.kind, signed_in.actor.id) == (ActorKind(kind), actor)
    assert [row.action for row in open_house.operations.audit(PRACTICE, None, 2)] == [
        "portal_link.used",
        "portal_link.made",
    ]


def test_a_link_works_once(open_house: House) -> None:
    token, _ = open_house.portal_links.make(PRACTICE, "pat", None, COMMAND)
    open_house.portal_links.enter(token)

    with pytest.raises(LinkSpent):
        open_house.portal_links.enter(token)


def test_the_browser_that_used_a_link_finds_its_session_again(open_house: House) -> None:
    links = [open_house.portal_links.make(PRACTICE, "pat", None, COMMAND)[0] for _ in range(3)]

    mine = open_house.portal_links.enter(links[0], browser="mine")
    open_house.portal_links.enter(links[1], browser="theirs")
    unnamed = open_house.portal_links.enter(links[2])

    assert session_token(links[0], "mine") == mine
    for link, browser in ((links[0], "theirs"), (links[1], "mine"), (links[2], "mine"), (links[2], "")):
        with pytest.raises(SessionEnded):
            open_house.sessions.check(session_token(link, browser))
    assert open_house.sessions.check(unnamed).name == "Pat Doe"


def test_a_link_works_for_five_minutes(open_house: House) -> None:
    token, expires = open_house.portal_links.make(PRACTICE, "pat", None, COMMAND)
    assert timedelta() <= expires - open_house.operations.ready() <= LINK_LIFE
    open_house.clock.by += LINK_LIFE

    with pytest.raises(LinkSpent):
        open_house.portal_links.enter(token)


@pytest.mark.parametrize(("patient", "user"), [("nobody", None), ("pat", "nobody"), ("nobody", "al")])
def test_a_link_needs_a_patient_and_their_user(open_house: House, patient, user) -> None:
    with pytest.raises(NotFound):
        open_house.portal_links.make(PRACTICE, patient, user, COMMAND)


def test_the_session_ends_when_the_patient_no_longer_lets_them_act(open_house: House) -> None:
    token = open_house.portal_links.enter(open_house.portal_links.make(PRACTICE, "pat", "al", COMMAND)[0])
    own = open_house.portal_links.enter(open_house.portal_links.make(PRACTICE, "pat", None, COMMAND)[0])

    open_house.bring(STAFF, [replace(PAT, authorized_users=())])

    with pytest.raises(SessionEnded):
        open_house.sessions.check(token)
    assert open_house.sessions.check(own).name == "Pat Doe"


def test_the_session_ends_when_the_patient_is_no_longer_active(open_house: House) -> None:
    token = open_house.portal_links.enter(open_house.portal_links.make(PRACTICE, "pat", None, COMMAND)[0])

    open_house.bring(STAFF, [replace(PAT, active=False)])

    with pytest.raises(SessionEnded):
        open_house.sessions.check(token)


def test_signing_out_everywhere_leaves_the_authorized_user_alone(open_house: House) -> None:
    theirs = open_house.portal_links.enter(open_house.portal_links.make(PRACTICE, "pat", "al", COMMAND)[0])
    own = open_house.portal_links.enter(open_house.portal_links.make(PRACTICE, "pat", None, COMMAND)[0])

    open_house.sessions.sign_out_everywhere(own)

    assert open_house.sessions.check(theirs).name == "Al Doe"


def test_a_link_ends_the_session_that_the_browser_had_and_tells_another_chart(open_house: House) -> None:
    def link(patient: str, user: str | None = None) -> str:
        return open_house.portal_links.make(PRACTICE, patient, user, COMMAND)[0]

    open_house.bring((), [a_patient("sam")])
    before = open_house.portal_links.enter(link("pat"))

    assert open_house.portal_links.changes_chart(link("sam"), before)
    assert open_house.portal_links.changes_chart(link("pat", "al"), before)
    assert not open_house.portal_links.changes_chart(link("pat"), before)
    assert not open_house.portal_links.changes_chart(link("sam"), "none")
    assert not open_house.portal_links.changes_chart("none", before)
    after = open_house.portal_links.enter(link("sam"), before)
    assert open_house.sessions.check(after).actor.id == "sam"
    with pytest.raises(SessionEnded):
        open_house.sessions.check(before)
