"""One topic is set at all sites at once, without scripts."""

import re
from dataclasses import replace

from adapters.http.pages.admin.topic_form import MOST_NAMES
from router.actors import COMMAND
from router.flows.administrator.roster_import import RosterImport
from router.practice.people import Site
from router.practice.roster import RosterDocument
from router.practice.topics import Topic
from tests.builders import a_staff, settings, topic_set
from tests.house import PRACTICE
from tests.integration.pages.admin.many_sites import MEDICAL, PAGE, current, press
from tests.integration.pages.conftest import Browser


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


def test_a_form_names_no_more_people_than_anybody_types(admin: Browser) -> None:
    """Each name is looked for among all staff, and there was room for a quarter of a million of them."""
    page = admin.open(MEDICAL)

    most = press(admin, page, "save", "keep.1=ada", new__1="Ben;" * (MOST_NAMES - 1), new__2="; ; ann ;;")
    refused = press(admin, page, "save", "keep.1=ada", new__1="Ben;" * MOST_NAMES, new__2="ann")

    assert (most.status_code, refused.status_code) == (303, 422)
    assert f"At most {MOST_NAMES} people can be added at a time." in refused.text
    assert re.search(r'name="new\.2" [^>]*value="ann"', refused.text)


def with_sites(admin: Browser, *sites: Site) -> None:
    request = RosterImport(document=RosterDocument(sites))
    admin.service.house.roster.bring_up_to_date(PRACTICE, request, COMMAND)


def test_a_form_whose_sites_were_renamed_meanwhile_is_saved_for_the_same_sites(admin: Browser) -> None:
    """Rows stand by name, so that renaming one moves it."""
    page = admin.open(MEDICAL)
    with_sites(admin, Site("north", "Zenith Clinic"))

    unclear = press(admin, page, "save", new__1="Ben", new__2="nobody")
    picked = press(admin, unclear, "pick:1:ada", new__1="", new__2="", display_name__2="For North")

    assert unclear.status_code == 422
    press(admin, picked, "save")
    saved = current(admin).sites
    assert (saved["north"][Topic.MEDICAL].recipients, saved["south"][Topic.MEDICAL].recipients) == (("ben",), ("ada",))
    assert saved["north"][Topic.MEDICAL].display_name == "For North"


def test_a_form_is_shown_again_with_what_was_typed_where_a_site_came_or_went(admin: Browser) -> None:
    page = admin.open(MEDICAL)
    with_sites(admin, Site("middle", "Middle Clinic"), Site("north", "North Clinic", hidden=True))

    asked = press(admin, page, "save", new__1="Ann", new__2="Ben", display_name__all="For all")

    assert asked.status_code == 422
    assert "The sites of the practice have changed: Middle Clinic is new; a site is no longer there." in asked.text
    assert 'value="For all"' not in asked.text
    assert current(admin).sites == {}
    assert press(admin, asked, "save").status_code == 303
    assert {site: one[Topic.MEDICAL].recipients for site, one in current(admin).sites.items()} == {"south": ("ben",)}
