"""Searching one's own inbox, without scripts."""

import html
import re

import pytest

from adapters.database.repositories import inbox_pages, inbox_search
from router.flows.staff import inbox_search as flow
from router.practice.topics import Topic
from tests.builders import a_patient, settings
from tests.integration.pages.conftest import Browser
from tests.integration.pages.inbox.inboxes import ann as ann  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.inbox.inboxes import ann_as, item, page_of
from tests.integration.pages.inbox.inboxes import house_with_mail as house_with_mail  # noqa: PLC0414

PAGE = "/inbox/search"


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
    assert "None of your messages match" in ann.send("/inbox/search", "/inbox/search", patient="zebra").text
    assert "First subject" not in ann.send("/inbox/search", "/inbox/search", site="south").text


def test_a_search_by_day_counts_the_practices_days(ann: Browser) -> None:
    for fields, shown in (
        ({"since": "2020-01-01", "until": "2199-01-01"}, True),
        ({"since": "2199-01-01"}, False),
        ({"until": "2020-01-01"}, False),
    ):
        assert ("First subject" in ann.send("/inbox/search", "/inbox/search", **fields).text) is shown


NOT_SOUGHT: tuple[tuple[dict[str, str], str], ...] = (
    ({}, "text"),
    ({"text": " ", "topic": ""}, "text"),
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


NAMES = (
    ("\u0141ukasz Nowak", "Lukasz"),
    ("S\u00f8ren Holm", "soren"),
    ("\u0110\u1eb7ng Minh", "dang"),
    ("Cleo M\u00fcller", "M\u00fcller, Cleo"),
    ("Jos\u00e9 \u00c1lvarez", "alvarez, jose"),
    ("Niamh O\u2019Brien", "o'brien"),
)


def test_a_patient_is_found_however_the_name_is_typed(ann: Browser) -> None:
    house = ann.service.house
    house.save(settings({Topic.BILLING: ["ann"]}))
    people = [a_patient(f"p{number}", name=name) for number, (name, _) in enumerate(NAMES)]
    house.bring([], people)
    house.write(*(house.draft(person.id, patient=person.id, subject=f"About {person.id}.") for person in people))
    house.route.run()

    for number, (_, typed) in enumerate(NAMES):
        found = ann.send("/inbox/search", "/inbox/search", patient=typed)
        assert "1 found" in found.text, typed
        assert f"About p{number}." in found.text


def test_words_are_searched_and_never_stand_in_an_address(ann: Browser) -> None:
    page = ann.send(PAGE, PAGE, text="first body").text

    assert "1 found, newest first" in page
    assert "First subject" in page
    assert 'value="first body"' in page
    links = re.findall(r'href="(/inbox/[^"]*)"', page)
    assert not [link for link in links if "body" in link]
    assert "must have a letter or a digit" in ann.send(PAGE, PAGE, text=";").text
    assert "Nothing was found" in ann.send(PAGE, PAGE, text="nonsense").text


def test_two_patients_that_fit_are_offered_and_both_are_shown(ann: Browser) -> None:
    page = ann.send(PAGE, PAGE, patient="e").text

    assert "2 patients match, and messages from all of them are shown." in page
    assert "2 found, newest first" in page
    value = html.unescape(re.findall(r'name="patient" value="(Pat[^"]*)"', page)[0])
    one = ann.send(PAGE, PAGE, patient=value).text
    assert "1 found, newest first" in one
    assert "patients match" not in one


def test_older_ones_are_offered_where_a_search_stopped(ann: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (inbox_pages, inbox_search):
        monkeypatch.setattr(module, "SEARCHED_DELIVERIES", 1)
    monkeypatch.setattr(flow, "MOST_INDEXED", 1)

    page = ann.send(PAGE, PAGE, text="first").text

    assert "Nothing was found" in page
    assert "Your 20,000 newest messages were searched, back to" in page
    assert "Older messages are still being prepared" in page
    before = re.findall(r'name="before" value="([^"]+)">Search older messages', page)[0]
    assert "First subject" in ann.send(PAGE, PAGE, text="first", before=before).text


def test_what_was_found_by_a_reply_shows_its_passage_and_who_wrote_it(ann: Browser) -> None:
    first = page_of(item(ann.service.house))
    ann.send(first, first, do="reply", body="word " * 60 + "take the Amoxicillin with food.")

    page = ann.send(PAGE, PAGE, text="amoxi").text

    assert re.search(r'class="delivery-found">You replied on [^<]+:</bdi> … (word ){6}take the Amoxicillin with', page)
    ann_as(ann, "ben")
    assert re.search(r'class="delivery-found">Ann replied on [^<]+:</bdi> …', ann.send(PAGE, PAGE, text="amoxi").text)
    assert "delivery-found" not in ann.send(PAGE, PAGE, text="body").text


def test_what_is_asked_for_beside_words_is_folded_until_it_is_set_or_wrong(ann: Browser) -> None:
    folded, unfolded = '<details class="criteria">', '<details class="criteria" open>'
    assert folded in ann.open(PAGE).text
    assert folded in ann.send(PAGE, PAGE, text="First").text
    for fields in ({"site": "north"}, {"text": "First", "since": "2020-01-01"}, {"until": "soon"}):
        assert unfolded in ann.send(PAGE, PAGE, **fields).text, fields
