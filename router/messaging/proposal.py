"""Settings that somebody wants to save."""

from collections.abc import Mapping
from dataclasses import dataclass

from router.messaging.settings import MessagingSettings
from router.practice.availability import Staffing
from router.practice.people import Site


@dataclass(frozen=True, slots=True)
class Proposal:
    """Settings that somebody wants to save over others, among these staff and sites."""

    before: MessagingSettings
    after: MessagingSettings
    staffing: Staffing
    sites: Mapping[str, Site]
