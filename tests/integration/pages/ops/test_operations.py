"""The page of the operators, without scripts: ids, counts and reasons, and requeueing."""

import html
import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from adapters.broker.reading import read
from adapters.database.tables import ladder_run, message
from router.actors import COMMAND, Scope
from router.messages.notification import SendOutcome, SmtpReply
from router.messaging.hours import Hours, PracticeHours
from router.messaging.ladder import Condition, Do, LadderStep
from router.practice.topics import Topic
from tests.builders import a_staff, settings
from tests.house import PRACTICE, STAFF
from tests.integration.pages.conftest import PASSWORD, Browser
from tests.samples.enqueued import CANARY, a_message, enveloped
from tests.transitions import forging

PAGE = "/ops"


@pytest.fixture
def operator(browser: Browser) -> Browser:
    """Olga, who runs the installation, in a browser."""
    browser.service.house.sign_in.create_operator("olga", PASSWORD, COMMAND)
    done = browser.send("/sign-in", "/sign-in", practice="", person="olga", password=PASSWORD)
    assert done.headers["location"] == PAGE
    return browser


def text(browser: Browser, path: str = PAGE) -> str:
    """What a page says, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", browser.open(path).text)).split())


def park_notification(operator: Browser) -> UUID:
    """An email that the mail server refuses; returns the notification's id."""
    house = operator.service.house
    house.save(settings({Topic.BILLING: ["ann"]}))
    house.write()
    house.route.run()
    said = "5.1.1 <ann@clinic.example>: no such user"
    house.mailer.answer = lambda mail: SmtpReply(mail.notification, SendOutcome.REJECTED, 550, said)
    house.notify.run()
    return house.operations.parked(None, None, 1)[0].id


def park_message(operator: Browser) -> UUID:
    """A message that could not be routed; returns its id."""
    house = operator.service.house
    receipt = house.write(house.draft("parked"))[0]
    parked = {"state": "parked", "parked_reason": "routing_failed", "parked_at": receipt.accepted_at}
    with forging(house.engine) as connection:
        connection.execute(update(message).where(message.c.id == receipt.id).values(**parked))
    return receipt.id


def quarantine(operator: Browser, **fields: object) -> UUID:
    """Something off the broker that can't be taken; returns its id."""
    house = operator.service.house
    key = house.keys.create(PRACTICE, [Scope.PORTAL], COMMAND)[1]
    house.take_in.take([read(enveloped(a_message(**({"key": key} | fields))))])
    return house.quarantine.items(None, None, 1)[0].id


def test_what_waits_works_and_went_through_is_told_and_what_there_is_none_of(operator: Browser) -> None:
    page = text(operator)

    assert "Messages to be routed 0 " in page
    assert "No worker was seen in the last 30 seconds" in page
    assert "Nothing is parked" in page
    assert "The quarantine is empty" in page
    assert "Emails can be sent." in page

    house = operator.service.house
    house.write_many(3)
    house.clock.by += timedelta(seconds=50)
    house.sweep.hint()

    page = text(operator)

    assert "Messages to be routed 3 " in page
    assert "3 accepted, 0 put into inboxes" in page
    assert "worker-1 route, notify" in page


def test_a_relay_that_does_not_work_is_told_without_addresses(operator: Browser) -> None:
    house = operator.service.house
    house.write()
    house.route.run()
    said = "sender <no-reply@clinic.example> refused"
    house.mailer.answer = lambda mail: SmtpReply(mail.notification, SendOutcome.RELAY, 450, said)
    house.notify.run()

    page = text(operator)

    assert "Sending pauses until" in page
    assert "sender <[address]> refused" in page


def test_a_parked_notification_is_sent_again_and_followed(operator: Browser) -> None:
    house, item = operator.service.house, park_notification(operator)
    page = text(operator)
    assert f"Notification {item} {PRACTICE} rejected" in page
    assert "5.1.1 <[address]>: no such user" in page

    done = operator.send(PAGE, "/ops/parked", item=str(item)).headers["location"]

    assert done == f"/ops?practice={PRACTICE}&item={item}#done"
    assert f"Requeued Notification {item} of {PRACTICE}. It is waiting to be sent." in text(operator, done)
    assert "Nothing is parked" in text(operator)
    recorded = house.operations.audit(PRACTICE, None, 1)[0]
    assert (recorded.action, recorded.actor.id, recorded.subject) == ("parked.requeued", "olga", str(item))
    house.clock.by += timedelta(minutes=2)
    house.notify.run()
    assert "It was parked again: rejected." in text(operator, done)


def test_a_parked_message_is_routed_again_and_followed(operator: Browser) -> None:
    item = park_message(operator)
    assert "Find the cause in the log before you requeue it." in text(operator)

    done = operator.send(PAGE, "/ops/parked", item=str(item)).headers["location"]

    assert "It is waiting to be routed." in text(operator, done)
    operator.service.deliver()
    assert "It is in the inboxes." in text(operator, done)


def test_a_delivery_of_a_leaver_moves_by_itself(operator: Browser) -> None:
    house = operator.service.house
    house.write()
    house.route.run()
    house.bring([a_staff(member.id, active=False) for member in STAFF])
    item = house.operations.parked(None, None, 1)[0].id

    assert "It will be routed automatically once somebody is." in text(operator)
    assert f"requeue-{item}" not in operator.open(PAGE).text
    refused = operator.client.post("/ops/parked", data={"csrf": token(operator), "item": str(item)})
    assert refused.status_code == 409
    assert "It will be routed automatically" in refused.text


def test_a_step_that_failed_is_explained_and_can_not_be_requeued(operator: Browser) -> None:
    house = operator.service.house
    alert = LadderStep(60, Condition.UNANSWERED, Do.ALERT)
    house.save(replace(settings(), hours=Hours(PracticeHours(round_the_clock=True)), ladder=(alert,)))
    receipt = house.write()[0]
    house.route.run()
    with forging(house.engine) as connection:
        connection.execute(update(ladder_run).values(failed_at=receipt.accepted_at))

    page = text(operator)

    assert f"Step {receipt.id} {PRACTICE} step_failed A step of its ladder failed three times" in page
    assert f"requeue-{receipt.id}" not in operator.open(PAGE).text
    refused = operator.client.post("/ops/parked", data={"csrf": token(operator), "item": str(receipt.id)})
    assert refused.status_code == 409
    assert "The administrators have been alerted." in refused.text


def token(operator: Browser) -> str:
    return operator.open(PAGE).text.split('name="csrf-token" content="')[1][:64]


def test_what_is_in_the_quarantine_is_accepted_after_all(operator: Browser) -> None:
    operator.service.house.save(settings(messaging_enabled=False))
    item = quarantine(operator)
    page = text(operator)
    assert f"{item} " in page
    assert "form-refused" in page
    assert "idempotency_key, patient, topic, subject, body" in page
    refused = operator.send(PAGE, "/ops/quarantine", item=str(item))
    assert refused.status_code == 409
    assert "It was not accepted" in refused.text

    operator.service.house.save(settings())
    done = operator.send(PAGE, "/ops/quarantine", item=str(item)).headers["location"]

    assert "It is waiting to be routed." in text(operator, done)
    assert "The quarantine is empty" in text(operator)
    acts = [(row.action, row.actor.id) for row in operator.service.house.operations.audit(PRACTICE, None, 10)]
    assert ("quarantine.requeued", "olga") in acts
    assert ("quarantine.refused_again", "olga") in acts


def test_without_a_practice_only_the_sender_can_repeat_it(operator: Browser) -> None:
    item = quarantine(operator, key="nobody's", secret_patient_name="x")
    page = text(operator)

    assert "Its sender must send it again." in page
    assert "secret_patient_name" not in page
    refused = operator.client.post("/ops/quarantine", data={"csrf": token(operator), "item": str(item)})
    assert refused.status_code == 409
    assert "Its sender must send it again" in refused.text


def test_what_is_not_there_is_not_requeued(operator: Browser) -> None:
    for item in ("", "x", str(uuid4())):
        for path in ("/ops/parked", "/ops/quarantine"):
            refused = operator.client.post(path, data={"csrf": token(operator), "item": item})
            assert refused.status_code == 404
            assert "Nothing with this id is" in refused.text


def test_no_text_and_no_name_ever_appears(operator: Browser) -> None:
    park_message(operator)
    park_notification(operator)
    item = quarantine(operator, topic="nonsense", subject=f"{CANARY} <b>")
    pages = [operator.open(PAGE), operator.open("/ops/now")]

    pages.append(operator.send(PAGE, "/ops/quarantine", item=str(item)))

    for page in pages:
        assert "Parked" in page.text
        for secret in (CANARY, "Pat Doe", "A bill", "ann@clinic.example", "A question"):
            assert secret not in page.text
    assert "Wrong fields: topic." in pages[-1].text


def test_older_ones_are_on_the_next_page(operator: Browser) -> None:
    house = operator.service.house
    receipts = house.write_many(25)
    parked = {"state": "parked", "parked_reason": "no_active_staff", "parked_at": receipts[0].accepted_at}
    with forging(house.engine) as connection:
        connection.execute(update(message).values(**parked))
    first = operator.open(PAGE).text

    older = re.search(r'href="(/ops\?parked=[^"#]*)', first)

    assert older
    ids = [str(receipt.id) for receipt in receipts]
    assert ids[0] not in first
    assert ids[0] in operator.open(older[1]).text
    assert operator.open("/ops?parked=x&quarantine=&item=y&practice=%00").status_code == 200


def test_looking_by_itself_does_not_keep_the_session_alive(operator: Browser) -> None:
    operator.service.house.clock.by += timedelta(minutes=14)
    assert operator.open("/ops/now").status_code == 200
    operator.service.house.clock.by += timedelta(minutes=2)

    assert operator.open("/ops/now").headers["location"].startswith("/sign-in")


def test_each_sees_its_own_pages_alone(browser: Browser, operator: Browser) -> None:
    for path in ("/admin/messaging", "/admin/people"):
        assert operator.open(path).status_code == 403
    staff = Browser(browser.service).sign_in("ada")

    for path in (PAGE, "/ops/now"):
        assert staff.open(path).status_code == 403
    assert staff.client.post("/ops/parked", data={}).status_code == 403
    assert Browser(browser.service).open(PAGE).headers["location"] == "/sign-in?next=/ops"
