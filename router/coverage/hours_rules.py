"""Checks of opening hours that need a time zone: zones that don't exist, and hours that are never open."""

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Protocol

from router.coverage.answer_by import Zones, opening_hours
from router.coverage.hours import next_opening
from router.errors import FieldError
from router.messaging.settings import MessagingSettings
from router.practice.people import Practice


class KnownZones(Protocol):
    """See router.ports.services.TimeZones."""

    def has(self, name: str) -> bool:
        """Whether somebody may choose it."""

    def get(self, name: str) -> tzinfo | None:
        """The zone, also one that was chosen before it was refused."""


def check(practice: Practice, messaging: MessagingSettings, zones: KnownZones, at: datetime) -> list[FieldError]:
    """Everything that is wrong with the hours of the practice and of its sites, from `at` on."""
    return [*_unknown_zones(messaging, zones), *_never_open(practice, messaging, zones.get, at)]


def _unknown_zones(messaging: MessagingSettings, zones: KnownZones) -> Iterator[FieldError]:
    for site, own in sorted(messaging.hours.sites.items()):
        if own.time_zone is not None and not zones.has(own.time_zone):
            yield FieldError(f"hours.sites.{site}.time_zone", "is not an IANA time zone such as America/Chicago")


def _never_open(practice: Practice, messaging: MessagingSettings, zones: Zones, at: datetime) -> Iterator[FieldError]:
    """Hours that are set but empty, and a site whose own hours leave nothing open."""
    hours = messaging.hours
    places = [("hours.practice", None, bool(hours.practice.dates)), *_sites(messaging)]
    for field, site, something_set in places:
        found = opening_hours(practice, messaging, site, zones)
        if found is None:
            if something_set and hours.in_force(site) is None:
                yield FieldError(field, "is never open")
        elif next_opening(found, at) is None:
            yield FieldError(field, "is never open")


def _sites(messaging: MessagingSettings) -> Iterator[tuple[str, str, bool]]:
    for site, own in sorted(messaging.hours.sites.items()):
        yield f"hours.sites.{site}", site, own.weekly is not None or bool(own.dates)
