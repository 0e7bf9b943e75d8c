"""What is kept of a mail server's reply: its words, but neither the link nor any piece of the token that it quotes."""

from base64 import b64encode
from urllib.parse import quote

import pytest

from router.messages.smtp_replies import REMOVED, without_links, without_secret

TOKEN = "Zk3vQ9_aLw7-pT2xB8nR4mYc1sDf6gHjK5oEuIiWqAX"
LINK = f"https://careroute.example/password?link={TOKEN}"
BROKEN = f"{LINK[:50]}= {LINK[50:]}"


@pytest.mark.parametrize(
    "quoted",
    [
        LINK,
        f"<{LINK}>",
        quote(LINK, safe=""),
        LINK.replace("https://", "hxxps[:]//"),
        LINK.replace("https://", ""),
        LINK.upper(),
        BROKEN,
        " ".join(TOKEN),
        TOKEN,
        TOKEN[:20],
        TOKEN[20:],
        f"link=3D{TOKEN[:30]}= {TOKEN[30:]}",
        b64encode(f"Choose a password: {LINK}".encode()).decode(),
    ],
)
def test_a_quoted_link_is_not_kept(quoted: str) -> None:
    kept = without_secret(f"554 5.7.1 Message refused as spam: {quoted} See the policy of this site.", TOKEN)

    compact = "".join(kept.split()).lower()
    assert kept.startswith("554 5.7.1 Message refused as spam: ")
    assert kept.endswith("See the policy of this site.")
    assert REMOVED in kept
    assert not any(TOKEN[start : start + 8].lower() in compact for start in range(len(TOKEN) - 7))
    assert b64encode(LINK.encode()).decode()[:20] not in kept


def words(text: str, length: int) -> list[str]:
    return [text[start : start + length] for start in range(0, len(text), length)]


@pytest.mark.parametrize("between", [" 5.7.1 ", " 5.7.1 Spam: ", " ", " 4.7.28 > "])
@pytest.mark.parametrize(
    "quoted",
    [TOKEN, TOKEN.encode().hex(), *(b64encode(b"." * before + TOKEN.encode()).decode() for before in range(3))],
    ids=["as it is", "hexadecimal", "base64", "base64 after a byte", "base64 after two"],
)
def test_a_token_that_is_broken_over_the_lines_of_a_reply_is_not_kept(quoted: str, between: str) -> None:
    """Each line of a reply begins with its codes, and often with the same word."""
    for length in (7, 12, 24):
        kept = without_secret(f"550 5.7.1 Spam: {between.join(words(quoted, length))} 5.7.1 See our policy", TOKEN)

        assert kept.startswith("550 5.7.1 Spam: ")
        assert kept.endswith("See our policy")
        # What depends on the bytes before and after may stay.
        assert not any(word in kept for word in words(quoted, length)[1:-2])


@pytest.mark.parametrize(
    "reply",
    [
        "250 2.0.0 OK: queued as 4WbN7k2Q9cz9sT1",
        "550 5.1.1 <ann@clinic.example>: Recipient address rejected: User unknown in virtual mailbox table",
        "not done within 30 s",
        "[Errno 111] Connect call failed ('127.0.0.1', 25)",
        "421 4.7.0 mail.example closing connection; try again later",
        "",
    ],
)
def test_what_quotes_nothing_is_kept_as_it_is(reply: str) -> None:
    assert without_links(reply) == reply
    assert without_secret(reply, TOKEN) == reply
    assert without_secret(reply, "") == reply
