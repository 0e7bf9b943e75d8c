"""What somebody should read before they send what may be an emergency. Nobody is kept from sending it."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.http.flows import Flows
from adapters.http.pages.kit.csrf import Posted
from adapters.http.pages.kit.telephone import address_of, with_links
from adapters.http.pages.kit.times import names_zone, soon
from router.access.sessions import PatientSession
from router.flows.patient.portal import OpenedThread
from router.flows.patient.sent import SentMessage
from router.messages.compose import ComposeForm
from router.messages.message import AnyDraft
from router.messaging.red_flags import Advice
from router.practice.people import Practice
from router.practice.topics import Topic


@dataclass(frozen=True, slots=True)
class AdviceView:
    """The advice with its language (empty: not known) and the number as a link dials it (empty: it can't)."""

    group: str
    text: str
    language: str
    phone: str
    address: str

    @property
    def shown_as(self) -> str:
        """What a form says of the advice that its page shows."""
        return f"{self.group} {self.language}"

    @classmethod
    def of(cls, advice: Advice) -> "AdviceView":
        """Show it."""
        return cls(advice.group, advice.text, advice.language, advice.phone, address_of(advice.phone))


def advice_for(flows: Flows, person: PatientSession, draft: AnyDraft) -> AdviceView | None:
    """The advice that goes with what was written, whatever else is wrong with it; None for none."""
    advice = flows.advice.advice(person.practice.id, draft)
    return AdviceView.of(advice) if advice is not None else None


def was_read(advice: AdviceView | None, form: Posted) -> bool:
    """Whether the form came from a page that showed this very advice: then any of its buttons sends.

    Words that were changed since may go with another advice.
    """
    return advice is not None and form.get("advised") == advice.shown_as


def nobody_reads(place: ComposeForm | OpenedThread | SentMessage, practice: Practice, *, somebody: bool) -> str:
    """That what is urgent waits until the practice opens, in words; empty where it is open or `somebody` is on call."""
    if place.open is not False or somebody or place.at is None:
        return ""
    named = names_zone(place.time_zone, practice)
    before = f" before {soon(place.opens_at, place.at, place.time_zone, named=named)}" if place.opens_at else " soon"
    call = f" If it can't wait, call {place.phone}." if place.phone else " If it can't wait, call us."
    return with_links(f"The practice is closed, so your message might not be read{before}.{call}", place.phone)


@dataclass(frozen=True, slots=True)
class NobodyReads:
    """The same for a form, each text empty where somebody reads what is urgent.

    `always` holds whatever is written; if it is empty, `about` holds for a topic and `in_private` for what is private
    about one of the others. `now` is about what has been typed.
    """

    always: str
    about: Mapping[Topic, str]
    in_private: str
    now: str

    @classmethod
    def of(cls, form: ComposeForm, practice: Practice, topic: Topic | None, *, private: bool) -> "NobodyReads":
        """What this form says where this topic is chosen, or none yet."""
        offered = form.offered(topic) if topic is not None else None
        somebody = form.somebody_on_call
        if offered is not None:
            somebody = offered.on_call_in_private if private else offered.on_call
        now = nobody_reads(form, practice, somebody=somebody)
        always = nobody_reads(form, practice, somebody=any(one.on_call for one in form.topics))
        if always:
            return cls(always, dict.fromkeys(Topic, ""), "", now)
        about = {one.topic: nobody_reads(form, practice, somebody=one.on_call) for one in form.topics}
        in_private = any(one.on_call and not one.on_call_in_private for one in form.topics)
        return cls("", about, nobody_reads(form, practice, somebody=not in_private), now)
