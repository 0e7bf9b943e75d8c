"""What a page says of a conversation that takes no reply any more: where to write instead, if there is a place."""

from dataclasses import dataclass
from urllib.parse import urlencode

from adapters.http.flows import Flows
from adapters.http.pages.portal.form import COMPOSE, form_at, why_not_in_words
from adapters.http.pages.portal.view import IS_FULL, OLDER, in_words
from router.access.sessions import PatientSession
from router.flows.patient.portal import OpenedThread
from router.messages.compose import ComposeForm
from router.messages.conversation import CannotReply, Conversation


@dataclass(frozen=True, slots=True)
class WriteAnew:
    """What is said, and the address of a form for a new message about the same, empty where none can be written."""

    words: str
    address: str


def write_anew(flows: Flows, person: PatientSession, opened: OpenedThread) -> WriteAnew | None:
    """None for a conversation that isn't full, nor of a chart that was merged into its reader's."""
    reason, conversation = opened.thread.cannot_reply, opened.thread.conversation
    if conversation.patient != person.patient.id:
        return WriteAnew(OLDER, COMPOSE) if opened.cannot_write is None else None
    if reason is not CannotReply.CONVERSATION_FULL:
        return None
    form = form_at(flows, person, conversation.site)
    if not form.enabled:
        return WriteAnew(f"{IS_FULL} {why_not_in_words(form)}", "")
    return WriteAnew(in_words(reason, person), _address(form, conversation))


def _address(form: ComposeForm, conversation: Conversation) -> str:
    """With the topic and the site chosen, as far as they can be written to."""
    chosen = {"topic": conversation.topic.value} if form.offered(conversation.topic) else {}
    chosen |= {"site": form.site} if form.site is not None else {}
    return f"{COMPOSE}?{urlencode(chosen)}" if chosen else COMPOSE
