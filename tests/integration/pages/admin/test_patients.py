"""Stopping a patient from writing on a page, and what they read then."""

import re

from tests.integration.pages.conftest import Browser

PAGE = "/admin/patients"


def test_a_patient_is_found_stopped_and_allowed_again(admin: Browser) -> None:
    found = admin.send(PAGE, PAGE, text="doe")
    assert 'value="pat"' in found.text
    assert 'value="sam"' in found.text
    portal = Browser(admin.service).enter_portal("sam")

    stopped = admin.send(PAGE, PAGE, text="doe", do="stop", patient="sam", reason="Agreed", words="Please call.")

    assert "can no longer write" in stopped.text
    page = portal.open("/portal/compose").text
    assert "Please call." in page
    assert "Agreed" not in page
    assert portal.open("/portal").status_code == 200
    assert "can write again" in admin.send(PAGE, PAGE, text="doe", do="allow", patient="sam").text
    assert 'name="subject"' in portal.open("/portal/compose").text


def test_what_is_wrong_stands_beside_its_field(admin: Browser) -> None:
    refused = admin.send(PAGE, PAGE, text="doe", do="stop", patient="sam", reason="", words="Typed words")

    assert refused.status_code == 422
    assert 'id="error-reason"' in refused.text
    assert "Typed words" in refused.text
    assert admin.send(PAGE, PAGE, text="d").status_code == 422
    assert admin.send(PAGE, PAGE, text="doe", do="allow", patient="ghost").status_code == 404


def test_a_stop_that_a_colleague_has_changed_since_is_not_overwritten(admin: Browser) -> None:
    stop = {"text": "doe", "do": "stop", "patient": "sam"}
    shown = {"shown.reason": "Agreed", "shown.words": "Please call."}
    admin.send(PAGE, PAGE, **stop, reason="Agreed", words="Please call.")
    admin.send(PAGE, PAGE, **stop, reason="Threats", words="Write a letter.")

    refused = admin.send(PAGE, PAGE, **stop, **shown, reason="Agreed", words="Come by.")

    assert refused.status_code == 422
    assert "was changed by somebody else in the meantime" in refused.text
    assert {"Threats", "Write a letter."} <= set(re.findall(r'<dd dir="auto">(.*?)</dd>', refused.text))
    assert "Come by.</textarea>" in refused.text
    allowed = admin.send(PAGE, PAGE, text="doe", do="allow", patient="sam", **shown)
    assert (allowed.status_code, "They are below: read them first." in allowed.text) == (422, True)
    # The form says now what is stored: the next save means it.
    current = {"shown.reason": "Threats", "shown.words": "Write a letter."}
    assert all(f'name="{name}" value="{text}"' in refused.text for name, text in current.items())
    saved = admin.send(PAGE, PAGE, **stop, **current, reason="Threats", words="Come by.")
    assert 'dir="auto">Come by.</dd>' in saved.text
    assert (
        "can write again"
        in admin.send(
            PAGE, PAGE, text="doe", do="allow", patient="sam", **{"shown.reason": "Threats", "shown.words": "Come by."}
        ).text
    )


def test_what_was_typed_about_a_patient_is_shown_again_over_what_was_saved_since(admin: Browser) -> None:
    stop = {"text": "doe", "patient": "sam"}
    shown = {"shown.reason": "Agreed", "shown.words": "Please call."}
    admin.send(PAGE, PAGE, **stop, do="stop", reason="Threats", words="Please call.")

    page = admin.send(PAGE, PAGE, **stop, **shown, do="show", reason="Agreed", words="Come by.").text

    assert "Come by.</textarea>" in page
    assert re.search(r'name="reason" [^>]*value="Threats"', page)
    assert 'dir="auto">Please call.</dd>' in page
    assert "found." in admin.send(PAGE, PAGE, text="doe", do="show").text


def test_only_administrators_look_for_patients(browser: Browser) -> None:
    browser.sign_in("ann")

    assert browser.open(PAGE).status_code == 403
    assert browser.client.post(PAGE, data={"text": "doe"}).status_code == 403
