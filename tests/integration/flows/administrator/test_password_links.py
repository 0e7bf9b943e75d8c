"""The link to choose a password works once, in time, and for nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from router.access.password_links import LINK_LIFE, PasswordLink
from router.access.portal_links import LinkSpent
from router.access.sessions import SessionEnded
from router.access.tokens import digest
from router.errors import Invalid, NotFound
from router.messages.notification import Kind, Suppression
from tests.builders import a_staff
from tests.house import PATIENTS, PRACTICE, STAFF, House
from tests.integration.flows.administrator.invitations import ADA, PASSWORD, account, invite
from tests.integration.flows.administrator.invitations import open_house as open_house  # noqa: PLC0414 - the fixture is shared.


def test_a_link_works_once(open_house: House) -> None:
    token = invite(open_house)
    open_house.invitations.choose(token, PASSWORD)

    with pytest.raises(LinkSpent):
        open_house.invitations.choose(token, "another password")
    with pytest.raises(LinkSpent):
        open_house.invitations.whose(token)
    for never_one in ("", "token-", f"{token}0", "x" * 5000):
        with pytest.raises(LinkSpent):
            open_house.invitations.choose(never_one, PASSWORD)
    link = account(open_house).link
    assert link
    assert not link.works(open_house.operations.ready())


def test_a_link_works_for_three_days(open_house: House) -> None:
    token = invite(open_house)
    open_house.clock.by += LINK_LIFE - timedelta(minutes=1)
    assert open_house.invitations.whose(token).staff.id == "ann"

    open_house.clock.by += timedelta(minutes=2)

    with pytest.raises(LinkSpent):
        open_house.invitations.choose(token, PASSWORD)


def test_a_newer_link_and_a_new_password_end_the_ones_before(open_house: House) -> None:
    first, second = invite(open_house), invite(open_house)
    with pytest.raises(LinkSpent):
        open_house.invitations.whose(first)
    assert open_house.invitations.whose(second).staff.id == "ann"

    open_house.sign_in.set_password(PRACTICE, "ann", PASSWORD, ADA)

    with pytest.raises(LinkSpent):
        open_house.invitations.whose(second)


def test_whoever_has_left_can_not_use_their_link(open_house: House) -> None:
    token = invite(open_house)
    open_house.bring([replace(member, active=member.id != "ann") for member in STAFF])

    with pytest.raises(LinkSpent):
        open_house.invitations.choose(token, PASSWORD)
    with pytest.raises(NotFound):
        open_house.invitations.send(PRACTICE, "ann", ADA)


def test_a_link_that_was_made_while_its_owner_left_works_for_nobody(open_house: House) -> None:
    open_house.bring([replace(member, active=member.id != "ann") for member in STAFF])
    notification = open_house.invitations.ids.new()
    with open_house.database.begin() as work:
        ends = work.now() + LINK_LIFE
        link = PasswordLink(PRACTICE, "ann", notification, Kind.STAFF_INVITATION, digest("token"), ends)
        work.password_links.add(PRACTICE, [link])
        work.commit()

    with pytest.raises(LinkSpent):
        open_house.invitations.whose("token")


def test_a_password_that_can_not_be_one_leaves_the_link_as_it_is(open_house: House) -> None:
    token = invite(open_house)

    for password in ("short", "x" * 201):
        with pytest.raises(Invalid) as refused:
            open_house.invitations.choose(token, password)
        assert refused.value.errors[0].field == "password"
    assert open_house.invitations.choose(token, PASSWORD).staff.id == "ann"


def test_no_token_stands_in_the_database(open_house: House) -> None:
    token = invite(open_house)

    with open_house.engine.connect() as connection:
        tables = ("password_link", "notification", "audit", "attempt")
        rows = [connection.exec_driver_sql(f"select * from {table}").all() for table in tables]  # noqa: S608 - ours.

    assert token not in str(rows)
    assert all(rows)


def test_a_link_ends_when_the_address_that_it_was_sent_to_changes(open_house: House) -> None:
    by_roster, by_change, other = invite(open_house, "ann"), invite(open_house, "ben"), invite(open_house, "ada")
    open_house.bring([replace(STAFF[1], email="ann@elsewhere.example")])
    open_house.roster.change_staff(PRACTICE, "ben", {"email": "ben@elsewhere.example"}, ADA)
    open_house.roster.change_staff(PRACTICE, "ada", {"title": "Dr."}, ADA)

    for token in (by_roster, by_change):
        with pytest.raises(LinkSpent):
            open_house.invitations.whose(token)
    assert open_house.invitations.whose(other).staff.id == "ada"


def test_leaving_ends_links_and_sessions_for_good(open_house: House) -> None:
    open_house.sign_in.set_password(PRACTICE, "ann", PASSWORD, ADA)
    session, token = open_house.sign_in.sign_in(PRACTICE, "ann", PASSWORD), invite(open_house)
    entry, _ = open_house.portal_links.make(PRACTICE, "pat", None, ADA)
    portal = open_house.portal_links.enter(open_house.portal_links.make(PRACTICE, "pat", None, ADA)[0])
    leavers = replace(STAFF[1], active=False), replace(PATIENTS[0], active=False)
    open_house.bring([leavers[0]], [leavers[1]])
    open_house.bring([STAFF[1]], [PATIENTS[0]])

    with pytest.raises(LinkSpent):
        open_house.invitations.whose(token)
    with pytest.raises(LinkSpent):
        open_house.portal_links.enter(entry)
    for ended in (session, portal):
        with pytest.raises(SessionEnded):
            open_house.sessions.check(ended)


def test_a_link_that_opens_nothing_is_not_sent(open_house: House) -> None:
    """It was replaced, its owner has got a password or has left or lost their address, or it is too old."""
    open_house.bring([a_staff(staff) for staff in ("cy", "dee", "eve", "fay")])
    for staff in ("ann", "ann", "cy", "dee", "eve"):
        open_house.invitations.send(PRACTICE, staff, ADA)
    open_house.sign_in.set_password(PRACTICE, "cy", PASSWORD, ADA)
    open_house.bring([a_staff("dee", active=False), a_staff("eve", email=None)])

    done = open_house.notify.run()
    open_house.invitations.send(PRACTICE, "fay", ADA)
    open_house.clock.by += LINK_LIFE
    later = open_house.notify.run()

    assert (done.suppressed, done.sent, later.suppressed) == (4, 1, 1)
    with open_house.engine.connect() as connection:
        found = connection.exec_driver_sql("select reason from notification where state = 'suppressed' order by id")
        reasons = list(found.scalars())
    ended = Suppression.LINK_ENDED
    assert reasons == [ended, ended, Suppression.INACTIVE, Suppression.NO_ADDRESS, ended]
