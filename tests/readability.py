"""How hard a text is to read, as a school grade on the Flesch-Kincaid scale."""

import re
from html.parser import HTMLParser

from readability import getmeasures

PLAIN_LANGUAGE = 8.0
BLOCKS = frozenset(("body", "button", "dd", "div", "dt", "fieldset", "form", "h1", "h2", "h3", "label", "legend", "li"))
BLOCKS |= frozenset(("main", "nav", "ol", "option", "p", "section", "select", "td", "th", "ul"))
UNSEEN = frozenset(("script", "style", "title"))
SENTENCE_END = re.compile(r"(?<=[.!?:])\s+")
WORD = re.compile(r"[A-Za-z][A-Za-z'\u2019-]*")


def sentences_of(text: str) -> list[str]:
    """The sentences of one paragraph."""
    return [sentence for sentence in SENTENCE_END.split(" ".join(text.split())) if WORD.search(sentence)]


def grade_of(sentences: list[str]) -> float:
    """The Flesch-Kincaid grade: 0.39 x words per sentence + 11.8 x syllables per word - 15.59."""
    words = [" ".join(WORD.findall(sentence)) for sentence in sentences]
    return float(getmeasures("\n".join(words), lang="en")["readability grades"]["Kincaid"])


class _Paragraphs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = [""]
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - of the base class.
        self._unseen += tag in UNSEEN
        if tag in BLOCKS:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in UNSEEN
        if tag in BLOCKS:
            self.found.append("")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.found[-1] += data


def paragraphs_of(page: str) -> list[str]:
    """The visible text of an HTML page, block by block."""
    parser = _Paragraphs()
    parser.feed(page)
    parser.close()
    return [" ".join(text.split()) for text in parser.found if text.strip()]
