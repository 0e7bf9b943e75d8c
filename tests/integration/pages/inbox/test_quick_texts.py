"""Quick texts on their page, and inserted into a reply without scripts."""

import re
from dataclasses import replace

from router.actors import COMMAND
from router.messages.inbox import InboxRef
from router.messages.quick_texts import NewQuickText
from router.practice.topics import Topic
from tests.builders import settings
from tests.house import PRACTICE
from tests.integration.pages.conftest import Browser, fields_on
from tests.integration.pages.inbox.inboxes import HOSTILE, ann_as, fields_of, item, page_of
from tests.integration.pages.inbox.inboxes import ann as ann  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.inbox.inboxes import house_with_mail as house_with_mail  # noqa: PLC0414

PAGE = "/inbox/quick-texts"
ANN = InboxRef(PRACTICE, "ann", COMMAND)
ADA = InboxRef(PRACTICE, "ada", COMMAND)


def test_ones_own_are_added_changed_and_deleted(ann: Browser) -> None:
    added = ann.send(PAGE, PAGE, at="new-mine", kept_for="mine", title="Hello", body=f"Dear {HOSTILE}", topic="billing")
    page = ann.open(added.headers["location"]).text
    assert "The quick text is saved." in page
    assert "<script>alert" not in page
    identifier = str(ann.service.house.quick_texts.offered(ANN).texts[0].id)

    ann.send(PAGE, PAGE, at=identifier, id=identifier, title="Hi", body="Dear {patient.first_name}")
    assert ann.service.house.quick_texts.offered(ANN).texts[0].text == NewQuickText("Hi", "Dear {patient.first_name}")
    deleted = ann.send(PAGE, PAGE, id=identifier, do="delete-now")

    assert "The quick text is deleted." in ann.open(deleted.headers["location"]).text
    assert ann.send(PAGE, PAGE, id=identifier, do="delete-now").status_code == 404
    assert ann.service.house.quick_texts.offered(ANN).texts == ()


def test_what_can_not_be_saved_keeps_what_was_typed(ann: Browser) -> None:
    page = ann.send(PAGE, PAGE, at="new-mine", kept_for="mine", title="", body="Dear {patient.name}", topic="nonsense")

    assert page.status_code == 422
    assert 'href="#body-new-mine"' in page.text
    assert "has an unknown field" in page.text
    assert ">\nDear {patient.name}</textarea>" in page.text


def test_the_practices_are_changed_by_administrators_and_read_by_all(ann: Browser) -> None:
    refused = ann.send(PAGE, PAGE, at="new-practice", kept_for="practice", title="Ours", body="Ours.")
    assert refused.status_code == 403
    assert "Portal administrators can add them." in ann.open(PAGE).text

    ann_as(ann, "ada")
    assert ann.send(PAGE, PAGE, at="new-practice", kept_for="practice", title="Ours", body="Ours.").status_code == 303

    ann_as(ann, "ben")
    page = ann.open(PAGE).text
    assert "Ours." in page
    assert page.count("<textarea") == 1


def test_what_a_colleague_changed_since_the_page_was_opened_stays(ann: Browser) -> None:
    ann_as(ann, "ada")
    quick_texts = ann.service.house.quick_texts
    identifier = quick_texts.add(ADA, NewQuickText("Ours", "One\ntwo."), of_practice=True)
    before = text_form(ann.open(PAGE).text, str(identifier))
    quick_texts.change(ADA, identifier, NewQuickText("Ours", "Theirs.", Topic.BILLING))

    # The page still has the old text, whose line ends browsers send as CR LF.
    done = ann.send(PAGE, PAGE, **before | {"title": "Mine", "body": "One\r\ntwo.", "topic": ""})

    assert done.status_code == 303
    assert quick_texts.offered(ADA).texts[0].text == NewQuickText("Mine", "Theirs.", Topic.BILLING)


def test_a_text_that_a_colleague_changed_too_is_asked_about_once(ann: Browser) -> None:
    ann_as(ann, "ada")
    quick_texts = ann.service.house.quick_texts
    identifier = quick_texts.add(ADA, NewQuickText("Ours", "Before."), of_practice=True)
    before = text_form(ann.open(PAGE).text, str(identifier))
    quick_texts.change(ADA, identifier, NewQuickText("Ours", "Theirs."))
    typed = {"title": "Ours", "body": "Mine.", "topic": ""}

    asked = ann.send(PAGE, PAGE, **before | typed)

    assert asked.status_code == 422
    assert "Somebody else changed this to “Theirs.” in the meantime." in asked.text
    assert ">\nMine.</textarea>" in asked.text
    again = ann.send(PAGE, PAGE, **text_form(asked.text, str(identifier)) | typed)
    assert (again.status_code, quick_texts.offered(ADA).texts[0].text.body) == (303, "Mine.")


def test_what_was_typed_over_a_deleted_text_can_be_saved_as_a_new_one(ann: Browser) -> None:
    ann_as(ann, "ada")
    quick_texts = ann.service.house.quick_texts
    identifier = quick_texts.add(ADA, NewQuickText("Ours", "Before."), of_practice=True)
    before = text_form(ann.open(PAGE).text, str(identifier))
    quick_texts.remove(ADA, identifier)

    told = ann.send(PAGE, PAGE, **before | {"title": "Ours", "body": "Mine.", "topic": ""})

    assert told.status_code == 404
    assert "Somebody deleted this text in the meantime." in told.text
    assert ">\nMine.</textarea>" in told.text
    ann.send(PAGE, PAGE, **text_form(told.text, "new-practice") | {"title": "Ours", "body": "Mine.", "topic": ""})
    assert [(one.owner, one.text.body) for one in quick_texts.offered(ADA).texts] == [(None, "Mine.")]


def text_form(page: str, at: str) -> dict[str, str]:
    """The hidden fields of the form of one text."""
    form = next(one for one in page.split("<form")[1:] if f'name="at" value="{at}"' in one)
    return fields_on(form.partition("</form>")[0])


def test_one_too_many_is_told(ann: Browser) -> None:
    for number in range(200):
        ann.service.house.quick_texts.add(ANN, NewQuickText(f"Text {number}", "x"))

    page = ann.send(PAGE, PAGE, at="new-mine", kept_for="mine", title="More", body="x")

    assert (page.status_code, "There are 200 quick texts already." in page.text) == (409, True)


def test_a_text_of_the_topic_is_inserted_with_its_fields_filled_in(ann: Browser) -> None:
    house = ann.service.house
    house.save(replace(settings({Topic.BILLING: ["ann", "ben"]}), phone="555 0100"))
    house.quick_texts.add(ANN, NewQuickText("Call", "Dear {patient.first_name}, call {practice.phone}. {me.name}"))
    house.quick_texts.add(ANN, NewQuickText("Elsewhere", "x", Topic.OTHER))
    path = page_of(item(house))
    page = ann.open(path).text
    assert "Elsewhere" not in page
    chosen = re.findall(r'<option value="([0-9a-f-]{36})">Call<', page)[0]
    carried = fields_of(page)

    inserted = ann.send(path, path, do="insert", quick=chosen, body="Yes.\n", **carried)

    assert ">\nYes.\n\nDear Pat, call 555 0100. Ann</textarea>" in inserted.text
    assert fields_of(inserted.text)["key"] == carried["key"]
    assert ">\nYes.</textarea>" in ann.send(path, path, do="insert", quick="x", body="Yes.").text


def test_a_field_that_is_not_known_stays_and_is_not_sent(ann: Browser) -> None:
    house = ann.service.house
    house.quick_texts.add(ANN, NewQuickText("Call", "Call {practice.phone}."))
    path = page_of(item(house))
    page = ann.open(path).text

    refused = ann.send(path, path, do="reply", body="Call {practice.phone}.", **fields_of(page))

    assert 'data-left="{practice.phone}"' in page
    assert (refused.status_code, "fill it in or delete it" in refused.text) == (422, True)


def test_a_text_is_deleted_only_after_a_question_and_what_was_typed_stays_meanwhile(ann: Browser) -> None:
    ann_as(ann, "ada")
    quick_texts = ann.service.house.quick_texts
    identifier = quick_texts.add(ADA, NewQuickText("Ours", "Before."), of_practice=True)
    form = text_form(ann.open(PAGE).text, str(identifier)) | {"title": "Ours", "body": "Mine.", "topic": ""}

    asked = ann.client.post(PAGE, data=form | {"do": "delete"})

    assert asked.status_code == 200
    assert "Delete “<bdi>Ours</bdi>”?" in asked.text
    assert "Nobody in the practice can insert it then." in asked.text
    kept = ann.client.post(PAGE, data=text_form(asked.text, str(identifier)) | form | {"do": "show"})
    assert ("It can't be brought back." in kept.text, ">\nMine.</textarea>" in kept.text) == (False, True)
    assert [one.text.body for one in quick_texts.offered(ADA).texts] == ["Before."]
    quick_texts.remove(ADA, identifier)
    assert "Somebody deleted this text" in ann.client.post(PAGE, data=form | {"do": "delete"}).text


def test_a_text_that_waited_in_the_tab_is_shown_again_with_what_a_colleague_saved_since(ann: Browser) -> None:
    ann_as(ann, "ada")
    quick_texts = ann.service.house.quick_texts
    identifier = quick_texts.add(ADA, NewQuickText("Ours", "Before."), of_practice=True)
    form = text_form(ann.open(PAGE).text, str(identifier)) | {"title": "Mine", "body": "Before.", "topic": ""}
    quick_texts.change(ADA, identifier, NewQuickText("Ours", "Theirs."))

    shown = ann.client.post(PAGE, data=form | {"do": "show"})

    assert ">\nTheirs.</textarea>" in shown.text
    assert 'value="Mine"' in shown.text
    assert [one.text.title for one in quick_texts.offered(ADA).texts] == ["Ours"]
    new = text_form(shown.text, "new-mine") | {"title": "New", "body": "Begun.", "topic": ""}
    assert ">\nBegun.</textarea>" in ann.client.post(PAGE, data=new | {"do": "show"}).text
