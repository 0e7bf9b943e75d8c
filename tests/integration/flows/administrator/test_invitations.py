"""Staff choose a password by a link that an administrator has sent them: once, in time, and by nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from router.access.password_links import LINK_LIFE, PasswordLink
from router.access.portal_links import LinkSpent
from router.access.sessions import SessionEnded
from router.access.tokens import digest
from router.actors import Actor, ActorKind
from router.errors import Conflict, Invalid, NotFound
from router.flows.administrator.invitations import Account
from router.messages.notification import Kind, Mail, SendOutcome, SmtpReply, Suppression
from router.messages.smtp_replies import REMOVED
from router.messages.states import NotificationState
from tests.builders import a_staff
from tests.house import PATIENTS, PRACTICE, STAFF, House

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
    assert [item.kind for item in parked] == ["notification"]

    open_house.mailer.answer = lambda mail: SmtpReply(mail.notification, SendOutcome.SENT, 250, "OK")
    open_house.operations.requeue(None, parked[0].id, ADA)
    open_house.notify.run()

    token = open_house.invitations.tokens.of(parked[0].id, 1)
    assert token in open_house.mailer.sent[-1].link
    assert open_house.invitations.choose(token, PASSWORD).staff.id == "ann"
    assert open_house.breaches() == {}


def quoting(mail: Mail) -> SmtpReply:
    """A spam filter that quotes what it refuses."""
    return SmtpReply(mail.notification, SendOutcome.REJECTED, 554, f"spam: {mail.link} ({mail.secret[:20]})")


def test_what_a_mail_server_quotes_of_a_link_is_stored_and_shown_nowhere(open_house: House) -> None:
    open_house.mailer.answer = quoting
    open_house.invitations.send(PRACTICE, "ann", ADA)
    open_house.notify.run()

    parked = open_house.operations.parked(None, None, 10)[0]
    token = open_house.invitations.tokens.of(parked.id)
    link = account(open_house).link
    with open_house.engine.connect() as connection:
        stored = connection.exec_driver_sql("select answer from attempt").scalar_one()
    assert link
    assert link.answer == parked.answer == stored == f"spam: {REMOVED} ({REMOVED})"
    assert token not in stored


def test_a_quote_that_an_earlier_version_stored_is_not_shown(open_house: House) -> None:
    open_house.mailer.answer = quoting
    open_house.invitations.send(PRACTICE, "ann", ADA)
    open_house.notify.run()
    with open_house.engine.begin() as connection:
        connection.exec_driver_sql("update attempt set answer = 'spam: https://x.example/password?link=abc'")

    link = account(open_house).link

    assert link
    assert link.answer == f"spam: {REMOVED}"
    assert open_house.operations.parked(None, None, 10)[0].answer == f"spam: {REMOVED}"


def test_a_relays_trouble_is_kept_without_what_it_quotes(open_house: House) -> None:
    open_house.mailer.answer = lambda mail: SmtpReply(mail.notification, SendOutcome.RELAY, 421, f"no: {mail.link}")
    open_house.invitations.send(PRACTICE, "ann", ADA)
    open_house.notify.run()

    assert open_house.operations.status().relay_answer == f"no: {REMOVED}"


def test_the_link_of_a_parked_email_works_only_after_it_is_requeued_and_with_a_new_token(open_house: House) -> None:
    open_house.mailer.answer = quoting
    open_house.invitations.send(PRACTICE, "ann", ADA)
    open_house.notify.run()
    parked = open_house.operations.parked(None, None, 10)[0]
    tokens = open_house.invitations.tokens

    with pytest.raises(LinkSpent):
        open_house.invitations.whose(tokens.of(parked.id))
    with pytest.raises(LinkSpent):
        open_house.invitations.choose(tokens.of(parked.id), PASSWORD)
    for generation in (1, 2):
        open_house.operations.requeue(None, parked.id, ADA)
        open_house.notify.run()
        with pytest.raises(LinkSpent):
            open_house.invitations.whose(tokens.of(parked.id, generation))
    open_house.operations.requeue(None, parked.id, ADA)

    assert open_house.invitations.whose(tokens.of(parked.id, 3)).staff.id == "ann"
    for generation in (0, 1, 2):
        with pytest.raises(LinkSpent):
            open_house.invitations.choose(tokens.of(parked.id, generation), PASSWORD)


def test_parked_links_that_are_requeued_by_their_reason_get_new_tokens_too(open_house: House) -> None:
    open_house.mailer.answer = quoting
    open_house.invitations.send(PRACTICE, "ann", ADA)
    open_house.notify.run()
    parked = open_house.operations.parked(None, None, 10)[0]
    tokens, since = open_house.invitations.tokens, open_house.operations.ready() - timedelta(hours=1)

    assert open_house.operations.requeue_parked(None, parked.reason, since, ADA) == 1

    with pytest.raises(LinkSpent):
        open_house.invitations.whose(tokens.of(parked.id))
    assert open_house.invitations.whose(tokens.of(parked.id, 1)).staff.id == "ann"


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
