"""The staff's inbox, without scripts."""

import html
import re
from uuid import uuid4

import pytest

from router.actors import COMMAND
from router.flows.read_inbox import View
from router.message import DeliveryState, ReplyDraft
from router.people import AuthorizedUser, Permission
from router.records import InboxItem
from router.topics import Topic
from tests.builders import a_patient, a_staff, settings
from tests.house import PRACTICE, STAFF, House
from tests.integration.http.conftest import CANARY
from tests.integration.pages.conftest import Browser

HOSTILE = '<script>alert(1)</script> \u202eright to left 👩‍⚕️ & "quotes"'
USER = AuthorizedUser("cara", "Cara Doe", permissions=frozenset({Permission.READ, Permission.WRITE}))


@pytest.fixture
def house_with_mail(browser: Browser) -> House:
    """Messages of pat and sam about a bill, for ann and ben."""
    house = browser.service.house
    pat = a_patient("pat", name="Pat Dœ", record_number="MRN-1", authorized_users=(USER,), team=["ann"])
    house.bring([*STAFF, a_staff("left", active=False)], [pat, a_patient("sam", name="Sam Reed")])
    house.save(settings({Topic.BILLING: ["ann", "ben"]}))
    house.write(
        house.draft("first", patient="pat", sender="cara", subject="First subject", body="First\nbody"),
        house.draft("second", subject="Second subject"),
    )
    house.route.run()
    return house


@pytest.fixture
def ann(browser: Browser, house_with_mail: House) -> Browser:
    """Ann, signed in."""
    del house_with_mail
    return browser.sign_in("ann")


def item(house: House, staff: str = "ann", subject: str = "First subject") -> InboxItem:
    found = [*house.inbox(staff).items, *house.inbox(staff, View.DONE).items]
    return next(one for one in found if one.subject == subject)


def page_of(one: InboxItem) -> str:
    return f"/inbox/message/{one.delivery}"


def fields_of(text: str) -> dict[str, str]:
    """What a form of a message carries besides its visible fields."""
    found = re.findall(r'<input type="hidden" name="(last_seen|key)" value="([^"]*)"', text)
    return dict(reversed(found))


def test_the_list_says_whose_it_is_who_wrote_and_why_it_came(ann: Browser) -> None:
    page = ann.open("/inbox")
    text = html.unescape(page.text)

    assert "<title>(2) Inbox · Clinic</title>" in text
    for said in ("Pat Dœ", "MRN-1", "Cara Doe", "Billing", "North Clinic", "You are a recipient of this topic."):
        assert said in text
    assert text.index("Second subject") < text.index("First subject")
    assert page.headers["cache-control"] == "no-store"
    assert not re.search(r'href="[^"]*(pat|sam|cara)\b', page.text)


def test_tabs_show_what_is_unread_mine_and_done(ann: Browser) -> None:
    house = ann.service.house
    assert "You own no conversation" in ann.open("/inbox?view=mine").text
    assert "Nothing is done yet" in ann.open("/inbox?view=done").text
    house.answer.claim(PRACTICE, item(house).delivery, "ann", COMMAND)
    house.read_inbox.mark(PRACTICE, item(house).delivery, "ann", DeliveryState.DONE, COMMAND)

    shown = {view: ann.open(f"/inbox?view={view}").text for view in ("open", "unread", "mine", "done", "<x>")}

    assert {view: "First subject" in text for view, text in shown.items()} == {
        "open": False,
        "unread": False,
        "mine": True,
        "done": True,
        "<x>": False,
    }
    assert "Owned by you" in shown["mine"]
    house.read_inbox.mark(PRACTICE, item(house, subject="Second subject").delivery, "ann", DeliveryState.READ, COMMAND)
    assert "Nothing is unread" in ann.open("/inbox?view=unread").text


def test_an_empty_inbox_says_what_to_do(browser: Browser) -> None:
    text = browser.sign_in("ben").open("/inbox").text

    assert "Nothing waits for you" in text
    assert "/inbox/absence" in text


def test_a_long_inbox_has_pages(browser: Browser) -> None:
    house = browser.service.house
    house.save(settings({Topic.BILLING: ["ann"]}))
    house.write_many(30)
    house.route.run()
    browser.sign_in("ann")

    first = browser.open("/inbox")
    following = html.unescape(re.findall(r'href="(/inbox\?view=open&amp;before=[^"]+)"', first.text)[0])
    second = browser.open(following)

    found = re.compile(r'data-delivery="([^"]+)"')
    assert len(set(found.findall(first.text))) == 25
    assert len(set(found.findall(first.text)) | set(found.findall(second.text))) == 30
    assert "data-live" in first.text
    assert "data-live" not in second.text
    assert browser.open("/inbox?before=nonsense").status_code == 422


def test_looking_at_a_message_changes_nothing_and_saying_that_it_is_read_does(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))

    page = ann.open(f"{path}?view=unread")

    assert item(house).state is DeliveryState.UNREAD
    assert "<title>(2) Billing message · Clinic</title>" in page.text
    for said in ("First\nbody", "Cara Doe", "Mark as read", "Record number", "Billing Office"):
        assert said in page.text
    done = ann.send(path, f"{path}?view=unread", do="read")
    assert (done.status_code, done.headers["location"]) == (303, f"{path}?view=unread&told=read")
    assert item(house).state is DeliveryState.READ
    assert "Mark as read" not in ann.open(path).text


def test_the_pages_script_marks_it_read_with_the_token_in_a_header(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))
    token = re.findall(r'name="csrf-token" content="([^"]+)"', ann.open(path).text)[0]

    assert ann.client.post(f"{path}/read").status_code == 403
    done = ann.client.post(f"{path}/read", headers={"X-CSRF-Token": token})

    assert done.json() == {"unread": 1}
    assert item(house).state is DeliveryState.READ


def test_an_email_leads_to_its_message(ann: Browser) -> None:
    delivery = item(ann.service.house).delivery

    assert ann.open(f"/inbox?delivery={delivery}").headers["location"] == f"/inbox/message/{delivery}"


def test_somebody_elses_delivery_is_not_found(ann: Browser) -> None:
    house = ann.service.house
    bens = page_of(item(house, "ben"))
    given = {"body": "x", "to": "ada", "last_seen": str(item(house, "ben").message)}

    for path in (bens, f"/inbox/message/{uuid4()}", "/inbox/message/nonsense"):
        assert ann.open(path).status_code == 404
    for does in ("reply", "forward", "claim", "release", "read", "unread", "done"):
        assert ann.send("/inbox/absence", bens, do=does, **given).status_code == 404, does

    assert (item(house, "ben").state, item(house, "ben").owner) == (DeliveryState.UNREAD, None)


def test_a_reply_is_sent_once_and_finishes_the_message(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))
    carried = fields_of(ann.open(path).text)

    for _ in range(2):
        done = ann.send(path, path, do="reply", body="We will\r\nlook.", **carried)
        assert done.headers["location"] == f"{path}?view=open&told=replied"

    page = ann.open(done.headers["location"]).text
    assert "Your reply was sent." in page
    assert page.count("We will\nlook.") == 1
    assert "shown to the patient as Billing Office" in page
    assert (item(house).state, item(house).owner) == (DeliveryState.DONE, "ann")


def test_who_answers_second_sees_the_first_answer_keeps_the_text_and_is_asked_once(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))
    carried = fields_of(ann.open(path).text)
    house.answer.reply(PRACTICE, item(house, "ben").delivery, "ben", "The first answer.", None, None, COMMAND)

    asked = ann.send(path, path, do="reply", body="The second answer.", **carried)

    assert asked.status_code == 409
    assert "A colleague has answered meanwhile" in asked.text
    assert 'id="answered"' in asked.text
    assert "The first answer." in asked.text
    assert ">\nThe second answer.</textarea>" in asked.text
    sent = ann.send(path, path, do="reply", body="The second answer.", **fields_of(asked.text))
    assert sent.status_code == 303
    entries = house.answer.conversation(PRACTICE, item(house).delivery, "ann", COMMAND).entries
    assert [one.body for one in entries][1:] == ["The first answer.", "The second answer."]


def test_other_words_with_the_key_of_a_sent_reply_are_kept_and_asked_about(ann: Browser) -> None:
    path = page_of(item(ann.service.house))
    carried = fields_of(ann.open(path).text)
    ann.send(path, path, do="reply", body="Once.", **carried)

    again = ann.send(path, path, do="reply", body="Twice.", **carried)

    assert again.status_code == 422
    assert "Another reply was sent from this page already" in again.text
    assert ">\nTwice.</textarea>" in again.text
    assert ann.send(path, path, do="reply", body="Twice.", **fields_of(again.text)).status_code == 303


NOT_SENT = (
    ({"do": "reply", "body": " "}, "body", "must not be empty"),
    ({"do": "reply", "body": "x" * 20_001}, "body", "must have at most 20000 characters"),
    ({"do": "reply", "body": "x", "last_seen": str(uuid4())}, "body", "is not an entry of this conversation"),
    ({"do": "forward", "to": ""}, "to", "Say who shall get it."),
    ({"do": "forward", "to": CANARY}, "to", "Nobody active but you has this name or title."),
    ({"do": "forward", "to": "left"}, "to", "Nobody active but you has this name or title."),
    ({"do": "forward", "to": "ann"}, "to", "Nobody active but you has this name or title."),
    ({"do": "forward", "to": "a"}, "to", "people match"),
    ({"do": "forward", "to": "ada", "note": "a\x00b"}, "note", "must not contain control characters"),
)


def test_what_can_not_be_sent_is_told_beside_its_field_and_kept(ann: Browser) -> None:
    house = ann.service.house
    house.bring([a_staff("cam", name="Ada Second")])
    path = page_of(item(house))

    for fields, field, said in NOT_SENT:
        page = ann.send(path, path, **fields)

        assert page.status_code == 422, said
        assert said in html.unescape(page.text)
        assert f'id="error-{field}"' in page.text
    assert house.inbox("ada").items == ()
    assert item(house).state is DeliveryState.UNREAD


def test_a_form_that_is_not_ours_is_refused(ann: Browser) -> None:
    path = page_of(item(ann.service.house))

    assert ann.send(path, path, do="shred").status_code == 422
    assert ann.client.post(path, data={"do": "done"}).status_code == 403


def test_forwarding_gives_the_message_with_a_note_for_staff(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))
    assert "left" not in re.findall(r"<datalist.*?</datalist>", ann.open(path).text, re.DOTALL)[0].lower()
    carried = fields_of(ann.open(path).text)

    for _ in range(2):
        done = ann.send(path, path, do="forward", to="Ada", note="You know this.", **carried)
        assert done.headers["location"].endswith("told=forwarded")

    given = item(house, "ada")
    assert (given.owner, len(house.inbox("ada").items)) == (None, 1)
    ann.client.cookies.clear()
    text = ann.sign_in("ada").open(page_of(given)).text
    assert "You know this." in text
    assert "Ann forwarded it to you." in text
    assert "forwarded, for staff only" in text


def test_the_whole_conversation_is_handed_over_when_ticked_and_told_once(ann: Browser) -> None:
    house = ann.service.house
    first = item(house)
    house.write(ReplyDraft("more", "pat", first.conversation, "One more thing."))
    house.route.run()
    path = page_of(first)

    ann.send(path, path, do="forward", to="Ada", note="All yours.", whole="on")

    assert len(house.inbox("ada").items) == 2
    text = ann.open(path).text
    assert "Owned by Ada" in text
    assert text.count("All yours.") == 1
    assert text.count("forwarded, for staff only") == 1


def test_claiming_releasing_and_what_another_owns(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))

    assert ann.send(path, path, do="claim").headers["location"].endswith("told=claimed")
    assert item(house).owner == "ann"
    assert "Release" in ann.open(path).text
    assert ann.send(path, path, do="release").headers["location"].endswith("told=released")
    assert item(house).owner is None
    house.answer.claim(PRACTICE, item(house, "ben").delivery, "ben", COMMAND)
    for does in ("claim", "release"):
        refused = ann.send(path, path, do=does)
        assert refused.status_code == 409
        assert "The conversation is owned by Ben (ben)." in refused.text
    assert 'value="claim"' not in ann.open(path).text
    assert "Owned by Ben" in ann.open("/inbox").text


def test_done_and_unread_lead_back_to_the_list(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))

    done = ann.send(path, f"{path}?view=mine", do="done")
    assert done.headers["location"] == "/inbox?view=mine&told=done"
    assert "The message is done." in ann.open(done.headers["location"]).text
    assert "Handled by Ann" in ann_as(ann, "ben").open("/inbox").text
    assert ann_as(ann, "ann").send(path, path, do="unread").headers["location"] == "/inbox?view=open&told=unread"
    assert item(house).state is DeliveryState.UNREAD


def ann_as(browser: Browser, staff: str) -> Browser:
    browser.client.cookies.clear()
    return browser.sign_in(staff)


def test_what_went_to_a_cover_can_be_read_and_nothing_else(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))
    house.send_away("ann", "ada")
    house.absences.run()

    page = ann.open(path)

    assert "This message has gone to somebody else" in page.text
    assert "<textarea" not in page.text
    for does in ("done", "reply", "claim"):
        assert ann.send("/inbox/absence", path, do=does, body="x").status_code == 409
    assert "You are away" in ann.open("/inbox").text
    assert "what would reach you goes to Ada" in ann.open("/inbox").text
    given = ann_as(ann, "ada").open(page_of(item(house, "ada"))).text
    assert "You cover for Ann, who had not read it." in given
    assert "covers during an absence" in given


def test_hostile_text_is_shown_as_written_and_harmless(ann: Browser) -> None:
    house = ann.service.house
    house.bring([], [a_patient("eve", name=HOSTILE, record_number=HOSTILE)])
    house.write(house.draft("hostile", patient="eve", subject=HOSTILE, body=HOSTILE + "x" * 19_000))
    house.route.run()
    one = item(house, subject=HOSTILE)
    house.answer.reply(PRACTICE, one.delivery, "ann", HOSTILE, None, None, COMMAND)

    searched = ann.send("/inbox/search", "/inbox/search", patient=HOSTILE)
    pages = [ann.open("/inbox?view=done"), ann.open(page_of(one)), searched]

    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert HOSTILE in html.unescape(page.text)
        assert HOSTILE not in html.unescape(page.text.split("</title>")[0])


def test_a_search_finds_only_ones_own_and_keeps_patients_out_of_addresses(ann: Browser) -> None:
    house = ann.service.house
    house.save(settings({Topic.BILLING: ["ben"]}))
    house.write(house.draft("bens", patient="pat", subject="Ben's alone"))
    house.route.run()

    found = ann.send("/inbox/search", "/inbox/search", patient="dœ mrn-1", topic="billing", site="north")

    assert found.status_code == 200
    assert "1 found, newest first" in found.text
    assert "First subject" in found.text
    assert "Ben&#39;s alone" not in found.text
    assert 'value="dœ mrn-1"' in found.text
    assert not re.search(r'(href|action)="[^"]*mrn', found.text)
    assert "No message of yours fits" in ann.send("/inbox/search", "/inbox/search", patient="zebra").text
    assert "First subject" not in ann.send("/inbox/search", "/inbox/search", site="south").text


def test_a_search_by_day_counts_the_practices_days(ann: Browser) -> None:
    for fields, shown in (
        ({"since": "2020-01-01", "until": "2199-01-01"}, True),
        ({"since": "2199-01-01"}, False),
        ({"until": "2020-01-01"}, False),
    ):
        assert ("First subject" in ann.send("/inbox/search", "/inbox/search", **fields).text) is shown


NOT_SOUGHT: tuple[tuple[dict[str, str], str], ...] = (
    ({}, "patient"),
    ({"patient": "x" * 201}, "patient"),
    ({"topic": "gossip"}, "topic"),
    ({"since": "yesterday"}, "since"),
    ({"until": "0001-01-01"}, "until"),
    ({"until": "9999-12-31"}, "until"),
    ({"since": "2026-03-02", "until": "2026-03-01"}, "until"),
)


def test_what_can_not_be_looked_for_is_told_beside_its_field(ann: Browser) -> None:
    for fields, field in NOT_SOUGHT:
        page = ann.send("/inbox/search", "/inbox/search", **fields)

        assert page.status_code == 422, fields
        assert f'id="error-{field}"' in page.text


def test_what_was_found_comes_in_pages(browser: Browser) -> None:
    house = browser.service.house
    house.save(settings({Topic.BILLING: ["ann"]}))
    house.write_many(30)
    house.route.run()
    browser.sign_in("ann")
    first = browser.send("/inbox/search", "/inbox/search", topic="billing")
    before = re.findall(r'name="before" value="([^"]+)"', first.text)[0]

    second = browser.send("/inbox/search", "/inbox/search", topic="billing", before=before)

    found = re.compile(r'data-delivery="([^"]+)"')
    assert len(set(found.findall(first.text)) | set(found.findall(second.text))) == 30
    assert browser.send("/inbox/search", "/inbox/search", topic="billing", before="x").status_code == 422


def test_an_absence_is_set_changed_and_ended_in_the_practices_zone(ann: Browser) -> None:
    house = ann.service.house
    fields = {"from": "2190-07-01T08:00", "until": "2190-07-15T17:30", "cover": "Ben"}

    done = ann.send("/inbox/absence", "/inbox/absence", do="save", **fields)

    assert done.headers["location"] == "/inbox/absence?told=saved"
    absence = house.oversee.surroundings(PRACTICE).staffing.absences["ann"]
    assert (absence.begins.isoformat(), absence.ends.isoformat(), absence.cover) == (
        "2190-07-01T13:00:00+00:00",
        "2190-07-15T22:30:00+00:00",
        "ben",
    )
    page = ann.open(done.headers["location"]).text
    for said in ("You will be away", "Ben covers for you", 'value="2190-07-01T08:00"', 'value="Ben"'):
        assert said in page
    for _ in range(2):
        assert ann.send("/inbox/absence", "/inbox/absence", do="end").headers["location"].endswith("told=ended")
    assert "ann" not in house.oversee.surroundings(PRACTICE).staffing.absences


def test_an_absence_without_a_cover_says_what_happens(ann: Browser) -> None:
    fields = {"from": "2020-07-01T08:00", "until": "2190-07-15T17:30"}

    ann.send("/inbox/absence", "/inbox/absence", do="save", **fields)

    page = ann.open("/inbox/absence").text
    assert "You are away now" in page
    assert "Nobody covers for you" in page
    assert "nobody covers for you" in ann.open("/inbox").text


NO_ABSENCE = (
    ({"from": ""}, "from", "must be a date and a time"),
    ({"from": "0001-01-01T00:00"}, "from", "must be a date and a time"),
    ({"from": "2026-07-01T08:00Z"}, "from", "must be a date and a time"),
    ({"from": "2" * 50}, "from", "must be a date and a time"),
    ({"from": "2190-03-14T02:30"}, "from", "does not exist: the clocks are put forward then"),
    ({"until": "2190-06-01T08:00"}, "until", "must be after from"),
    ({"until": "2020-06-01T08:00"}, "until", "has passed already"),
    ({"cover": "Ann"}, "cover", "must be somebody else"),
    ({"cover": "left"}, "cover", "Nobody active has this name or title."),
    ({"cover": "a"}, "cover", "people match"),
)


def test_an_absence_that_can_not_be_names_its_field(ann: Browser) -> None:
    for changed, field, said in NO_ABSENCE:
        fields = {"from": "2190-07-01T08:00", "until": "2190-07-15T17:30", "cover": "Ben"} | changed

        page = ann.send("/inbox/absence", "/inbox/absence", do="save", **fields)

        assert page.status_code == 422, changed
        assert said in page.text
        assert f'id="error-{field}"' in page.text
    assert "ann" not in ann.service.house.oversee.surroundings(PRACTICE).staffing.absences


def test_covers_that_go_in_a_circle_are_refused(ann: Browser) -> None:
    ann.service.house.send_away("ben", "ann")
    fields = {"from": "2020-07-01T08:00", "until": "2190-07-15T17:30", "cover": "Ben"}

    page = ann.send("/inbox/absence", "/inbox/absence", do="save", **fields)

    assert page.status_code == 422
    assert "the covers go in a circle" in page.text


def test_everything_that_was_looked_at_is_on_record(ann: Browser) -> None:
    house = ann.service.house
    one = item(house)
    for path in ("/inbox", page_of(one), "/inbox/latest"):
        assert ann.open(path).status_code == 200

    rows = house.operate.audit(PRACTICE, None, 4)

    assert [row.action for row in rows] == ["inbox.read", "conversation.read", "delivery.read", "inbox.read"]
    assert all(row.actor.id == "ann" and "Pat" not in str(row.details) for row in rows)


def test_nobody_else_comes_in(browser: Browser) -> None:
    for path in ("/inbox", "/inbox/search", "/inbox/absence", f"/inbox/message/{uuid4()}", "/inbox/latest"):
        assert browser.open(path).headers["location"].startswith("/sign-in")
    asked = browser.client.get("/inbox/latest", headers={"Accept": "application/json, text/html"})
    assert asked.status_code == 401
