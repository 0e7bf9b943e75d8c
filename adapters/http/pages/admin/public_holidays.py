"""The public holidays of a country, offered to be taken over as closed days."""

from dataclasses import dataclass
from datetime import date, timedelta

import holidays
from holidays.registry import COUNTRIES

from router.text.folding import fold

AHEAD = timedelta(days=400)
# Where the library's word isn't the name with capitals.
NAMES = {
    "ALA": "Åland Islands",
    "BES": "Bonaire, Sint Eustatius and Saba",
    "BLM": "Saint Barthélemy",
    "CIV": "Côte d'Ivoire",
    "COD": "DR Congo",
    "CUW": "Curaçao",
    "GNB": "Guinea-Bissau",
    "HKG": "Hong Kong",
    "HMD": "Heard Island and McDonald Islands",
    "REU": "Réunion",
    "SHN": "Saint Helena, Ascension and Tristan da Cunha",
    "STP": "São Tomé and Príncipe",
    "SYR": "Syria",
    "TLS": "Timor-Leste",
}
SMALL_WORDS = frozenset({"and", "da", "of", "the"})


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday and its name."""

    day: date
    name: str


def countries() -> list[tuple[str, str]]:
    """The countries whose holidays are known: ISO 3166 code of two letters and name, by name."""
    return sorted(
        ((codes[1], NAMES.get(codes[2]) or _name(key)) for key, codes in COUNTRIES.items()),
        key=lambda country: fold(country[1]),
    )


def _name(key: str) -> str:
    """`isle_of_man` as `Isle of Man`."""
    return " ".join(word if word in SMALL_WORDS else word.title() for word in key.split("_"))


def coming(country: str, begins: date) -> list[Holiday]:
    """The public holidays of a country in the 400 days from this one on; none for an unknown country."""
    if country not in {code for code, _ in countries()}:
        return []
    until = begins + AHEAD
    language = "en_US" if "en_US" in getattr(holidays, country).supported_languages else None
    found = holidays.country_holidays(country, years=range(begins.year, until.year + 1), language=language)
    return [Holiday(day, name) for day, name in sorted(found.items()) if begins <= day <= until]
