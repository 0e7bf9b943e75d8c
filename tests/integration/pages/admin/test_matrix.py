"""The matrix of sites and topics, its gaps, and topics that are copied from one site to others, without scripts."""

import re

import pytest

from router.practice.topics import Topic
from tests.builders import a_staff, settings, topic_set
from tests.integration.pages.admin.many_sites import MEDICAL, PAGE, copy, current, press
from tests.integration.pages.conftest import Browser


def test_the_matrix_says_who_gets_what_and_leads_into_each_cell(admin: Browser) -> None:
    north = topic_set({Topic.MEDICAL: ["ann", "ben"]}, off=[Topic.OTHER])
    admin.service.house.save(settings({Topic.BILLING: ["ben"]}, by_site=True, sites={"north": north}))

    page = admin.open(PAGE).text

    assert 'href="/admin/messaging/topics/medical?site=north" aria-label="North Clinic, Medical: Ann, Ben"' in page
    assert 'aria-label="North Clinic, Other: Off"' in page
    assert 'aria-label="South Clinic, Billing: Ben" class="quiet"' in page
    assert page.count("as the practice</span>") == 1
    assert 'id="new.1"' in admin.open(f"{MEDICAL}?site=north").text
    assert re.search(r'id="new\.1"[^>]* autofocus', admin.open(f"{MEDICAL}?site=north").text)


def test_many_names_in_a_cell_are_counted(admin: Browser) -> None:
    staff = [a_staff(f"s{number}") for number in range(5)]
    admin.service.house.bring(staff, [])
    admin.service.house.save(settings({Topic.MEDICAL: [one.id for one in staff]}))

    assert "S0, S1, S2 and 2 more" in admin.open(PAGE).text


def test_who_has_left_is_marked_in_the_matrix_and_beside_the_topic(admin: Browser) -> None:
    staff = [a_staff(f"s{number}") for number in range(5)]
    admin.service.house.bring(staff, [])
    admin.service.house.save(settings({Topic.MEDICAL: [one.id for one in staff], Topic.BILLING: ["s4"]}))
    admin.service.house.bring([a_staff("s4", active=False)], [])

    page = admin.open(PAGE).text

    assert 'The practice, Medical: S4 (has left), S0, S1 and 2 more" class="left"' in page
    assert 'The practice, Billing: S4 (has left)" class="left"' in page
    assert "has left and gets nothing" in admin.open(MEDICAL).text
    assert "Only one person receives this topic. If they are ill, nobody sees it.</li>" not in page


def test_the_switch_for_all_messaging_stands_above_everything_else(admin: Browser) -> None:
    page = admin.open(PAGE).text

    assert page.index('id="messaging_enabled"') < page.index('id="matrix"') < page.index('id="medical.enabled"')


def test_a_practice_with_one_site_has_no_matrix(admin: Browser, monkeypatch) -> None:
    monkeypatch.setattr("router.messaging.snapshot.PracticeSnapshot.visible_sites", property(lambda _self: []))

    assert 'id="matrix"' not in admin.open(PAGE).text


def test_topics_are_copied_to_other_sites_and_told(admin: Browser) -> None:
    admin.service.house.save(
        settings(sites={"north": topic_set({Topic.MEDICAL: ["ann"], Topic.BILLING: ["ben"]})}, by_site=True)
    )

    done = copy(admin, topic=["medical"], target=["south", "ghost"])

    assert "South Clinic" in admin.open(done.headers["location"]).text
    south = current(admin).sites["south"]
    assert (south[Topic.MEDICAL].recipients, south[Topic.BILLING].recipients) == (("ann",), ())

    copy(admin, all="1")
    assert current(admin).sites["south"] == current(admin).sites["north"]


@pytest.mark.parametrize(
    "fields", [{"topic": []}, {"target": ["ghost"]}, {"source": "ghost", "all": "1"}, {"version": "x", "all": "1"}]
)
def test_nothing_to_copy_is_told_and_saves_nothing(admin: Browser, fields) -> None:
    before = current(admin)

    assert copy(admin, **fields).status_code == 422
    assert current(admin) == before


def test_topics_that_a_colleague_changed_meanwhile_are_not_copied_over(admin: Browser) -> None:
    both = {"north": topic_set({Topic.MEDICAL: ["ann"]}), "south": topic_set({})}
    admin.service.house.save(settings(by_site=True, sites=both))
    before = str(current(admin).version)
    theirs = both | {"south": topic_set({Topic.MEDICAL: ["ben"]})}
    admin.service.house.save(settings(by_site=True, sites=theirs))

    refused = copy(admin, version=before, target=["south"])

    assert (refused.status_code, "Nothing was copied." in refused.text) == (409, True)
    assert current(admin).sites["south"][Topic.MEDICAL].recipients == ("ben",)


def test_gaps_link_to_the_cell_that_mends_them(admin: Browser) -> None:
    admin.service.house.save(settings({Topic.BILLING: ["ann"]}, by_site=True))

    page = admin.open(f"{PAGE}/gaps").text

    assert 'href="/admin/messaging/topics/billing?site=north" aria-label="North Clinic, Billing: One person"' in page
    assert '<li><a href="/admin/messaging/topics/billing?site=north">North Clinic, Billing: Only Ann' in page


def test_a_warning_is_told_once_with_its_places_in_the_practices_zone(admin: Browser) -> None:
    same = topic_set({topic: ["ann"] for topic in Topic})
    admin.service.house.save(settings(by_site=True, sites={"north": same, "south": same}))
    admin.service.house.send_away("ann", "ben")

    page = admin.open(PAGE).text

    assert page.count("Ann is away until") == 1
    assert re.search(r"North Clinic, Medical; [^<]*; and 6 more: Ann is away until [^<]* C[DS]T, covered by Ben", page)
    assert page.count("Only one person receives this topic. If they are ill, nobody sees it.</li>") == 1


def test_many_changes_are_folded(admin: Browser) -> None:
    few = press(admin, admin.open(MEDICAL), "save", new__1="Ann")
    assert "changes</summary>" not in admin.open(few.headers["location"]).text
    north = topic_set({topic: ["ann", "ben"] for topic in Topic}, off=[Topic.OTHER, Topic.BILLING, Topic.MEDICAL])
    admin.service.house.save(settings(by_site=True, sites={"north": north}))

    many = copy(admin, all="1")

    assert re.search(r"<details><summary>\d+ changes</summary>", admin.open(many.headers["location"]).text)


def test_many_gaps_are_folded_below_the_table_that_shows_them(admin: Browser) -> None:
    house = admin.service.house
    house.save(settings({Topic.BILLING: ["ann"]}))
    assert "gaps in words</summary>" not in admin.open(f"{PAGE}/gaps").text
    house.save(settings({topic: ["ann"] for topic in Topic}, by_site=True))

    page = admin.open(f"{PAGE}/gaps").text

    assert "<details><summary>10 gaps in words</summary>" in page
