"""Yes and no as people and spreadsheets write them; Excel shows TRUE and FALSE in its user's language."""

# ruff: noqa: RUF001 - letters of other alphabets are meant.

import unicodedata

_YES = (
    "yes y true 1",
    "wahr ja j",  # German
    "vrai oui",  # French
    "vero sì",  # Italian
    "verdadero sí si",  # Spanish
    "waar",  # Dutch
    "verdadeiro sim",  # Portuguese
    "sant sand sann",  # Swedish, Danish, Norwegian
    "tosi kyllä",  # Finnish
    "prawda tak",  # Polish
    "pravda ano áno",  # Czech, Slovak
    "igaz igen",  # Hungarian
    "adevărat da",  # Romanian
    "istina",  # Croatian
    "doğru evet",  # Turkish
    "истина да",  # Russian
    "істина так",  # Ukrainian
    "ναι",  # Greek
)
_NO = (
    "no n false 0",
    "falsch nein",
    "faux non",
    "falso",
    "onwaar nee",
    "não nao",
    "falskt falsk usann nej nei",
    "epätosi ei",
    "fałsz nie",
    "nepravda ne",
    "hamis nem",
    "fals nu",
    "laž",
    "yanlış yanliş hayır hayir",
    "ложь нет",
    "хибність ні",
    "όχι",
)
FLAGS = {word: True for words in _YES for word in words.split()} | {
    word: False for words in _NO for word in words.split()
}


def flag_of(text: str) -> bool | None:
    """Whether a text says yes or no; None where it says neither."""
    # A letter and its accent may be one character or two.
    return FLAGS.get(unicodedata.normalize("NFC", text.strip().lower()))
