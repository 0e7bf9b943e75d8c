"""A mail server that refuses an invitation parks it, shows nothing of its link, and a requeued one has a new token."""

from datetime import timedelta

import pytest

from router.access.portal_links import LinkSpent
from router.messages.notification import Mail, SendOutcome, SmtpReply
from router.messages.smtp_replies import REMOVED
from router.messages.states import NotificationState
from tests.house import PRACTICE, House
from tests.integration.flows.administrator.invitations import ADA, PASSWORD, account
from tests.integration.flows.administrator.invitations import open_house as open_house  # noqa: PLC0414 - the fixture is shared.


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
