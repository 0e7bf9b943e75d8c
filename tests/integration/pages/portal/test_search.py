"""Searching one's own messages, without scripts."""

from router.flows.patient import search as search_flow
from router.practice.people import Permission
from tests.integration.pages.conftest import Browser
from tests.integration.pages.portal.portals import PAGE, answer_to, come, sent, with_users
from tests.integration.pages.portal.portals import pat as pat  # noqa: PLC0414 - the fixture is shared.

SEARCH = "/portal/search"


def test_words_are_found_and_stand_in_no_address(pat: Browser) -> None:
    answer_to(pat, sent(pat, subject="A bill <from> May"), "Ask the insurer & us.")
    sent(pat, subject="Another")
    assert 'action="/portal/search"' in pat.open(PAGE).text

    page = pat.send(SEARCH, SEARCH, sought="insurer\x0bask")

    assert page.status_code == 200
    assert "1 conversation found" in page.text
    assert "A bill &lt;from&gt; May" in page.text
    assert "Ask the insurer &amp; us." in page.text
    assert "Another" not in page.text
    assert 'value="insurer ask"' in page.text
    assert "Nothing was found" in pat.send(SEARCH, SEARCH, sought="nothing like it").text


def test_nothing_typed_is_told_beside_the_field(pat: Browser) -> None:
    page = pat.send(SEARCH, SEARCH, sought=" ")

    assert page.status_code == 422
    assert "Your search must not be empty." in page.text


def test_the_search_goes_on_among_older_messages(pat: Browser, monkeypatch) -> None:
    monkeypatch.setattr(search_flow, "SLICE", 1)
    monkeypatch.setattr(search_flow, "MOST_READ", 1)
    for subject in ("The first", "The second"):
        sent(pat, subject=subject)

    newer = pat.send(SEARCH, SEARCH, sought="first")
    before = newer.text.split('name="before" value="')[1].split('"')[0]
    older = pat.send(SEARCH, SEARCH, sought="first", before=before)

    assert "Nothing found in your newer messages" in newer.text
    assert "1 conversation found on this page" in older.text
    assert pat.send(SEARCH, SEARCH, sought="first", before="x").status_code == 422


def test_somebody_who_acts_for_a_patient_searches_that_patients_messages(pat: Browser) -> None:
    assert "Search your messages" in pat.open(SEARCH).text
    with_users(pat, mother=frozenset(Permission))
    mother = come(pat, "pat", "mother")

    assert "There are no messages yet" in mother.open(PAGE).text
    sent(pat)
    for page in (mother.open(PAGE), mother.open(SEARCH), mother.send(SEARCH, SEARCH, sought="bill")):
        assert (
            "Search <bdi>Pat Doe</bdi>&#39;s messages" in page.text
            or "Search <bdi>Pat Doe</bdi>'s messages" in page.text
        )
        assert "your messages" not in page.text
        assert "You have no messages" not in page.text


def test_who_may_not_read_finds_nothing(pat: Browser) -> None:
    sent(pat)
    with_users(pat, writer=frozenset({Permission.WRITE}))
    writer = come(pat, "pat", "writer")

    closed = "You don&#39;t have permission to read messages"
    assert closed in writer.open(SEARCH).text
    assert closed in writer.send("/portal/compose", SEARCH, sought="bill").text
