"""What portal administrators watch over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from router.actors import COMMAND
from router.errors import NotFound
from router.messages.inbox import DeliveryRef
from router.messages.notification import SendOutcome, SmtpReply
from router.messages.states import DeliveryState
from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, settings
from tests.house import PRACTICE, House


def test_messages_that_nobody_opens_for_a_day_are_counted_by_topic_and_site(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann", "ben"]}))
    house.write(house.draft("1"), house.draft("2"), house.draft("3"))
    house.route.run()
    delivery = house.inbox("ann").items[0].delivery
    house.read_inbox.mark(DeliveryRef(PRACTICE, delivery, "ann", COMMAND), DeliveryState.READ)

    assert house.reports.needs_a_look(PRACTICE).unopened == ()
    house.clock.by += timedelta(hours=25)

    found = house.reports.needs_a_look(PRACTICE).unopened
    assert [(one.topic, one.site, one.count) for one in found] == [(Topic.BILLING, "north", 2)]


def test_a_count_that_goes_no_further_says_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("router.flows.administrator.reports.UNOPENED_COUNTED", 2)
    house.furnish(settings({Topic.BILLING: ["ann"]})).write(house.draft("1"))
    house.route.run()
    house.clock.by += timedelta(hours=25)
    assert house.reports.needs_a_look(PRACTICE).are_all_counted

    house.write(house.draft("2"), house.draft("3"))
    house.route.run()
    house.clock.by += timedelta(hours=25)

    assert not house.reports.needs_a_look(PRACTICE).are_all_counted


def test_addresses_that_the_mail_server_refuses_are_told(house: House) -> None:
    house.furnish(settings({Topic.BILLING: ["ann", "ben"]}))
    house.mailer.answer = lambda mail: SmtpReply(
        mail.notification,
        SendOutcome.REJECTED if "ann" in mail.recipient else SendOutcome.SENT,
        550,
        "No such mailbox",
    )
    house.write(house.draft())
    house.route.run()
    house.notify.run()

    assert house.reports.needs_a_look(PRACTICE).refused == {"ann": 1}


def test_what_was_saved_since_a_version_is_told(house: House) -> None:
    house.furnish()
    first = house.reports.snapshot(PRACTICE).messaging
    house.save(settings({Topic.BILLING: ["ann"]}))

    base, since = house.reports.saved_since(PRACTICE, first.version)

    assert base == first
    assert [one.version for one in since] == [first.version + 1]


def test_who_can_not_be_told_is_named_where_messages_reach_them(house: House) -> None:
    mute = [replace(a_staff(one), email=None) for one in ("ann", "ben", "cho")]
    house.furnish(
        settings({Topic.BILLING: ["ann"]}),
        staff=[a_staff("ada", admin=True), *mute],
        patients=[a_patient("pat", team=["ben"])],
    )

    assert house.reports.needs_a_look(PRACTICE).without_address == ("ann", "ben")


def test_settings_are_shown_with_the_names_of_what_they_speak_of(house: House) -> None:
    house.furnish()

    around = house.reports.snapshot(PRACTICE)

    assert [visible_site.id for visible_site in around.visible_sites] == ["north", "south"]
    assert [around.name_of("ann"), around.name_of("somebody")] == [around.staffing.members["ann"].name, "somebody"]


def test_a_patient_is_found_by_id_and_by_record_number(house: House) -> None:
    house.furnish(patients=[a_patient("pat", record_number="MRN-7")])

    named = [house.reports.patient(PRACTICE, text) for text in ("pat", "MRN-7", "nobody")]

    assert named == ["pat", "pat", "nobody"]


def test_there_is_nothing_to_see_of_an_unknown_practice(house: House) -> None:
    with pytest.raises(NotFound):
        house.reports.snapshot("nowhere")


def test_a_patient_is_named_by_record_number_or_id(house: House) -> None:
    twins = [a_patient(one, record_number="twins") for one in ("tim", "tom")]
    house.furnish(patients=[a_patient("pat", record_number="MRN-1"), *twins])

    assert house.reports.patient(PRACTICE, "MRN-1") == "pat"
    assert house.reports.patient(PRACTICE, "pat") == "pat"
    assert house.reports.patient(PRACTICE, "twins") == "twins"
