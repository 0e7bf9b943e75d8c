"""The emails by which a step reminds people, one for many and none lost."""

from datetime import timedelta

from sqlalchemy import func, select

from adapters.database.tables import notification
from router.messages.notification import Kind, SendOutcome, SmtpReply
from tests.fakes import accepted
from tests.house import House
from tests.integration.flows.ladders import house as house  # noqa: PLC0414 - the fixture is shared.
from tests.integration.flows.ladders import wait, written


def test_those_who_are_told_get_an_email_that_names_nothing(house: House) -> None:
    written(house)
    house.notify.run()
    house.mailer.sent.clear()
    wait(house, minutes=61)
    house.notify.run()
    assert [mail.kind for mail in house.mailer.sent] == ["staff_reminder"]
    assert str(house.inbox("ann").items[0].delivery) in house.mailer.sent[0].link


def reminders(house: House) -> list[str]:
    """To whom reminders are sent now."""
    house.mailer.sent.clear()
    house.notify.run()
    return sorted(mail.recipient for mail in house.mailer.sent if mail.kind is Kind.STAFF_REMINDER)


def test_of_many_reminders_the_first_goes_at_once_and_the_others_together_later(house: House) -> None:
    house.notify.run()
    written(house, idempotency_key="first")
    house.clock.by += timedelta(minutes=3)
    for number in range(3):
        written(house, idempotency_key=f"later-{number}")
    house.clock.by += timedelta(minutes=3)
    written(house, idempotency_key="last")
    reminders(house)

    wait(house, minutes=55)
    assert reminders(house) == ["ann@clinic.example"]
    wait(house, minutes=3)
    assert reminders(house) == []
    wait(house, minutes=3)
    assert reminders(house) == []
    house.clock.by += timedelta(minutes=10)
    assert reminders(house) == ["ann@clinic.example"]
    house.clock.by += timedelta(minutes=30)
    assert reminders(house) == []
    with house.engine.connect() as connection:
        merged = notification.c.reason == "merged"
        assert connection.execute(select(func.count()).where(merged)).scalar_one() == 3
    assert house.breaches() == {}


def test_what_fires_while_an_email_of_it_is_on_its_way_is_told_with_the_next(house: House) -> None:
    written(house)
    house.notify.run()
    wait(house, minutes=61)
    with house.database.begin() as work:
        lease = work.notifications.lease(house.route.ids.new(), 180, 10)
        work.commit()
    assert [one.kind for one in lease.notifications] == [Kind.STAFF_REMINDER]
    written(house, idempotency_key="key-2")
    house.notify.run()
    wait(house, minutes=61)
    # The lease has run out: both are told of at once.
    assert reminders(house) == ["ann@clinic.example"]


def test_one_whose_email_is_given_up_doesn_t_keep_the_next_waiting(house: House) -> None:
    written(house, idempotency_key="first")
    house.clock.by += timedelta(minutes=2)
    written(house, idempotency_key="second")
    house.notify.run()
    house.mailer.answer = lambda mail: SmtpReply(mail.notification, SendOutcome.REJECTED, 550, "no such user")
    wait(house, minutes=59)
    assert reminders(house) == []
    house.mailer.answer = accepted
    wait(house, minutes=2)
    assert reminders(house) == ["ann@clinic.example"]
