"""Adding staff and changing them on a page, without scripts."""

import html
import re

import httpx2
import pytest

from adapters.http.pages.kit import staff_search
from router.practice.people import Role
from router.practice.topics import Topic
from router.text.folding import fold
from tests.builders import a_staff, settings
from tests.house import PRACTICE
from tests.integration.pages.conftest import Browser, fields_on

NEW, PAGE = "/admin/people/new", "/admin/people/person"


def text(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def act(admin: Browser, staff: str, do: str, **fields: str) -> httpx2.Response:
    return admin.send(f"{PAGE}?staff={staff}", PAGE, staff=staff, do=do, **fields)


def test_somebody_is_added_with_an_id_made_from_the_name(admin: Browser) -> None:
    done = admin.send(NEW, NEW, name="Ana Müller", title="Nurse", email="ana@clinic.example", portal_admin="on")

    assert done.headers["location"] == f"{PAGE}?staff=ana-muller&told=added"
    assert "Send them an invitation" in admin.open(done.headers["location"]).text
    member, _ = admin.service.house.staff.find(PRACTICE, "ana-muller")
    assert (member.title, member.email) == ("Nurse", "ana@clinic.example")
    assert member.administers


def test_what_is_wrong_stands_beside_its_field_and_stays_typed(admin: Browser) -> None:
    refused = admin.send(NEW, NEW, name="Ana", email="nowhere", id="ann")
    wrong = admin.send(NEW, NEW, name="Ana", email="nowhere", id="ana")

    assert (refused.status_code, wrong.status_code) == (409, 422)
    assert 'id="error-id"' in refused.text
    assert 'id="error-email"' in wrong.text
    assert 'value="nowhere"' in wrong.text
    assert len(admin.service.house.staff.page(PRACTICE, None, 10).members) == 3


def test_name_title_address_and_role_are_changed(admin: Browser) -> None:
    done = act(admin, "ann", "change", name="Ann Lee", title="Charge Nurse", email="", portal_admin="on")

    assert done.headers["location"] == f"{PAGE}?staff=ann&told=changed"
    member, _ = admin.service.house.staff.find(PRACTICE, "ann")
    assert (member.name, member.title, member.email) == ("Ann Lee", "Charge Nurse", None)
    assert member.administers
    wrong = act(admin, "ann", "change", name="", email="ann@clinic.example")
    assert wrong.status_code == 422
    assert 'id="error-name"' in wrong.text


def shown_on(page: str) -> dict[str, str]:
    """What a page says that it shows."""
    return {name: value for name, value in fields_on(page).items() if name.startswith("shown.")}


def opened(admin: Browser, staff: str) -> dict[str, str]:
    """What somebody's page shows when it is opened."""
    return shown_on(admin.open(f"{PAGE}?staff={staff}").text)


def test_a_page_opened_before_a_colleague_saved_takes_nothing_of_theirs_back(admin: Browser) -> None:
    """What its writer didn't touch stays as the colleague saved it: a title, an address, and being an administrator."""
    act(admin, "ann", "change", name="Ann", title="Nurse", email="ann@clinic.example", portal_admin="on")
    mine = opened(admin, "ann")
    act(admin, "ann", "change", name="Ann", title="Charge Nurse", email="ann@clinic.example")

    # The page still shows the old title, and her as an administrator.
    typed = {"name": "Ann", "title": "Nurse", "email": "ann.lee@clinic.example", "portal_admin": "on"}
    done = act(admin, "ann", "change", **mine | typed)

    assert done.headers["location"] == f"{PAGE}?staff=ann&told=changed"
    member, _ = admin.service.house.staff.find(PRACTICE, "ann")
    assert (member.title, member.email) == ("Charge Nurse", "ann.lee@clinic.example")
    assert not member.administers


def test_a_field_that_a_colleague_changed_too_is_asked_about_once(admin: Browser) -> None:
    mine = opened(admin, "ann")
    act(admin, "ann", "change", name="Ann", title="Charge Nurse")

    typed = {"name": "Ann Lee", "title": "Nurse Practitioner"}
    asked = act(admin, "ann", "change", **mine | typed)

    assert asked.status_code == 422
    assert "Title: Somebody else changed this to “Charge Nurse” in the meantime." in text(asked.text)
    assert admin.service.house.staff.find(PRACTICE, "ann")[0].title == "Charge Nurse"
    act(admin, "ann", "change", **shown_on(asked.text) | typed)
    member, _ = admin.service.house.staff.find(PRACTICE, "ann")
    assert (member.name, member.title) == ("Ann Lee", "Nurse Practitioner")


def test_an_absence_that_somebody_else_has_set_since_is_not_replaced_unseen(admin: Browser) -> None:
    theirs = {"from": "2030-03-02T08:00", "until": "2030-03-30T08:00", "cover": "Ben"}
    mine = theirs | {"until": "2030-03-09T08:00", "cover": ""}
    before = opened(admin, "ann")
    act(admin, "ann", "absence", **before | theirs)
    # Pressed twice, it says the same.
    assert act(admin, "ann", "absence", **before | theirs).status_code == 303

    asked = act(admin, "ann", "absence", **before | mine)

    page = text(asked.text)
    assert asked.status_code == 422
    assert "The absence has changed since this form was opened, or is over" in page
    assert "until Sat 30 Mar 2030, 08:00 CDT . Ben covers." in page
    assert 'value="2030-03-09T08:00"' in asked.text
    assert act(admin, "ann", "absence", **shown_on(asked.text) | mine).status_code == 303
    assert "Nobody covers" in text(admin.open(f"{PAGE}?staff=ann").text)


def test_what_hangs_on_somebody_is_told_before_they_leave_and_they_can_come_back(admin: Browser) -> None:
    told = text(admin.open(f"{PAGE}?staff=ann&leaving=1").text)

    assert "Before Ann leaves" in told
    assert "On the care team of 1 patient" in told
    assert admin.service.house.staff.find(PRACTICE, "ann")[0].active
    act(admin, "ann", "leave")
    assert not admin.service.house.staff.find(PRACTICE, "ann")[0].active
    act(admin, "ann", "return")
    assert admin.service.house.staff.find(PRACTICE, "ann")[0].active


def test_nobody_takes_their_own_access_away(admin: Browser) -> None:
    left = act(admin, "ada", "leave")
    demoted = act(admin, "ada", "change", name="Ada")

    assert (left.status_code, demoted.status_code) == (422, 422)
    assert "is your own role" in demoted.text
    assert Role.PORTAL_ADMIN in admin.service.house.staff.find(PRACTICE, "ada")[0].roles
    assert "Deactivate …" not in admin.open(f"{PAGE}?staff=ada").text


def test_sessions_are_ended(admin: Browser) -> None:
    ann = Browser(admin.service).sign_in("ann")
    assert ann.open("/inbox").status_code == 200

    done = act(admin, "ann", "sessions")

    assert "They are signed out everywhere." in admin.open(done.headers["location"]).text
    assert ann.open("/inbox").status_code == 303


def test_an_absence_is_set_for_somebody_ill_and_deleted(admin: Browser) -> None:
    fields = {"from": "2030-03-02T08:00", "until": "2030-03-09T08:00", "cover": "Ben"}
    done = act(admin, "ann", "absence", **fields)
    page = text(admin.open(done.headers["location"]).text)

    assert "From Sat 2 Mar 2030, 08:00 CST until Sat 9 Mar 2030, 08:00 CST . Ben covers." in page
    wrong = act(admin, "ann", "absence", **fields | {"cover": "nobody like this"})
    assert wrong.status_code == 422
    assert 'id="error-cover"' in wrong.text
    assert 'value="nobody like this"' in wrong.text
    deleted = act(admin, "ann", "present").headers["location"]
    assert "The absence is deleted.<" in admin.open(deleted).text
    assert admin.service.house.staff.find(PRACTICE, "ann")[1] is None
    assert act(admin, "ann", "present").status_code == 303
    act(admin, "ann", "absence", **fields | {"from": "2020-03-02T08:00"})
    deleted = act(admin, "ann", "present").headers["location"]
    assert (
        "The absence is deleted. New messages come to them again; those that went to others stay there."
        in admin.open(deleted).text
    )


def test_an_absence_says_who_gets_the_messages_and_which_gaps_it_opens(admin: Browser) -> None:
    house = admin.service.house
    house.save(settings({Topic.BILLING: ["ann"]}))
    house.send_away("ben")
    fields = {"from": "2020-03-02T08:00", "until": "2130-03-09T08:00", "cover": "Ben"}

    done = act(admin, "ann", "absence", **fields)

    page = admin.open(done.headers["location"]).text
    assert "Nobody covers: Ben is away at the same time, without anybody to cover." in page
    assert "While this absence lasts" in page


def test_somebody_unknown_has_no_page_and_only_administrators_see_one(admin: Browser) -> None:
    assert admin.open(f"{PAGE}?staff=ghost").status_code == 404
    assert admin.open(f"{PAGE}?staff=ghost&leaving=1").status_code == 404
    assert act(admin, "ann", "change", name="Ann", email="ann@clinic.example").status_code == 303
    ann = Browser(admin.service).sign_in("ann")
    for page in (NEW, PAGE, f"{PAGE}?staff=ben"):
        assert ann.open(page).status_code == 403
        assert ann.client.post(page, data={"staff": "ben", "do": "leave"}).status_code == 403


def test_the_staff_are_looked_through_a_few_times_however_many_there_are(
    admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For each colleague who may cover, each was compared with each other: nine seconds for 1,000 staff."""
    admin.service.house.bring([a_staff(f"staff-{number}", name=f"Nurse {number}") for number in range(50)])
    folded: list[str] = []

    def count_and_fold(name: str) -> str:
        folded.append(name)
        return fold(name)

    monkeypatch.setattr(staff_search, "fold", count_and_fold)

    page = admin.open(f"{PAGE}?staff=ann")

    assert "Nurse 49" in page.text
    assert len(folded) < 5 * 53
