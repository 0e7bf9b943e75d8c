"""A form that the service can't take just now: its writer gets it back, to be sent as it was."""

import httpx2
import pytest

from adapters.http.limits import BodyMemory
from adapters.http.problems import Busy
from adapters.http.rate_limits import Kind, RateLimits
from router.errors import Defective, NotFound, UnavailableError, UnknownOutcomeError
from tests.clients import Client
from tests.integration.pages.conftest import Browser, fields_on
from tests.integration.pages.inbox.inboxes import ann as ann  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.inbox.inboxes import house_with_mail as house_with_mail  # noqa: PLC0414
from tests.integration.pages.inbox.inboxes import item, page_of
from tests.integration.pages.kit.test_unsent import post
from tests.integration.pages.kit.troubles import trouble
from tests.integration.pages.portal.portals import COMPOSE, bill, stored
from tests.integration.pages.portal.portals import pat as pat  # noqa: PLC0414

TEXT = "Is it\r\n<right>?"
SHOWN = "Is it\r\n&lt;right&gt;?</textarea>"


def written(pat: Browser, **fields: str) -> dict[str, str]:
    """The form of a new message, filled in."""
    return fields_on(pat.open(COMPOSE).text) | bill(body=TEXT, do="send") | fields


def kept(page: httpx2.Response) -> dict[str, str]:
    """The fields of a page that keeps a form."""
    assert SHOWN in page.text, page.text
    assert "Your text is still here." in page.text
    assert "Send again</button>" in page.text
    assert "Repeat" not in page.text
    assert "idempotency" not in page.text
    return fields_on(page.text)


@pytest.mark.parametrize(
    ("error", "status", "waits"),
    [
        (UnavailableError("gone"), 503, True),
        (Busy("Repeat the request."), 503, True),
        (Defective("Repeat the request."), 500, False),
    ],
    ids=["unavailable", "busy", "defective"],
)
def test_a_message_that_can_not_be_stored_is_kept_and_sent_again(
    pat: Browser, error: Exception, status: int, *, waits: bool
) -> None:
    fields = written(pat)
    mend = trouble(pat, "accept", "accept", error)

    refused = post(pat, COMPOSE, fields)

    again = kept(refused)
    assert refused.status_code == status
    assert ("retry-after" in refused.headers) is waits
    assert "We couldn't send it just now" in refused.text
    assert "If it can't wait, call your practice." in refused.text
    assert again["key"] == fields["key"]
    assert stored(pat) == 0
    mend()
    assert post(pat, COMPOSE, again).status_code == 303
    assert stored(pat) == 1


def test_a_message_of_unknown_outcome_is_stored_once_when_it_is_sent_again(pat: Browser) -> None:
    fields = written(pat)
    mend = trouble(pat, "accept", "accept", UnknownOutcomeError("lost"), after=True)

    unknown = post(pat, COMPOSE, fields)

    again = kept(unknown)
    assert (unknown.status_code, stored(pat)) == (503, 1)
    assert "It will not be sent twice." in unknown.text
    mend()
    assert post(pat, COMPOSE, again).status_code == 303
    assert stored(pat) == 1


def test_a_message_is_kept_while_nobodys_session_can_be_looked_up(pat: Browser) -> None:
    """The database is restarting: whose it is can't be said, and the form goes as it was once it can."""
    fields = written(pat)
    mend = trouble(pat, "sessions", "check", UnavailableError("gone"))

    refused = post(pat, COMPOSE, fields)

    again = kept(refused)
    assert refused.status_code == 503
    assert "Signed in as" not in refused.text
    assert again["csrf"] == fields["csrf"]
    mend()
    assert post(pat, COMPOSE, again).status_code == 303


def test_a_message_beyond_the_requests_of_a_minute_is_kept(pat: Browser) -> None:
    """That is found out before the form is read."""
    fields = written(pat)
    limits = pat.service.app.state.rate_limits = RateLimits({Kind.PATIENT: 1})
    pat.open("/portal")

    refused = post(pat, COMPOSE, fields)

    again = kept(refused)
    assert refused.status_code == 429
    assert f"Wait {refused.headers['retry-after']} seconds, then" in refused.text
    assert "ratelimit" in refused.headers
    limits.limits = {}
    assert post(pat, COMPOSE, again).status_code == 303


def test_a_message_that_meets_a_defect_is_kept(pat: Browser) -> None:
    fields = written(pat)
    careless = Client(
        pat.service.app,
        pat.service.portal,
        follow_redirects=False,
        headers={"Accept": "text/html"},
        cookies=pat.client.cookies,
        raise_server_exceptions=False,
    )
    pat.client = careless
    for flow, act in (("accept", "accept"), ("sessions", "check")):
        mend = trouble(pat, flow, act, ZeroDivisionError("canary-7f3a"))

        refused = post(pat, COMPOSE, fields)

        again = kept(refused)
        assert refused.status_code == 500
        assert "canary" not in refused.text
        mend()
    assert post(pat, COMPOSE, again).status_code == 303


def test_a_text_that_is_too_long_to_be_taken_is_shown_to_be_copied(pat: Browser) -> None:
    fields = written(pat, body="Is it <right>? " * 50_000)

    refused = post(pat, COMPOSE, fields)

    assert refused.status_code == 413
    assert "This is too long" in refused.text
    assert "Copy what you still need." in refused.text
    assert refused.text.count("Is it &lt;right&gt;? ") == 50_000
    assert "Send again" not in refused.text


def test_of_a_form_that_was_read_in_part_nothing_is_shown(pat: Browser) -> None:
    fields = written(pat)
    pat.service.app.state.body_memory = BodyMemory(most_in_all=1)

    refused = post(pat, COMPOSE, fields)

    assert (refused.status_code, "right" in refused.text) == (503, False)
    assert "Too many people are using the service" in refused.text


def test_what_another_site_sends_is_never_shown(pat: Browser) -> None:
    fields = written(pat)
    pat.service.app.state.rate_limits = RateLimits({Kind.PATIENT: 1})
    pat.open("/portal")

    for site in ("cross-site", "same-site", "none", ""):
        page = post(pat, COMPOSE, fields, **{"Sec-Fetch-Site": site})
        assert (page.status_code, "right" in page.text) == (429, False), site
    kept(post(pat, COMPOSE, fields))


def test_a_browser_that_does_not_say_where_a_form_is_from_is_known_by_its_token(pat: Browser) -> None:
    fields = written(pat)
    pat.service.app.state.rate_limits = RateLimits({Kind.PATIENT: 1})
    pat.open("/portal")

    own = pat.client.post(COMPOSE, data=fields)
    foreign = [
        pat.client.post(COMPOSE, data=fields, headers={"Origin": "https://evil.example"}),
        pat.client.post(COMPOSE, data=fields | {"csrf": "0" * 64}),
    ]

    kept(own)
    assert [(page.status_code, "right" in page.text) for page in foreign] == [(429, False)] * 2


def test_nobody_else_is_shown_what_was_typed(pat: Browser) -> None:
    fields = written(pat)
    pat.client.cookies.clear()
    sam = pat.enter_portal("sam")
    own = written(sam)
    sam.service.app.state.rate_limits = RateLimits({Kind.PATIENT: 1})
    sam.open("/portal")

    page = post(sam, COMPOSE, fields)

    assert (page.status_code, "right" in page.text) == (429, False)
    kept(post(sam, COMPOSE, own))


def test_a_reply_of_staff_is_kept_and_sent_once(ann: Browser) -> None:
    path = page_of(item(ann.service.house))
    fields = fields_on(ann.open(path).text) | {"do": "reply", "body": TEXT}
    mend = trouble(ann, "replies", "reply", UnknownOutcomeError("lost"), after=True)

    again = kept(post(ann, path, fields))
    mend()

    assert post(ann, path, again).status_code == 303
    assert ann.open(path).text.count("Is it\n&lt;right&gt;?</div>") == 1


def test_what_may_be_stored_twice_is_looked_for_before_it_is_sent_again(ann: Browser) -> None:
    path = "/inbox/quick-texts"
    fields = fields_on(ann.open(path).text) | {"title": "Ours", "body": TEXT}
    trouble(ann, "quick_texts", "add", UnknownOutcomeError("lost"))

    page = post(ann, path, fields)

    assert "Check in another tab whether it was saved, then press “Send again”." in page.text
    assert "twice" not in page.text


def test_an_act_without_a_text_can_be_tried_again(ann: Browser) -> None:
    path = page_of(item(ann.service.house))
    fields = fields_on(ann.open(path).text) | {"do": "claim"}
    mend = trouble(ann, "replies", "claim", UnavailableError("gone"))

    page = post(ann, path, fields)

    assert "That didn't work just now" in page.text
    assert "Try again</button>" in page.text
    assert "Your text" not in page.text
    mend()
    assert post(ann, path, fields_on(page.text)).headers["location"].endswith("told=claimed")


def test_a_text_that_can_not_be_sent_at_all_is_shown_to_be_copied(ann: Browser) -> None:
    path = page_of(item(ann.service.house))
    fields = fields_on(ann.open(path).text) | {"do": "reply", "body": TEXT}
    trouble(ann, "replies", "reply", NotFound("There is no such message."))

    page = post(ann, path, fields)

    assert page.status_code == 404
    assert SHOWN in page.text
    assert "Your text was not sent." in page.text
    assert "Send again" not in page.text
