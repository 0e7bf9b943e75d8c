"""Staff choose a password by a link that an administrator has sent them: once, in time, and by nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from router.access.password_links import LINK_LIFE
from router.access.portal_links import LinkSpent
from router.access.sessions import SessionEnded
from router.actors import Actor, ActorKind
from router.errors import Conflict, Invalid, NotFound
from router.flows.administrator.invitations import Account
from router.messages.notification import Kind, SendOutcome, SmtpReply, Suppression
from router.messages.states import NotificationState
from tests.builders import a_staff
from tests.house import PRACTICE, STAFF, House

PASSWORD = "correct horse battery"
ADA = Actor(ActorKind.STAFF, "ada")


@pytest.fixture
def open_house(house: House) -> House:
    """A practice in which nobody can sign in yet."""
    return house.furnish()


def invite(house: House, staff: str = "ann") -> str:
    """Send a link and let the worker email it; returns its token."""
    house.invitations.send(PRACTICE, staff, ADA)
    house.notify.run()
    return house.invitations.tokens.of(house.mailer.sent[-1].notification)


def account(house: House, staff: str = "ann") -> Account:
    return next(one for one in house.invitations.accounts(PRACTICE, "", 0, 50).shown if one.staff.id == staff)


def test_an_invitation_is_emailed_and_its_link_lets_its_owner_sign_in(open_house: House) -> None:
    token = invite(open_house)

    chosen = open_house.invitations.choose(token, PASSWORD)

    mail = open_house.mailer.sent[0]
    assert (mail.kind, mail.recipient) == (Kind.STAFF_INVITATION, "ann@clinic.example")
    assert token not in repr(mail)
    assert (chosen.practice.id, chosen.staff.id) == (PRACTICE, "ann")
    assert open_house.sessions.check(open_house.sign_in.sign_in(PRACTICE, "ann", PASSWORD)).name == "Ann"
    recorded = [(row.action, row.actor.id, row.subject) for row in open_house.operations.audit(PRACTICE, None, 3)]
    assert recorded == [
        ("sign_in.done", "ann", "ann"),
        ("password_link.used", "ann", "ann"),
        ("password_link.sent", "ada", "ann"),
    ]
    assert account(open_house).has_password


def test_whoever_has_a_password_is_sent_a_reset_and_keeps_it_until_they_choose_another(open_house: House) -> None:
    open_house.sign_in.set_password(PRACTICE, "ann", "the old password", ADA)
    session = open_house.sign_in.sign_in(PRACTICE, "ann", "the old password")
    token = invite(open_house)
    assert open_house.mailer.sent[0].kind is Kind.PASSWORD_RESET
    assert open_house.sessions.check(session).name == "Ann"

    open_house.invitations.choose(token, PASSWORD)

    with pytest.raises(SessionEnded):
        open_house.sessions.check(session)
    assert open_house.sign_in.sign_in(PRACTICE, "ann", PASSWORD)


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
    open_house.bring([replace(one, active=one.id != "ann") for one in STAFF])

    with pytest.raises(LinkSpent):
        open_house.invitations.choose(token, PASSWORD)
    with pytest.raises(NotFound):
        open_house.invitations.send(PRACTICE, "ann", ADA)


def test_a_password_that_can_not_be_one_leaves_the_link_as_it_is(open_house: House) -> None:
    token = invite(open_house)

    for password in ("short", "x" * 201):
        with pytest.raises(Invalid) as refused:
            open_house.invitations.choose(token, password)
        assert refused.value.errors[0].field == "password"
    assert open_house.invitations.choose(token, PASSWORD).staff.id == "ann"


def test_only_staff_with_an_address_are_invited(open_house: House) -> None:
    open_house.bring([a_staff("cy", email=None)])

    with pytest.raises(Conflict, match="has no email address"):
        open_house.invitations.send(PRACTICE, "cy", ADA)
    with pytest.raises(NotFound):
        open_house.invitations.send(PRACTICE, "nobody", ADA)
    with pytest.raises(NotFound):
        open_house.invitations.send("nowhere", "ann", ADA)
    assert open_house.notify.run().sent == 0


def test_no_token_stands_in_the_database(open_house: House) -> None:
    token = invite(open_house)

    with open_house.engine.connect() as connection:
        tables = ("password_link", "notification", "audit", "attempt")
        rows = [connection.exec_driver_sql(f"select * from {table}").all() for table in tables]  # noqa: S608 - ours.

    assert token not in str(rows)
    assert all(rows)


def test_a_refused_email_is_parked_in_sight_and_goes_on_its_way_when_it_is_requeued(open_house: House) -> None:
    open_house.mailer.answer = lambda mail: SmtpReply(mail.notification, SendOutcome.REJECTED, 550, "no such user")
    open_house.invitations.send(PRACTICE, "ann", ADA)
    open_house.notify.run()
    link = account(open_house).link
    assert link
    assert (link.state, link.reason, link.answer) == (NotificationState.PARKED, "rejected", "no such user")
    parked = open_house.operations.parked(None, None, 10)
    assert [one.kind for one in parked] == ["notification"]

    open_house.mailer.answer = lambda mail: SmtpReply(mail.notification, SendOutcome.SENT, 250, "OK")
    open_house.operations.requeue(None, parked[0].id, ADA)
    open_house.notify.run()

    token = open_house.invitations.tokens.of(parked[0].id)
    assert open_house.invitations.choose(token, PASSWORD).staff.id == "ann"
    assert open_house.breaches() == {}


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


def test_staff_are_found_by_any_part_and_shown_in_pages(open_house: House) -> None:
    open_house.bring([a_staff("zoe", name="Zoë Älter"), a_staff("gone", active=False)])

    def found(wanted: str, skip: int = 0, limit: int = 50) -> list[str]:
        return [one.staff.id for one in open_house.invitations.accounts(PRACTICE, wanted, skip, limit).shown]

    assert found("") == ["ada", "ann", "ben", "zoe", "gone"]
    assert found("ÄLTER") == ["zoe"]
    assert found("@clinic.example", skip=1, limit=2) == ["ann", "ben"]
    assert found("nobody") == []
    assert open_house.invitations.accounts(PRACTICE, "@clinic", 0, 1).found == 5


def test_everybody_who_waits_is_invited_at_once(open_house: House) -> None:
    """Not who can sign in, was invited, has left, or has no address."""
    open_house.bring([a_staff("cy", email=None), a_staff("dee"), a_staff("gone", active=False)])
    open_house.sign_in.set_password(PRACTICE, "ada", PASSWORD, ADA)
    invite(open_house, "ann")
    assert open_house.invitations.accounts(PRACTICE, "ann", 0, 1).waiting == 2

    assert open_house.invitations.send_all(PRACTICE, ADA) == 2
    open_house.notify.run()

    assert sorted(mail.recipient for mail in open_house.mailer.sent[1:]) == ["ben@clinic.example", "dee@clinic.example"]
    assert open_house.invitations.send_all(PRACTICE, ADA) == 0
    assert [row.subject for row in open_house.operations.audit(PRACTICE, None, 2)] == ["dee", "ben"]


def test_one_account_is_looked_up(open_house: House) -> None:
    invite(open_house)

    found = open_house.invitations.account(PRACTICE, "ann")

    assert found
    assert found.link
    assert not found.has_password
    assert open_house.invitations.account(PRACTICE, "nobody") is None
