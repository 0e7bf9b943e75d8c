"""The public holidays of a country, offered to be taken over as closed days."""

from dataclasses import dataclass
from datetime import date, timedelta

import holidays
from holidays.registry import COUNTRIES

AHEAD = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday and its name."""

    day: date
    name: str


def countries() -> list[tuple[str, str]]:
    """The countries whose holidays are known: ISO 3166 code of two letters and name, by name."""
    return sorted(
        ((codes[1], key.replace("_", " ").title()) for key, codes in COUNTRIES.items()), key=lambda country: country[1]
    )


def coming(country: str, begins: date) -> list[Holiday]:
    """The public holidays of a country in the 400 days from this one on; none for an unknown country."""
    if country not in {code for code, _ in countries()}:
        return []
    until = begins + AHEAD
    language = "en_US" if "en_US" in getattr(holidays, country).supported_languages else None
    found = holidays.country_holidays(country, years=range(begins.year, until.year + 1), language=language)
    return [Holiday(day, name) for day, name in sorted(found.items()) if begins <= day <= until]
