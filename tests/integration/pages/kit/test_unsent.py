"""A form that comes after its session has ended: nothing is done, nothing is lost, and one click sends it."""

import httpx2

from router.actors import COMMAND
from router.messages.inbox import InboxRef
from tests.house import PRACTICE
from tests.integration.pages.conftest import TOKEN, Browser, fields_on
from tests.integration.pages.inbox.inboxes import ann as ann  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.inbox.inboxes import ann_as, item, page_of
from tests.integration.pages.inbox.inboxes import house_with_mail as house_with_mail  # noqa: PLC0414

OURS = {"Sec-Fetch-Site": "same-origin"}
TOO_LONG = "open for too long"


def post(browser: Browser, path: str, fields: dict[str, str], **headers: str) -> httpx2.Response:
    return browser.client.post(path, data=fields, headers={**OURS, **headers})


def written(ann: Browser) -> tuple[str, dict[str, str]]:
    """The reply form of a message of ann, filled in."""
    path = page_of(item(ann.service.house))
    return path, fields_on(ann.open(path).text) | {"do": "reply", "body": "Half a\r\n<reply>"}


def test_a_reply_after_the_session_has_ended_is_kept_and_sent_once_signed_in_again(ann: Browser) -> None:
    house = ann.service.house
    path, fields = written(ann)
    ann.client.cookies.clear()

    ended = post(ann, path, fields)

    assert ended.status_code == 401
    for said in (
        "You were signed out",
        "Your text was not sent.",
        "is still on this page",
        "Half a\r\n&lt;reply&gt;</textarea>",
    ):
        assert said in ended.text, said
    assert TOO_LONG not in ended.text
    assert item(house).state.value == "unread"

    # Without scripts the form goes as it is, and a page asks for one click.
    ann_as(ann, "ann")
    asked = post(ann, path, fields_on(ended.text))
    assert asked.status_code == 403
    assert "You have signed in again" in asked.text
    assert "Your text has not been sent yet" in asked.text
    sent = post(ann, path, fields_on(asked.text))
    assert sent.headers["location"] == f"{path}?view=open&told=replied"
    assert "Half a\n&lt;reply&gt;" in ann.open(path).text


def test_the_pages_script_gets_the_token_of_the_new_session_and_learns_whose_it_is(ann: Browser) -> None:
    path, fields = written(ann)
    ann.client.cookies.clear()
    writer = fields_on(post(ann, path, fields).text)["whose"]
    assert ann.client.get("/session/token", headers={"Accept": "application/json"}).status_code == 401

    ann_as(ann, "ann")
    token = ann.client.get("/session/token", headers={"Accept": "application/json"}).json()

    assert token["whose"] == writer == fields["whose"]
    assert post(ann, path, fields | {"csrf": token["csrf"]}).status_code == 303


def test_somebody_else_can_not_send_what_was_typed(ann: Browser) -> None:
    path, fields = written(ann)

    ann_as(ann, "ben")
    page = post(ann, path, fields)

    assert page.status_code == 403
    assert "Somebody else is signed in now" in page.text
    assert "Half a\r\n&lt;reply&gt;</textarea>" in page.text
    assert "Send it now" not in page.text


def test_a_note_for_colleagues_is_shown_to_be_copied_where_it_can_not_be_sent(ann: Browser) -> None:
    path, fields = written(ann)

    ann_as(ann, "ben")
    page = post(ann, path, fields | {"do": "note", "colleagues": "Called, no answer.", "topic_note": "For billing."})

    assert "Copy what you still need" in page.text
    assert "Called, no answer.</textarea>" in page.text
    assert "For billing.</textarea>" in page.text


def test_a_quick_text_of_the_practice_is_sent_once_signed_in_again(ann: Browser) -> None:
    """Its form says whose the text is, and, as every form, who its writer is."""
    ann_as(ann, "ada")
    path = "/inbox/quick-texts"
    fields = fields_on(ann.open(path).text) | {"title": "Ours", "body": "For everybody."}
    ann.client.cookies.clear()
    ended = post(ann, path, fields)

    ann_as(ann, "ada")
    asked = post(ann, path, fields_on(ended.text))
    assert "You have signed in again" in asked.text
    assert post(ann, path, fields_on(asked.text)).status_code == 303

    texts = ann.service.house.quick_texts.offered(InboxRef(PRACTICE, "ada", COMMAND)).texts
    assert [(one.owner, one.text.body) for one in texts] == [(None, "For everybody.")]


def test_what_another_site_sends_is_not_shown_as_ones_own(ann: Browser) -> None:
    path, fields = written(ann)
    for site in ("cross-site", "same-site", "none", ""):
        page = post(ann, path, fields | {"csrf": "0" * 64}, **{"Sec-Fetch-Site": site})
        assert (page.status_code, "reply&gt;" in page.text) == (403, False)
    ann.client.cookies.clear()
    page = post(ann, path, fields, **{"Sec-Fetch-Site": "cross-site"})
    assert (page.status_code, "reply&gt;" in page.text) == (401, False)
    assert "Nothing was sent or saved." in page.text


def test_a_patients_text_is_kept_until_they_came_by_a_new_link(ann: Browser) -> None:
    ann.client.cookies.clear()
    patient = ann.enter_portal("sam")
    conversation = item(ann.service.house, subject="Second subject").conversation
    path = f"/portal/conversations/{conversation}"
    fields = fields_on(patient.open(path).text) | {"body": "One more thing."}
    ann.client.cookies.clear()

    ended = post(patient, path, fields)
    patient.enter_portal("sam")
    token = patient.client.get("/portal/token", headers={"Accept": "application/json"}).json()
    sent = post(patient, path, fields_on(ended.text) | {"csrf": token["csrf"]})

    assert "Open your messages again from your practice" in ended.text
    assert "One more thing.</textarea>" in ended.text
    assert (token["whose"], sent.status_code) == (fields["whose"], 303)


def test_a_body_that_is_no_form_is_refused_as_before(ann: Browser) -> None:
    path, _ = written(ann)
    assert TOKEN.search(ann.open(path).text)
    ann.client.cookies.clear()

    page = ann.client.post(path, content=b"\xff", headers={**OURS, "Content-Type": "application/x-www-form-urlencoded"})

    assert (page.status_code, "You were signed out" in page.text) == (401, True)
