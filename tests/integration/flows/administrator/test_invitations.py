"""Staff are invited to choose a password, and an administrator sees who can sign in."""

import pytest

from router.access.sessions import SessionEnded
from router.errors import Conflict, NotFound
from router.messages.notification import Kind
from tests.builders import a_staff
from tests.house import PRACTICE, House
from tests.integration.flows.administrator.invitations import ADA, PASSWORD, account, invite
from tests.integration.flows.administrator.invitations import open_house as open_house  # noqa: PLC0414 - the fixture is shared.


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


def test_only_staff_with_an_address_are_invited(open_house: House) -> None:
    open_house.bring([a_staff("cy", email=None)])

    with pytest.raises(Conflict, match="has no email address"):
        open_house.invitations.send(PRACTICE, "cy", ADA)
    with pytest.raises(NotFound):
        open_house.invitations.send(PRACTICE, "nobody", ADA)
    with pytest.raises(NotFound):
        open_house.invitations.send("nowhere", "ann", ADA)
    assert open_house.notify.run().sent == 0


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
