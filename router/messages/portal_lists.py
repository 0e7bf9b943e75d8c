"""Lists of conversations in the portal: their reader, and finding words in them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from router.errors import Invalid
from router.messages.conversation import Conversation, Entry
from router.text import problem_with
from router.text.folding import has_words, searchable, words_of

SOUGHT_LIMIT = 200
EXCERPT_BEFORE, EXCERPT_AFTER = 60, 140
CUT = "…"


@dataclass(frozen=True, slots=True)
class PortalReader:
    """The reader: the patient with all of their charts, or (`user`) an authorized user of one chart."""

    practice: str
    charts: Sequence[str]
    user: str | None


@dataclass(frozen=True, slots=True)
class FoundConversation:
    """A conversation with the searched words, the newest entry that contains them, and the text around them."""

    conversation: Conversation
    entry: Entry
    excerpt: str = field(repr=False)


def check_sought(sought: str) -> None:
    """Raise Invalid, with the field, for words that can't be looked for."""
    wrong = problem_with(sought, SOUGHT_LIMIT)
    if wrong:
        raise Invalid.at("sought", wrong)


def find(sought: str, conversation: Conversation, entries: Sequence[Entry]) -> FoundConversation | None:
    """The newest of these entries (oldest first) with each word in its text, subject or author's name."""
    words = words_of(sought)
    for entry in reversed(entries):
        if has_words(words, searchable((conversation.subject, entry.shown_as, entry.body))):
            return FoundConversation(conversation, entry, excerpt(entry.body, sought))
    return None


def excerpt(body: str, sought: str) -> str:
    """Part of the body around the first searched word that occurs in it as typed, ignoring case; else its beginning."""
    line = " ".join(body.split())
    lowered = in_lower_case(line)
    places = [place for word in sought.split() if (place := lowered.find(in_lower_case(word))) >= 0]
    begins = max(0, min(places, default=0) - EXCERPT_BEFORE)
    ends = begins + EXCERPT_BEFORE + EXCERPT_AFTER
    return f"{CUT if begins else ''}{line[begins:ends]}{CUT if ends < len(line) else ''}"


def in_lower_case(text: str) -> str:
    """The text in lower case, each letter at its place: the capital İ would become two, and a sigma has two forms."""
    return text.replace("\u0130", "i").lower().replace("\u03c2", "\u03c3")
