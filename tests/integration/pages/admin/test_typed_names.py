"""Names that are typed on the page of the messaging settings: who is meant is found, chosen or asked."""

import pytest

from router.practice.topics import Topic
from tests.builders import a_staff
from tests.integration.api.conftest import CANARY
from tests.integration.pages.admin.messaging_pages import PAGE, fields_of, press, saved
from tests.integration.pages.conftest import Browser


@pytest.mark.parametrize(
    ("typed", "said"),
    [("zebra", "No active colleague matches."), ("a", "people match: "), ("<b>", "No active colleague matches.")],
)
def test_who_is_not_found_is_told_beside_the_field(admin: Browser, typed, said) -> None:
    page = press(admin, admin.open(PAGE), "save", billing__new=typed)

    assert page.status_code == 422
    assert said in page.text
    assert 'id="error-billing.new"' in page.text


def test_a_patients_form_is_shown_for_what_is_saved_and_for_what_is_edited(admin: Browser) -> None:
    page = press(admin, admin.open(PAGE), "add:billing", billing__new="Ben")

    tried = press(admin, page, "try", try__patient="pat", try__topic="billing")

    assert "As saved now" in tried.text
    assert "With your changes" in tried.text
    assert "Choosing Ann: Ann" in tried.text
    assert "To: Billing Office" in tried.text
    missing = press(admin, page, "try", try__patient=CANARY, try__topic="billing")
    assert "No patient has this name, record number or id." in missing.text


def test_of_several_patients_with_a_name_one_is_chosen_in_place(admin: Browser) -> None:
    page = press(admin, admin.open(PAGE), "try", try__patient="doe").text

    assert "Several patients match: choose one." in page
    assert 'value="try:pat"' in page
    assert 'value="try:sam"' in page
    chosen = press(admin, admin.open(PAGE), "try:sam", try__patient="doe").text
    assert "As saved now" in chosen
    assert 'value="sam"' in chosen


def test_of_several_people_with_a_name_one_is_added_in_place_and_nothing_is_saved(admin: Browser) -> None:
    house = admin.service.house
    house.bring([a_staff("amy", name="Amy Stone"), a_staff("eve", name="Eve Stone")])
    house.send_away("eve")

    several = press(admin, admin.open(PAGE), "update", billing__new="stone")

    assert several.status_code == 422
    assert 'value="stone"' in several.text
    assert 'value="pick:billing:amy"' in several.text
    assert "(away until " in several.text
    picked = press(admin, several, "pick:billing:eve")
    assert picked.status_code == 200
    assert ("billing.recipients", "eve") in fields_of(picked)
    assert ("billing.new", "") in fields_of(picked)
    assert "eve" not in saved(admin).practice[Topic.BILLING].recipients


def test_what_matches_nobody_stays_typed(admin: Browser) -> None:
    refused = press(admin, admin.open(PAGE), "save", billing__new="zebra")

    assert refused.status_code == 422
    assert 'value="zebra"' in refused.text
    assert "zebra" not in str(saved(admin))
