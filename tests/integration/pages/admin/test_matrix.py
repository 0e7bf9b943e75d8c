"""Many sites at once: the matrix, copying topics, and one topic at all sites, without scripts."""

import html
import re
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from router.messaging.settings import MessagingSettings
from router.practice.topics import Topic
from tests.builders import a_staff, settings, topic_set
from tests.house import PRACTICE
from tests.integration.pages.conftest import Browser

PAGE = "/admin/messaging"
MEDICAL = f"{PAGE}/topics/medical"
FIELD = re.compile(r"<input\b[^>]*>")
ATTRIBUTE = re.compile(r'([a-z-]+)(?:="([^"]*)")?')


@pytest.fixture
def admin(browser: Browser) -> Browser:
    """Ada, who administers, in a browser."""
    return browser.sign_in("ada")


def current(admin: Browser) -> MessagingSettings:
    return admin.service.house.reports.snapshot(PRACTICE).messaging


def press(admin: Browser, page: httpx2.Response, do: str, *without: str, **typed: Any) -> httpx2.Response:  # noqa: ANN401
    """Send the form of a topic by one of its buttons, with fields typed (`__` stands for a dot) or unticked."""
    text = page.text.split('action="/admin/messaging/topics/')[1].split("</form>")[0]
    data: dict[str, list[str]] = {"do": [do]}
    for tag in FIELD.findall(text):
        said = {name: html.unescape(value) for name, value in ATTRIBUTE.findall(tag[6:])}
        shown = said.get("type") != "checkbox" or "checked" in said
        if said.get("name") and shown and f"{said['name']}={said.get('value')}" not in without:
            data.setdefault(said["name"], []).append(said.get("value", ""))
    data |= {name.replace("__", "."): [value] for name, value in typed.items()}
    return admin.client.post(MEDICAL, data=data)


def copy(admin: Browser, **fields: Any) -> httpx2.Response:  # noqa: ANN401
    version = str(current(admin).version)
    return admin.send(PAGE, f"{PAGE}/copy", **{"version": version, "source": "north", "topic": list(Topic)} | fields)


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


def test_one_topic_is_set_at_all_sites_at_once(admin: Browser) -> None:
    admin.service.house.save(settings({Topic.MEDICAL: ["ada"]}))

    done = press(admin, admin.open(MEDICAL), "save", "keep.1=ada", new__1="ann; Ben", new__2="Ben")

    told = admin.open(done.headers["location"]).text
    assert "Distribution by site" in told
    saved = current(admin)
    assert saved.practice[Topic.MEDICAL].recipients == ("ada",)
    assert saved.sites["north"][Topic.MEDICAL].recipients == ("ann", "ben")
    # A site begins with the practice's people, of whom some may be unticked.
    assert saved.sites["south"][Topic.MEDICAL].recipients == ("ada", "ben")


def test_at_a_site_that_is_as_the_practice_its_people_are_there_to_begin_with(admin: Browser) -> None:
    admin.service.house.save(settings({Topic.MEDICAL: ["ada", "ann"]}))
    page = admin.open(MEDICAL)

    again = press(admin, page, "save")
    assert "No changes to save" in admin.open(again.headers["location"]).text
    assert current(admin).sites == {}
    press(admin, page, "save", "keep.1=ann")

    assert {site: one[Topic.MEDICAL].recipients for site, one in current(admin).sites.items()} == {"north": ("ada",)}
    press(admin, admin.open(MEDICAL), "save", "on.2=1")
    south = current(admin).sites["south"][Topic.MEDICAL]
    assert (south.enabled, south.recipients) == (False, ("ada", "ann"))


def test_a_page_of_the_release_before_keeps_the_practices_people_at_its_sites(admin: Browser) -> None:
    """It has no fields for a site that uses the practice's settings, but that for a name."""
    admin.service.house.save(settings({Topic.MEDICAL: ["ada"]}))
    page = admin.open(MEDICAL)

    press(admin, page, "save", "own.1=0", "keep.1=ada", "on.1=1", "own.2=0", "keep.2=ada", "on.2=1", new__1="Ben")

    assert {site: one[Topic.MEDICAL].recipients for site, one in current(admin).sites.items()} == {
        "north": ("ada", "ben")
    }


def test_who_has_left_the_practice_is_not_among_those_that_a_site_begins_with(admin: Browser) -> None:
    house = admin.service.house
    house.bring([a_staff("cem"), a_staff("dan")], [])
    house.save(settings({Topic.MEDICAL: ["cem", "dan"]}))
    page = admin.open(MEDICAL)
    house.bring([a_staff("cem", active=False)], [])

    for shown in (page, admin.open(MEDICAL)):
        press(admin, shown, "save")
        assert current(admin).sites == {}
    assert press(admin, page, "save", new__1="Ben").status_code == 303

    assert current(admin).sites["north"][Topic.MEDICAL].recipients == ("dan", "ben")


def test_what_a_colleague_changed_of_the_same_topic_meanwhile_is_told_and_not_overwritten(admin: Browser) -> None:
    admin.service.house.save(settings({Topic.MEDICAL: ["ada"]}))
    page = admin.open(MEDICAL)
    admin.service.house.save(settings({Topic.MEDICAL: ["ann"]}))

    refused = press(admin, page, "save", new__0="Ben")

    assert refused.status_code == 409
    assert "saved while you were editing" in refused.text
    assert "Practice, Medical, recipients: added Ann." in refused.text
    assert current(admin).practice[Topic.MEDICAL].recipients == ("ann",)
    assert press(admin, refused, "save").status_code == 303
    assert current(admin).practice[Topic.MEDICAL].recipients == ("ada", "ben")


def test_topics_that_a_colleague_changed_meanwhile_are_not_copied_over(admin: Browser) -> None:
    both = {"north": topic_set({Topic.MEDICAL: ["ann"]}), "south": topic_set({})}
    admin.service.house.save(settings(by_site=True, sites=both))
    before = str(current(admin).version)
    theirs = both | {"south": topic_set({Topic.MEDICAL: ["ben"]})}
    admin.service.house.save(settings(by_site=True, sites=theirs))

    refused = copy(admin, version=before, target=["south"])

    assert (refused.status_code, "Nothing was copied." in refused.text) == (409, True)
    assert current(admin).sites["south"][Topic.MEDICAL].recipients == ("ben",)


def test_people_are_unticked_a_topic_is_turned_off_and_ticked_sites_get_somebody(admin: Browser) -> None:
    both = {"north": topic_set({Topic.MEDICAL: ["ann", "ben"]}), "south": topic_set({})}
    admin.service.house.save(settings(by_site=True, sites=both))

    done = press(admin, admin.open(MEDICAL), "save", "keep.1=ann", "on.2=1", tick__1="1", new__all="Ada")

    assert done.status_code == 303
    saved = current(admin).sites
    assert saved["north"][Topic.MEDICAL].recipients == ("ben", "ada")
    assert (saved["south"][Topic.MEDICAL].recipients, saved["south"][Topic.MEDICAL].enabled) == ((), False)


def test_display_names_are_set_at_all_sites_at_once(admin: Browser) -> None:
    admin.service.house.save(settings({Topic.MEDICAL: ["ada"]}))

    done = press(admin, admin.open(MEDICAL), "save", display_name__1="North Nurses")

    saved = current(admin)
    assert done.status_code == 303
    assert list(saved.sites) == ["north"]
    north = saved.sites["north"][Topic.MEDICAL]
    assert (north.display_name, north.recipients) == ("North Nurses", ("ada",))

    press(admin, admin.open(MEDICAL), "save", tick__1="1", tick__2="1", display_name__all="Nurses")
    both = {site: topics[Topic.MEDICAL] for site, topics in current(admin).sites.items()}
    assert {site: one.display_name for site, one in both.items()} == {"north": "Nurses", "south": "Nurses"}
    assert {one.recipients for one in both.values()} == {("ada",)}

    refused = press(admin, admin.open(MEDICAL), "save", display_name__1="")
    assert refused.status_code == 422
    assert "North Clinic, display name: " in refused.text


def test_who_is_unclear_is_offered_and_what_else_was_typed_stays(admin: Browser) -> None:
    admin.service.house.bring([a_staff("ann2", name="Ann Other")], [])

    page = press(admin, admin.open(MEDICAL), "save", new__1="an", new__2="Ben", new__0="zebra")

    assert page.status_code == 422
    assert "No active colleague matches “zebra”." in page.text
    assert "North Clinic: 2 people match “an”. Choose one" in page.text
    assert current(admin).sites == {}
    page = press(admin, page, "pick:1:ann2", new__0="", new__1="")
    assert "Not saved yet" in page.text
    assert press(admin, page, "save").status_code == 303
    assert current(admin).sites["north"][Topic.MEDICAL].recipients == ("ann2",)
    assert current(admin).sites["south"][Topic.MEDICAL].recipients == ("ben",)


def test_of_several_names_that_are_unclear_none_is_dropped(admin: Browser) -> None:
    admin.service.house.bring([a_staff("ann2", name="Ann Other")], [])

    page = press(admin, admin.open(MEDICAL), "save", new__1="Ben; an; zebra; ann2")
    assert 'value="an; zebra"' in page.text
    page = press(admin, page, "pick:1:ann")

    assert 'value="zebra"' in page.text
    assert "No active colleague matches “zebra”." in page.text
    assert press(admin, page, "save", new__1="ada").status_code == 303
    assert set(current(admin).sites["north"][Topic.MEDICAL].recipients) == {"ben", "ann2", "ann", "ada"}


def test_what_a_colleague_saved_meanwhile_stays_and_nothing_typed_changes_nothing(admin: Browser) -> None:
    page = admin.open(MEDICAL)
    admin.service.house.save(replace(current(admin), phone="555 0100"))

    press(admin, page, "save", new__1="Ann")

    assert (current(admin).phone, list(current(admin).sites)) == ("555 0100", ["north"])
    again = press(admin, admin.open(MEDICAL), "save")
    assert "No changes to save" in admin.open(again.headers["location"]).text


def test_somebody_who_left_meanwhile_is_told_by_site(admin: Browser) -> None:
    page = press(admin, admin.open(MEDICAL), "pick:1:ann")
    admin.service.house.bring([a_staff("ann", active=False)], [])

    refused = press(admin, page, "save")

    assert refused.status_code == 422
    assert "North Clinic: " in refused.text
    assert current(admin).sites == {}


def test_what_is_no_topic_and_a_form_of_other_sites_are_refused(admin: Browser) -> None:
    assert admin.open(f"{PAGE}/topics/zebra").status_code == 404
    assert press(admin, admin.open(MEDICAL), "save", site="north").status_code == 422


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
