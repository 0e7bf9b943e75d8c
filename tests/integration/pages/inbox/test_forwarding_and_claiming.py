"""A message is forwarded, claimed and released from its page, and the page says who has it now."""

import re
from urllib.parse import urlencode

from router.actors import COMMAND
from router.messages.inbox import DeliveryRef
from router.messages.message import ReplyDraft
from tests.builders import a_staff
from tests.house import PRACTICE, STAFF
from tests.integration.pages.conftest import Browser, fields_on
from tests.integration.pages.inbox.inboxes import ann as ann  # noqa: PLC0414 - the fixture is shared.
from tests.integration.pages.inbox.inboxes import ann_as, fields_of, item, page_of
from tests.integration.pages.inbox.inboxes import house_with_mail as house_with_mail  # noqa: PLC0414


def test_forwarding_gives_the_message_with_a_note_for_staff(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))
    assert "left" not in re.findall(r"<datalist.*?</datalist>", ann.open(path).text, re.DOTALL)[0].lower()
    carried = fields_of(ann.open(path).text)

    for _ in range(2):
        done = ann.send(path, path, do="forward", to="Ada", note="You know this.", **carried)
        assert done.headers["location"].endswith("told=forwarded&whom=ada")

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
    house.replies.claim(DeliveryRef(PRACTICE, item(house, "ben").delivery, "ben", COMMAND))
    for does in ("claim", "release"):
        refused = ann.send(path, path, do=does)
        assert refused.status_code == 409
        assert "The conversation is owned by Ben (ben)." in refused.text
    assert 'value="claim"' not in ann.open(path).text
    assert "Owned by Ben" in ann.open("/inbox").text


def test_what_was_done_names_who_has_it_now_and_nobody_whom_the_practice_does_not_know(ann: Browser) -> None:
    people = [*STAFF, *(a_staff(f"nurse{number}", name=f"Nurse {number}") for number in range(4))]
    ann.service.house.bring(people)
    for ids, told in (
        (("ben",), "It is with Ben now."),
        (("ben", "ada", "nobody", "x" * 200), "It is with Ben and Ada now."),
        (("ann", "ben", "ada"), "It is with Ann, Ben and Ada now."),
        (("ann", "ben", "ada", "nurse0", "nurse1", "nurse2"), "It is with Ann, Ben, Ada, Nurse 0 and others now."),
        (("nobody",), "The conversation was moved to the new topic."),
    ):
        page = ann.open(f"/inbox?{urlencode([('told', 'moved'), *(('whom', one) for one in ids)])}")

        assert told in page.text
    assert "now." not in ann.open("/inbox?whom=ben").text.split("<h1>")[1].split("filters")[0]


def test_a_forward_names_who_got_it_and_whether_they_own_it(ann: Browser) -> None:
    path = page_of(item(ann.service.house))

    one = ann.send(path, path, do="forward", to="ada", note="")
    whole = ann.send(path, path, do="forward", to="ada", note="", whole="on")

    assert "The message was forwarded to Ada." in ann.open(one.headers["location"]).text
    told = ann.open(whole.headers["location"]).text
    assert "The whole conversation was forwarded to Ada, who owns it now" in told
    assert 'data-told="forwarded-whole"' in told
    assert '<button class="button slim" name="do" value="undo">' in told


def test_a_release_that_gives_it_back_says_to_whom(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))
    ann.send(path, path, do="forward", to="ada", note="")
    bens = page_of(item(house, "ben"))
    ann.send(path, path, do="done")
    adas = page_of(item(house, "ada"))
    ann_as(ann, "ben")
    ann.send(bens, bens, do="done")
    ann_as(ann, "ada")
    ann.send(adas, adas, do="reply", body="I'll ask.", keep_open="on", **fields_of(ann.open(adas).text))

    released = ann.send(adas, adas, do="release")

    assert "It went back to Ann and Ben: nobody else had it open." in ann.open(released.headers["location"]).text


def test_who_owned_a_conversation_and_gave_it_up_reads_that_they_did(ann: Browser) -> None:
    house = ann.service.house
    path = page_of(item(house))
    ann.send(path, path, do="claim")
    house.write(ReplyDraft("again", "pat", item(house).conversation, "Still there?"))
    house.route.run()
    followed = page_of(house.inbox("ann").items[0])
    assert "You own this conversation." in ann.open(followed).text

    ann.send(followed, followed, do="release")

    assert "You owned this conversation when it came." in ann.open(followed).text


def test_who_is_away_is_offered_with_until_when_and_who_covers(ann: Browser) -> None:
    house = ann.service.house
    house.bring([a_staff("cem")], [])
    house.send_away("ada")
    house.send_away("ben", cover="cem")

    (offered,) = re.findall(r'<datalist id="to-options">(.*?)</datalist>', ann.open(page_of(item(house))).text)

    assert re.search(r'<option value="Ada" label="Ada: away until [^"]*, nobody covers">', offered)
    assert re.search(r'<option value="Ben" label="Ben: away until [^"]*, covered by Cem">', offered)
    assert '<option value="Cem"></option>' in offered


def test_a_whole_conversation_is_asked_about_before_somebody_gets_it_who_is_away_without_a_cover(ann: Browser) -> None:
    house = ann.service.house
    house.send_away("ada")
    path = page_of(item(house))
    forward = {"do": "forward", "to": "Ada", "note": "All yours.", "whole": "on"}

    asked = ann.send(path, path, **forward)

    assert "Ada is away until" in asked.text
    assert "All yours." in asked.text
    assert (item(house).owner, house.inbox("ada").items) == (None, ())
    # The answer is for the one about whom it was asked.
    assert "Ada is away until" in ann.send(path, path, **forward, anyway="ben").text
    done = ann.send(path, path, **forward, anyway=fields_on(asked.text)["anyway"])
    assert item(house).owner == "ada"
    told = ann.open(done.headers["location"]).text.split("<article")[0]
    assert re.search(r"forwarded to Ada, .* Ada is away until [^.]*, and nobody covers\.", told)


def test_a_forward_says_that_its_taker_is_away_and_asks_nothing_where_somebody_else_has_it(ann: Browser) -> None:
    house = ann.service.house
    house.bring([a_staff("cem")], [])
    house.send_away("ada")
    house.send_away("ben", cover="cem")
    path = page_of(item(house))

    for to, whole, said in (("Ada", {}, "nobody covers"), ("Ben", {"whole": "on"}, "Cem covers")):
        done = ann.send(path, path, do="forward", to=to, **whole)
        assert f", and {said}." in ann.open(done.headers["location"]).text


def test_a_note_that_gives_the_message_to_somebody_who_is_away_says_so_before(ann: Browser) -> None:
    house = ann.service.house
    house.send_away("ada")
    path = page_of(item(house))

    asked = ann.send(path, path, do="colleagues", colleagues="Do you know?", mention="Ada")

    assert "and nobody covers. It is not saved yet." in asked.text
