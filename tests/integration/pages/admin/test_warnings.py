"""What the pages of the messaging settings warn of: gaps, absences, and people who can not be told."""

import re

from router.practice.topics import Topic
from tests.builders import a_patient, a_staff, settings, topic_set
from tests.integration.pages.admin.messaging_pages import PAGE
from tests.integration.pages.conftest import Browser


def test_warnings_stand_where_they_arise(admin: Browser) -> None:
    admin.service.house.save(settings({Topic.BILLING: ["ann"]}))
    admin.service.house.send_away("ann", "ben")

    page = admin.open(PAGE).text

    assert "Only one person receives this topic" in page
    assert "Ann is away until" in page
    assert "covered by Ben" in page


def test_beside_a_recipient_who_is_away_stands_who_gets_their_messages(admin: Browser) -> None:
    house = admin.service.house
    house.save(settings({Topic.BILLING: ["ann"]}))
    house.send_away("ann", "ben")
    house.send_away("ben")
    assert re.search(r"away until [^<,]*, [^<,]*, nobody covers", admin.open(PAGE).text)

    house.send_away("ben", "ada")
    assert re.search(r"away until [^<,]*, [^<,]*, covered by Ada", admin.open(PAGE).text)


def test_the_gaps_are_a_grid_of_sites_and_topics(admin: Browser) -> None:
    admin.service.house.save(
        settings({Topic.BILLING: ["ann"]}, by_site=True, sites={"south": topic_set({}, off=[Topic.OTHER])})
    )

    page = admin.open(f"{PAGE}/gaps").text

    assert "One person" in page
    assert "North Clinic" in page
    assert "Catch-all" in page


def test_whoever_gets_messages_and_can_not_be_told_of_them_is_listed(admin: Browser) -> None:
    """Recipients, the catch-all, members of care teams; not who gets nothing."""
    silent = [a_staff(one, email=None) for one in ("cy", "dee", "eve", "fay")]
    house = admin.service.house
    house.bring(silent, [a_patient("kim", team=["eve"])])
    house.save(settings({Topic.BILLING: ["cy"]}, catch_all=("dee",), messaging_enabled=False))

    page = admin.open(f"{PAGE}/gaps").text

    for name in ("Cy", "Dee", "Eve"):
        assert f"<strong>{name}</strong>: has no email address" in page
    assert "Fay" not in page
    assert "Messaging is off" in page


def test_a_duty_that_nobody_has_is_named_wherever_somebody_may_mend_it(admin: Browser) -> None:
    house = admin.service.house
    house.save(settings({Topic.BILLING: ["ann", "ben"]}, on_call=("ben",)))
    house.send_away("ben")
    house.send_away("ada", "ann")

    for path in (PAGE, f"{PAGE}/gaps", "/admin/messaging/urgency"):
        assert "Nobody who is on call is present or covered" in admin.open(path).text
    assert "On call: Ben is away until" in admin.open(PAGE).text
    assert "Administrators: Every portal administrator is away" in admin.open(PAGE).text
    assert "Every portal administrator is away" in admin.open(f"{PAGE}/gaps").text
    for path in ("/inbox/absence?told=saved", "/admin/people/person?staff=ada&told=absence"):
        assert "Every portal administrator is away" in admin.open(path).text
