"""What somebody should read before they send what may be an emergency. Nobody is kept from sending it."""

from dataclasses import dataclass

from adapters.http.flows import Flows
from adapters.http.pages.kit.csrf import Posted
from adapters.http.pages.kit.telephone import address_of, with_links
from adapters.http.pages.kit.times import soon
from router.access.sessions import PatientSession
from router.flows.patient.portal import OpenedThread
from router.messages.compose import ComposeForm
from router.messages.message import AnyDraft
from router.messaging.red_flags import Advice


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


def nobody_reads(form: ComposeForm | OpenedThread) -> str:
    """That what is urgent waits until the practice opens, in words; empty where it is open or somebody is on call."""
    if form.open is not False or form.somebody_on_call or form.at is None:
        return ""
    before = f" before {soon(form.opens_at, form.at, form.time_zone)}" if form.opens_at else " soon"
    call = f" If it can't wait, call {form.phone}." if form.phone else " If it can't wait, call us."
    return with_links(f"The practice is closed, so your message might not be read{before}.{call}", form.phone)
