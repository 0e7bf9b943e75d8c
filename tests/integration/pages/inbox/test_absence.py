"""One's own absence, without scripts."""

from datetime import UTC, datetime, timedelta

from router.actors import COMMAND
from router.practice.availability import Absence
from router.practice.topics import Topic
from tests.builders import a_staff, settings
from tests.house import PRACTICE
from tests.integration.pages.conftest import Browser, fields_on
from tests.integration.pages.inbox.inboxes import ann as ann  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.inbox.inboxes import house_with_mail as house_with_mail  # noqa: PLC0414


def test_an_absence_is_set_changed_and_ended_in_the_practices_zone(ann: Browser) -> None:
    house = ann.service.house
    fields = {"from": "2190-07-01T08:00", "until": "2190-07-15T17:30", "cover": "Ben"}

    done = ann.send("/inbox/absence", "/inbox/absence", do="save", **fields)

    assert done.headers["location"] == "/inbox/absence?told=saved"
    absence = house.reports.snapshot(PRACTICE).staffing.absences["ann"]
    assert (absence.begins.isoformat(), absence.ends.isoformat(), absence.cover) == (
        "2190-07-01T13:00:00+00:00",
        "2190-07-15T22:30:00+00:00",
        "ben",
    )
    page = ann.open(done.headers["location"]).text
    for said in ("You will be away", "Ben covers for you", 'value="2190-07-01T08:00"', 'value="Ben"'):
        assert said in page
    for _ in range(2):
        assert ann.send("/inbox/absence", "/inbox/absence", do="end").headers["location"].endswith("told=deleted")
    assert "Your absence is deleted.<" in ann.open("/inbox/absence?told=deleted").text
    assert "ann" not in house.reports.snapshot(PRACTICE).staffing.absences


def test_an_absence_that_an_administrator_set_since_the_page_was_opened_is_not_replaced_unseen(ann: Browser) -> None:
    house = ann.service.house
    before = {name: value for name, value in fields_on(ann.open("/inbox/absence").text).items() if "shown." in name}
    house.send_away("ann", "ben")

    mine = {"from": "2190-07-01T08:00", "until": "2190-07-15T17:30", "cover": ""}
    asked = ann.send("/inbox/absence", "/inbox/absence", do="save", **before | mine)

    assert asked.status_code == 422
    assert "The absence has changed since this form was opened, or is over" in asked.text
    assert house.reports.snapshot(PRACTICE).staffing.absences["ann"].cover == "ben"
    # Told also beside another error: the page that comes back would be stored over it otherwise.
    wrong = ann.send("/inbox/absence", "/inbox/absence", do="save", **before | mine | {"cover": "zebra"})
    assert "The absence has changed since this form was opened, or is over" in wrong.text
    assert "No active colleague matches." in wrong.text


def test_moments_that_were_not_touched_stay_as_they_are_stored(ann: Browser) -> None:
    """The second 01:30 of the night in which the clocks go back, and seconds, which the form doesn't show."""
    house = ann.service.house
    begins, ends = datetime(2190, 7, 1, 13, 0, 30, tzinfo=UTC), datetime(2190, 11, 7, 7, 30, tzinfo=UTC)
    house.roster.set_absence(PRACTICE, Absence("ann", begins, ends, None), COMMAND)
    page = ann.open("/inbox/absence").text
    assert 'value="2190-11-07T01:30"' in page
    fields = {"from": "2190-07-01T08:00", "until": "2190-11-07T01:30", **fields_on(page)}

    ann.send("/inbox/absence", "/inbox/absence", do="save", **fields | {"cover": "Ben"})
    assert house.reports.snapshot(PRACTICE).staffing.absences["ann"] == Absence("ann", begins, ends, "ben")

    fields |= fields_on(ann.open("/inbox/absence").text) | {"until": "2190-11-07T02:30", "cover": "Ben"}
    ann.send("/inbox/absence", "/inbox/absence", do="save", **fields)
    changed = house.reports.snapshot(PRACTICE).staffing.absences["ann"]
    assert changed == Absence("ann", begins, ends + timedelta(hours=1), "ben")


def test_an_absence_without_a_cover_says_what_happens(ann: Browser) -> None:
    fields = {"from": "2020-07-01T08:00", "until": "2190-07-15T17:30"}

    ann.send("/inbox/absence", "/inbox/absence", do="save", **fields)

    page = ann.open("/inbox/absence").text
    assert "You are away now" in page
    assert "Nobody covers for you" in page
    assert "nobody covers for you" in ann.open("/inbox").text
    ended = ann.send("/inbox/absence", "/inbox/absence", do="end").headers["location"]
    assert (
        "Your absence is deleted. New messages come to you again; those that went to others stay there."
        in ann.open(ended).text
    )


def test_the_page_says_what_goes_to_the_cover_when_an_absence_begins(ann: Browser) -> None:
    page = ann.open("/inbox/absence").text
    assert "the messages you have not read, and those you own and have read but not answered." in page


def test_a_cover_who_is_away_is_not_who_gets_the_messages(ann: Browser) -> None:
    """Ben is away without a cover, and ann's topic goes to the catch-all: the page says so, and what that opens."""
    house = ann.service.house
    house.save(settings({Topic.BILLING: ["ann"]}))
    house.send_away("ben")
    fields = {"from": "2020-07-01T08:00", "until": "2190-07-15T17:30", "cover": "Ben"}

    done = ann.send("/inbox/absence", "/inbox/absence", do="save", **fields)

    page = ann.open(done.headers["location"]).text
    assert "Nobody covers for you: Ben is away at the same time, without anybody to cover." in page
    assert "While this absence lasts" in page
    assert "Billing" in page.partition("While this absence lasts")[2].partition("</ul>")[0]
    assert "While this absence lasts" not in ann.open("/inbox/absence").text
    inbox = ann.open("/inbox").text
    assert "nobody covers for you: Ben is away at the same time, without anybody to cover." in inbox
    assert "your messages go to" not in inbox


def test_the_cover_of_a_cover_is_who_gets_the_messages(ann: Browser) -> None:
    ann.service.house.send_away("ben", "ada")
    fields = {"from": "2020-07-01T08:00", "until": "2190-07-15T17:30", "cover": "Ben"}

    done = ann.send("/inbox/absence", "/inbox/absence", do="save", **fields)

    assert "Ada covers for you: Ben is away at the same time." in ann.open(done.headers["location"]).text
    assert "your messages go to <bdi>Ada</bdi>: Ben is away at the same time." in ann.open("/inbox").text


NO_ABSENCE = (
    ({"from": ""}, "from", "must be a date and a time"),
    ({"from": "0001-01-01T00:00"}, "from", "must be a date and a time"),
    ({"from": "2026-07-01T08:00Z"}, "from", "must be a date and a time"),
    ({"from": "2" * 50}, "from", "must be a date and a time"),
    ({"from": "2190-03-14T02:30"}, "from", "does not exist: the clocks go forward then"),
    ({"until": "2190-06-01T08:00"}, "until", "must be later than the start"),
    ({"until": "2020-06-01T08:00"}, "until", "has passed already"),
    ({"cover": "Ann"}, "cover", "must be somebody else"),
    ({"cover": "left"}, "cover", "No active colleague matches."),
    ({"cover": "a"}, "cover", "people match"),
)


def test_an_absence_that_can_not_be_names_its_field(ann: Browser) -> None:
    for changed, field, said in NO_ABSENCE:
        fields = {"from": "2190-07-01T08:00", "until": "2190-07-15T17:30", "cover": "Ben"} | changed

        page = ann.send("/inbox/absence", "/inbox/absence", do="save", **fields)

        assert page.status_code == 422, changed
        assert said in page.text
        assert f'id="error-{field}"' in page.text
    assert "ann" not in ann.service.house.reports.snapshot(PRACTICE).staffing.absences


def test_covers_that_go_in_a_circle_are_refused(ann: Browser) -> None:
    ann.service.house.send_away("ben", "ann")
    fields = {"from": "2020-07-01T08:00", "until": "2190-07-15T17:30", "cover": "Ben"}

    page = ann.send("/inbox/absence", "/inbox/absence", do="save", **fields)

    assert page.status_code == 422
    assert "the covers form a circle" in page.text


def test_two_people_who_match_are_offered_and_neither_is_taken(ann: Browser) -> None:
    house = ann.service.house
    house.bring([a_staff("niamh", name="Niamh O\u2019Brien"), a_staff("aoife", name="Aoife O'Brien")])
    fields = {"from": "2190-07-01T08:00", "until": "2190-07-15T17:30"}

    both = ann.send("/inbox/absence", "/inbox/absence", do="save", cover="O'Brien", **fields)

    assert both.status_code == 422
    assert "2 people match: Aoife O&#39;Brien; Niamh O\u2019Brien." in both.text
    assert "ann" not in house.reports.snapshot(PRACTICE).staffing.absences

    for typed in ("o'brien, niamh", "Niamh O'Brien"):
        done = ann.send("/inbox/absence", "/inbox/absence", do="save", cover=typed, **fields)
        assert done.status_code == 303
        assert house.reports.snapshot(PRACTICE).staffing.absences["ann"].cover == "niamh"


def test_names_that_differ_in_an_apostrophe_alone_are_told_apart_by_their_ids(ann: Browser) -> None:
    house = ann.service.house
    house.bring([a_staff("one", name="Pat O\u2019Hara"), a_staff("two", name="Pat O'Hara")])
    fields = {"from": "2190-07-01T08:00", "until": "2190-07-15T17:30"}

    both = ann.send("/inbox/absence", "/inbox/absence", do="save", cover="Pat O'Hara", **fields)
    ann.send("/inbox/absence", "/inbox/absence", do="save", cover="Pat O'Hara (two)", **fields)

    assert "2 people match" in both.text
    assert house.reports.snapshot(PRACTICE).staffing.absences["ann"].cover == "two"
