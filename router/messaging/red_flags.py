"""Red flags: the practice's own phrases that make a message urgent, and what patients who write them are advised."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from router.text.phrases import PhraseBook, words_in

# The one language of red flags whose words have no accents.
UNACCENTED = "en"


@dataclass(frozen=True, slots=True)
class RedFlagGroup:
    """Phrases that mean the same kind of thing, by language (`en`), with the advice in each and the number to call."""

    group: str
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    advice: Mapping[str, str] = field(default_factory=dict)
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """What to show to somebody who wrote a phrase of this group, and the number that they should call.

    `language` is that of the text (`en`), empty where a version that didn't store it accepted the message.
    """

    group: str
    text: str
    phone: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A phrase of the practice that makes a message urgent."""

    group: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Flagged:
    """What was found in a text: the phrases that make it urgent (none if all are negated), and the advice."""

    marks: tuple[Mark, ...]
    advice: Advice | None


@dataclass(frozen=True, slots=True)
class RedFlags:
    """All groups, in the order in which their advice takes precedence.

    Their phrases are compiled once, when a text is looked at: so those of a proposal are checked before.
    """

    groups: tuple[RedFlagGroup, ...] = ()
    _places: tuple[tuple[RedFlagGroup, str, str], ...] = field(init=False, repr=False, compare=False)
    _book: PhraseBook | None = field(init=False, repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        places = tuple(
            (group, language, phrase)
            for group in self.groups
            for language, phrases in group.phrases.items()
            for phrase in phrases
        )
        object.__setattr__(self, "_places", places)

    def _compiled(self) -> PhraseBook:
        if self._book is not None:
            return self._book
        book = PhraseBook([phrase for _, _, phrase in self._places])
        object.__setattr__(self, "_book", book)
        return book

    def look(self, text: str, languages: Collection[str]) -> Flagged | None:
        """What a text contains in these languages; None if nothing.

        The advice is that of the first group with a phrase that isn't negated, else of the first with any phrase, in
        the language of that phrase; of one that is in the lists of several languages, in the language of the text.
        """
        if not self._places:
            return None
        found = [(self._places[one.place], one.negated) for one in self._compiled().find(text)]
        found = [(place, negated) for place, negated in found if place[1] in languages]
        if not found:
            return None
        said = [place for place, negated in found if not negated]
        marks = tuple(dict.fromkeys(Mark(group.group, phrase) for group, _, phrase in said))
        decisive = said or [place for place, _ in found]
        group = decisive[0][0]
        spoken = list(dict.fromkeys(language for one, language, _ in decisive if one is group))
        language = spoken[0] if len(spoken) == 1 else self._language_of(text, spoken)
        return Flagged(marks, _advice(group, language, tuple(languages)))

    def _language_of(self, text: str, languages: Sequence[str]) -> str:
        """The language of whose phrases a text has most words; of several, the one that its accents speak for."""
        words = {word for word, _ in words_in(text)}
        known = {
            language: {word for _, one, phrase in self._places if one == language for word, _ in words_in(phrase)}
            for language in languages
        }
        has_accents = any(letter.isalpha() and not letter.isascii() for letter in text)
        return max(languages, key=lambda one: (len(words & known[one]), has_accents == (one != UNACCENTED)))


def said(subject: str | None, body: str) -> str:
    """The text to search for red flags; that of a first message includes its subject."""
    return body if subject is None else f"{subject}\n{body}"


def _advice(group: RedFlagGroup, language: str, languages: Sequence[str]) -> Advice | None:
    """The advice in the language of the phrase, else in the first of the practice's languages that has one."""
    for one in (language, *languages):
        if group.advice.get(one):
            return Advice(group.group, group.advice[one], group.phone, one)
    return None
