"""Choosing to get emails about answers, or not to, on the patient's side."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from adapters.database.tables import audit, notification, patient
from router.access.portal_links import LinkSpent
from router.actors import COMMAND
from router.errors import NotFound
from router.flows.staff.inbox import InboxView
from router.flows.staff.replies import ReplyRequest
from router.messages.conversation import PatientRef
from router.messages.email_choice import EmailChoice
from router.messages.inbox import DeliveryRef
from router.practice.people import AuthorizedUser, Patient, Permission
from router.practice.topics import Topic
from tests.builders import a_patient, settings
from tests.house import PRACTICE, House

HOME = "home@family.example"
MUM = AuthorizedUser("mum", "Mum", email="mum@family.example", notify=True, permissions=frozenset(Permission))
PAT = a_patient("pat", email=HOME, notify=True, authorized_users=(MUM,))


def ref(actor: str | None = None, patient: str = "pat") -> PatientRef:
    return PatientRef(PRACTICE, patient, actor, COMMAND)


def told(house: House, patient: str = "pat", *, before: Sequence[str] = ()) -> list[str]:
    """Who gets an email once Ann answers; `before` it is sent these links to unsubscribe are used."""
    house.write(house.draft(str(house.notify.ids.new()), patient=patient))
    house.route.run()
    house.notify.run()
    house.mailer.sent.clear()
    item = house.inbox("ann", InboxView.OPEN).items[0]
    house.replies.reply(DeliveryRef(PRACTICE, item.delivery, "ann", COMMAND), ReplyRequest("Done."))
    for token in before:
        house.email_choice.unsubscribe(token)
    house.notify.run()
    return sorted(mail.recipient for mail in house.mailer.sent)


def furnish(house: House, *patients: Patient) -> House:
    return house.furnish(settings({Topic.BILLING: ["ann"]}), patients=patients)


def token_to(house: House, address: str) -> str:
    """What is behind the address to unsubscribe in the last email to this address."""
    link = next(mail.unsubscribe for mail in reversed(house.mailer.sent) if mail.recipient == address)
    return link.partition("?token=")[2]


def why_not(house: House) -> list[str | None]:
    with house.engine.connect() as connection:
        suppressed = select(notification.c.reason).where(notification.c.state == "suppressed")
        return list(connection.execute(suppressed).scalars())


def choices_on_record(house: House) -> list[tuple[str, str, object]]:
    with house.engine.connect() as connection:
        rows = connection.execute(
            select(audit).where(audit.c.action == "patient.emails_chosen").order_by(audit.c.id)
        ).all()
    return [(row.actor_kind, row.actor, row.details) for row in rows]


def test_an_email_about_an_answer_leads_out_and_one_to_staff_does_not(house: House) -> None:
    furnish(house, PAT).write(house.draft(patient="pat"))
    house.route.run()
    house.notify.run()
    (to_staff,) = house.mailer.sent

    assert to_staff.unsubscribe == ""
    assert told(house) == [HOME, MUM.email]
    assert len({mail.unsubscribe for mail in house.mailer.sent}) == 2
    for mail in house.mailer.sent:
        token = mail.unsubscribe.partition("?token=")[2]
        assert token.startswith(mail.notification.hex)


def test_whoever_unsubscribes_gets_no_more_and_the_others_do(house: House) -> None:
    told(furnish(house, PAT))

    house.email_choice.unsubscribe(token_to(house, HOME))

    assert house.email_choice.choice(ref()) == EmailChoice(asked=True, chosen=False, address=HOME)
    assert told(house) == [MUM.email]
    assert why_not(house) == ["unsubscribed"]
    assert choices_on_record(house) == [("patient", "pat", {"wanted": False, "by": "link"})]
    assert house.breaches() == {}


def test_an_authorized_user_unsubscribes_for_themselves_alone(house: House) -> None:
    told(furnish(house, PAT))

    house.email_choice.unsubscribe(token_to(house, "mum@family.example"))

    assert told(house) == [HOME]
    assert choices_on_record(house) == [
        ("authorized_user", "mum", {"wanted": False, "by": "link", "actor": "mum"}),
    ]


def test_what_was_answered_before_and_not_sent_yet_stays_unsent(house: House) -> None:
    told(furnish(house, PAT))

    assert told(house, before=[token_to(house, HOME)]) == [MUM.email]


def test_unsubscribing_again_changes_nothing_and_is_on_record_once(house: House) -> None:
    told(furnish(house, PAT))
    token = token_to(house, HOME)

    for _ in range(3):
        house.email_choice.check(token)
        house.email_choice.unsubscribe(token)

    assert len(choices_on_record(house)) == 1


def test_everybody_at_one_address_is_meant(house: House) -> None:
    """A child and a mother share a mailbox, which got one email for both."""
    mum = replace(MUM, email=HOME.upper())
    told(furnish(house, replace(PAT, authorized_users=(mum,))))
    (mail,) = house.mailer.sent

    house.email_choice.unsubscribe(mail.unsubscribe.partition("?token=")[2])

    assert told(house) == []
    assert [kind for kind, _, _ in choices_on_record(house)] == ["patient", "authorized_user"]


def test_a_link_means_its_own_chart_only(house: House) -> None:
    """Two children with the address of one mother."""
    furnish(house, replace(PAT, authorized_users=()), a_patient("sis", email=HOME, notify=True))
    told(house)

    house.email_choice.unsubscribe(token_to(house, HOME))

    assert told(house, "sis") == [HOME]
    assert told(house) == []


def test_a_roster_keeps_what_somebody_chose(house: House) -> None:
    told(furnish(house, PAT))
    house.email_choice.unsubscribe(token_to(house, HOME))

    house.bring([], [replace(PAT, name="Patricia Doe", notify=True)])
    assert told(house) == [MUM.email]

    house.email_choice.choose(ref(), wanted=None)
    assert told(house) == [HOME, MUM.email]


def test_who_never_asked_can_turn_emails_on_and_off(house: House) -> None:
    """A FHIR export says of nobody that they asked."""
    furnish(house, replace(PAT, notify=False, authorized_users=(replace(MUM, notify=False),)))
    assert told(house) == []

    assert house.email_choice.choose(ref(), wanted=True).wanted
    house.email_choice.choose(ref("mum"), wanted=True)
    assert told(house) == [HOME, MUM.email]

    house.email_choice.choose(ref("mum"), wanted=False)
    assert told(house) == [HOME]
    assert why_not(house) == []
    assert [details for _, _, details in choices_on_record(house)] == [
        {"wanted": True},
        {"wanted": True, "actor": "mum"},
        {"wanted": False, "actor": "mum"},
    ]


def test_choosing_the_same_again_is_not_put_on_record(house: House) -> None:
    furnish(house, PAT)
    for _ in range(2):
        house.email_choice.choose(ref(), wanted=False)

    assert len(choices_on_record(house)) == 1


def test_of_a_private_conversation_only_the_patient_is_told_whatever_others_chose(house: House) -> None:
    furnish(house, replace(PAT, authorized_users=(replace(MUM, notify=False),)))
    house.email_choice.choose(ref("mum"), wanted=True)
    house.write(house.draft(patient="pat", private=True))
    house.route.run()
    house.notify.run()
    house.mailer.sent.clear()
    item = house.inbox("ann").items[0]
    house.replies.reply(DeliveryRef(PRACTICE, item.delivery, "ann", COMMAND), ReplyRequest("Done."))
    house.notify.run()

    assert [mail.recipient for mail in house.mailer.sent] == [HOME]


def test_a_link_ends_with_the_address_that_it_was_sent_to(house: House) -> None:
    told(furnish(house, PAT))
    token = token_to(house, HOME)
    house.bring([], [replace(PAT, email="moved@family.example")])

    with pytest.raises(LinkSpent):
        house.email_choice.unsubscribe(token)
    assert told(house) == ["moved@family.example", MUM.email]


def test_a_link_of_somebody_who_may_not_act_any_more_ends(house: House) -> None:
    told(furnish(house, PAT))
    token = token_to(house, "mum@family.example")
    house.bring([], [replace(PAT, authorized_users=())])

    with pytest.raises(LinkSpent):
        house.email_choice.check(token)


def test_nobody_makes_a_link_up(house: House) -> None:
    told(furnish(house, PAT))
    token = token_to(house, HOME)

    for forged in (token[:-1], f"{token}x", token[:32], token.upper()):
        with pytest.raises(LinkSpent):
            house.email_choice.unsubscribe(forged)
    assert choices_on_record(house) == []


@pytest.mark.parametrize("token", ["", "x", "0195f2c0-0000-7000-8000-00000000abcd.for-x"])
def test_what_is_no_link_is_refused(house: House, token) -> None:
    furnish(house, PAT)
    for act in (house.email_choice.check, house.email_choice.unsubscribe):
        with pytest.raises(LinkSpent):
            act(token)


def test_a_link_of_an_email_to_staff_is_none(house: House) -> None:
    furnish(house, PAT).write(house.draft(patient="pat"))
    house.route.run()
    house.notify.run()
    (mail,) = house.mailer.sent

    with pytest.raises(LinkSpent):
        house.email_choice.unsubscribe(f"{mail.notification.hex}.for-{mail.recipient}")


def test_a_choice_holds_for_the_charts_that_were_merged(house: House) -> None:
    old, new = replace(PAT, id="old", authorized_users=()), a_patient("new", email=HOME, notify=True)
    told(furnish(house, old, new), "old")
    house.bring([], [replace(old, replaced_by="new")])

    house.email_choice.unsubscribe(token_to(house, HOME))
    assert (house.email_choice.choice(ref(patient="new")).chosen, told(house, "new")) == (False, [])

    house.email_choice.choose(ref(patient="new"), wanted=True)
    assert house.email_choice.choice(ref(patient="old")).chosen is True


@pytest.mark.parametrize("successor", ["not-there-yet", "pat"])
def test_a_chart_with_an_odd_successor_is_unsubscribed_all_the_same(house: House, successor) -> None:
    """A roster that comes in pieces may store a chart before the one that takes its place."""
    told(furnish(house, PAT))
    with house.engine.begin() as connection:
        connection.execute(update(patient).where(patient.c.id == "pat").values(replaced_by=successor))

    house.email_choice.unsubscribe(token_to(house, HOME))

    assert house.email_choice.choice(ref()).chosen is False


@pytest.mark.parametrize("act", ["choice", "choose"])
def test_nobody_chooses_for_somebody_who_may_read_nothing(house: House, act) -> None:
    furnish(house, replace(PAT, authorized_users=(replace(MUM, permissions=frozenset({Permission.WRITE})),)))
    for unknown in (ref("mum"), ref("eve"), ref(patient="nobody")):
        with pytest.raises(NotFound):
            house.email_choice.choice(unknown) if act == "choice" else house.email_choice.choose(unknown, wanted=False)


def test_a_deleted_practice_forgets_choices(house: House) -> None:
    house.furnish(practice="other", patients=[PAT])
    house.email_choice.choose(replace(ref(), practice="other"), wanted=False)

    house.practices.delete("other", COMMAND)
