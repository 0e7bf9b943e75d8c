"""Emails about answers are from whom the practice named, and lead to its portal."""

from dataclasses import replace
from uuid import UUID

from router.actors import COMMAND
from router.flows.staff.replies import ReplyRequest
from router.flows.worker.email_senders import EmailSender, senders_of
from router.messages.inbox import DeliveryRef
from router.messages.notification import Kind, LeasedNotification, Mail
from router.messaging.settings import MessagingSettings
from router.practice.topics import Topic
from tests.builders import a_patient, settings
from tests.house import PRACTICE, House

NAMED = settings({Topic.BILLING: ["ann"]}, email_name="Willow", portal_url="https://portal.example/in")


def answered(house: House, messaging: MessagingSettings, as_before: MessagingSettings | None = None) -> list[Mail]:
    """The emails of a message and its answer: to Ann, then to the patient."""
    house.furnish(messaging, patients=[a_patient("pat", email="pat@home.example", notify=True)])
    if as_before is not None:
        house.store_as_before(as_before)
    house.write(house.draft("1", patient="pat", topic=Topic.BILLING))
    house.route.run()
    house.notify.run()
    delivery = house.inbox("ann").items[0].delivery
    house.replies.reply(DeliveryRef(PRACTICE, delivery, "ann", COMMAND), ReplyRequest("We will look."))
    house.notify.run()
    return house.mailer.sent


def test_an_answer_is_from_whom_the_practice_named_and_leads_to_its_portal(house: House) -> None:
    to_staff, to_patient = answered(house, NAMED)

    assert (to_staff.kind, to_staff.sender, to_staff.to_portal) == (Kind.STAFF_DELIVERY, "", False)
    assert (to_patient.kind, to_patient.sender) == (Kind.PATIENT_REPLY, "Willow")
    assert (to_patient.link, to_patient.to_portal) == ("https://portal.example/in", True)


def test_without_both_nobody_is_named_and_the_link_is_careroutes_own(house: House) -> None:
    _, to_patient = answered(house, replace(NAMED, email_name="", portal_url=""))

    assert (to_patient.sender, to_patient.to_portal) == ("", False)
    assert to_patient.link.startswith("https://x.example/")


def test_an_address_that_was_saved_before_it_was_checked_is_left_out(house: House) -> None:
    _, to_patient = answered(house, NAMED, replace(NAMED, portal_url="https://"))

    assert (to_patient.sender, to_patient.to_portal) == ("Willow", False)


def test_a_practice_that_was_deleted_meanwhile_names_nobody(house: House) -> None:
    gone = LeasedNotification("gone", UUID(int=1), Kind.PATIENT_REPLY, UUID(int=2), "pat@home.example", 0)

    assert senders_of(house.database, [gone], lambda *_: None) == {"gone": EmailSender()}
    assert senders_of(house.database, [], lambda *_: None) == {}
