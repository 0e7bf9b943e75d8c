"""Inviting staff on a page, and choosing a password by the link, without scripts."""

import html
import re

from router.access.password_links import LINK_LIFE
from router.messages.notification import SendOutcome, SmtpReply
from tests.builders import a_staff
from tests.house import PRACTICE
from tests.integration.pages.conftest import PASSWORD, Browser

PAGE = "/admin/people"


def text(browser: Browser, path: str = PAGE) -> str:
    """What a page says, without its tags."""
    said = browser.open(path).text.replace("<wbr>", "")
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", said)).split())


def invite(admin: Browser, staff: str = "ann") -> str:
    """Invite somebody and let the email go out; returns the path of its link."""
    told = admin.send(PAGE, PAGE, staff=staff)
    assert told.headers["location"] == f"{PAGE}?sent={staff}"
    admin.service.house.notify.run()
    notification = admin.service.house.mailer.sent[-1].notification
    return f"/password?link={admin.service.house.invitations.tokens.of(notification)}"


def test_somebody_new_is_invited_chooses_a_password_and_signs_in(admin: Browser) -> None:
    assert "Ben Staff id ben Staff ben@clinic.example Not invited Invite" in text(admin)
    link, person = invite(admin, "ben"), Browser(admin.service)

    form = person.open(link)
    assert "Ben" in form.text
    assert PRACTICE in form.text
    assert form.headers["referrer-policy"] == "strict-origin"
    done = person.send(link, "/password", link=link.partition("=")[2], password=PASSWORD, again=PASSWORD)

    assert done.headers["location"] == f"/sign-in?practice={PRACTICE}&person=ben&chosen=1"
    signing_in = person.open(done.headers["location"]).text
    assert "Your password is saved" in signing_in
    assert 'value="ben"' in signing_in
    fields = {"practice": PRACTICE, "person": "ben", "password": PASSWORD}
    assert person.send("/sign-in", "/sign-in", **fields).headers["location"] == "/inbox"
    assert "Ben Staff id ben Staff ben@clinic.example Can sign in Send a reset" in text(admin)


def test_what_became_of_the_email_is_told(admin: Browser) -> None:
    house = admin.service.house
    sent = admin.send(PAGE, PAGE, staff="ann", q="a").headers["location"]
    assert sent == f"{PAGE}?q=a&sent=ann"
    assert "An email is on its way to Ann ann@clinic.example: An invitation works until" in text(admin, sent)
    assert "The email is waiting to be sent." in text(admin)

    house.mailer.answer = lambda mail: SmtpReply(mail.notification, SendOutcome.REJECTED, 550, "<b>no such user")
    house.notify.run()
    assert "The mail server refused the email: <b>no such user. Is the address right?" in text(admin)
    assert "&lt;b&gt;no such user" in admin.open(PAGE).text

    house.clock.by += LINK_LIFE
    admin.sign_in("ada")
    assert "Invitation expired" in text(admin)
    assert "An invitation was not used by" in text(admin)


def test_everybody_is_invited_at_once(admin: Browser) -> None:
    assert "2 active people have an email address" in text(admin)

    told = admin.send(PAGE, PAGE, everybody="1").headers["location"]

    assert "2 people were invited" in text(admin, told)
    assert "Invite everybody at once" not in text(admin)
    assert admin.service.house.notify.run().sent == 2

    again = admin.send(told, PAGE, everybody="1").headers["location"]

    assert "Nobody is waiting for an invitation" in text(admin, again)
    assert "Nobody is waiting for an invitation" not in text(admin)
    assert admin.service.house.notify.run().sent == 0


def test_staff_are_searched_and_shown_in_pages(admin: Browser) -> None:
    admin.service.house.bring([a_staff(f"nurse-{number:02}") for number in range(60)])
    first, second = text(admin, f"{PAGE}?q=nurse"), text(admin, f"{PAGE}?q=nurse&page=1")

    assert "60 people found." in first
    assert "nurse-49@" in first
    assert "nurse-50@" not in first
    assert "nurse-59@" in second
    assert "Nobody was found" in text(admin, f"{PAGE}?q=%3Cscript%3E")
    assert "<script>alert" not in admin.open(f"{PAGE}?q=%3Cscript%3Ealert").text
    assert admin.open(f"{PAGE}?page=x&sent=nobody&invited=many").status_code == 200


def test_who_can_not_be_invited_is_told(admin: Browser) -> None:
    admin.service.house.bring([a_staff("cy", email=None), a_staff("gone", active=False)])

    for staff, status, said in (
        ("cy", 409, "This person has no email address."),
        ("gone", 404, "is not an active member"),
        ("nobody", 404, "is not an active member"),
        ("", 404, "is not an active member"),
    ):
        refused = admin.send(PAGE, PAGE, staff=staff)
        assert refused.status_code == status
        assert said in refused.text
    page = text(admin)
    assert "No address" in page
    assert "Has left" in page


def test_only_portal_administrators_invite(browser: Browser) -> None:
    browser.sign_in("ann")

    assert browser.open(PAGE).status_code == 403
    assert browser.client.post(PAGE, data={"staff": "ben"}).status_code == 403
    assert browser.service.house.notify.run().sent == 0


def test_what_is_wrong_stands_beside_its_field_and_the_link_still_works(admin: Browser) -> None:
    link, person = invite(admin), Browser(admin.service)
    token = link.partition("=")[2]

    for password, again, field, said in (
        ("short", "short", "password", "must have at least 12 characters"),
        ("x" * 201, "x" * 201, "password", "must have at most 200 characters"),
        (PASSWORD, "another one at all", "again", "is not the same as the one above"),
    ):
        refused = person.send(link, "/password", link=token, password=password, again=again)
        assert refused.status_code == 422
        assert f'id="error-{field}"' in refused.text
        assert said in refused.text
        assert f'value="{password}"' not in refused.text
    done = person.send(link, "/password", link=token, password=PASSWORD, again=PASSWORD)
    assert done.status_code == 303


def test_a_link_that_was_used_says_whom_to_ask(admin: Browser) -> None:
    link, person = invite(admin), Browser(admin.service)
    token = link.partition("=")[2]
    person.send(link, "/password", link=token, password=PASSWORD, again=PASSWORD)

    for spent in (person.open(link), person.open("/password"), person.open("/password?link=" + "x" * 4000)):
        assert spent.status_code == 410
        assert "This link no longer works" in spent.text
        assert "Ask your portal administrator for another." in spent.text
    again = person.send("/sign-in", "/password", link=token, password=PASSWORD, again=PASSWORD)
    assert again.status_code == 410
    assert "If you have just chosen your password, sign in with it." in again.text


def test_a_form_from_elsewhere_chooses_no_password(admin: Browser) -> None:
    link = invite(admin)

    refused = Browser(admin.service).client.post(
        "/password", data={"link": link.partition("=")[2], "password": PASSWORD, "again": PASSWORD}
    )

    assert refused.status_code == 403
    assert Browser(admin.service).open(link).status_code == 200


def test_the_page_for_signing_in_says_whom_to_ask(browser: Browser) -> None:
    assert "Ask a portal administrator at your practice" in browser.open("/sign-in").text
