"""The portal: a patient's conversations, one of them, and the whole history of a topic."""

from dataclasses import dataclass, field, replace
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from adapters.http.cursors import after_position, position_in
from adapters.http.flows import Flows, FlowsOfApp
from adapters.http.ids import NOTHING, ConversationId, made_id
from adapters.http.pages.kit.cookies import PORTAL
from adapters.http.pages.kit.csrf import PostedForm
from adapters.http.pages.kit.current import PatientSide
from adapters.http.pages.kit.render import HEADERS, render
from adapters.http.pages.kit.route import page_routes
from adapters.http.pages.kit.typed import typed_lines
from adapters.http.pages.portal.advice import AdviceView, advice_for, nobody_reads, was_read
from adapters.http.pages.portal.anew import write_anew
from adapters.http.pages.portal.form import key_of, new_key, stored_key
from adapters.http.pages.portal.urgent import asked_for, was_not_taken
from adapters.http.pages.portal.view import in_words, receipt_in_words, show_thread, who_reads, who_shares_address
from adapters.http.problems import STATUSES
from router.access.sessions import PatientSession
from router.errors import Invalid, KeyReused, NotFound, Refusal, ReplyRefused
from router.flows.patient.portal import OpenedThread
from router.messages.acceptance import AcceptedWith, Receipt
from router.messages.message import BODY_LIMIT, ReplyDraft
from router.messages.priority import Priority
from router.messages.readers import readers
from router.practice.topics import Topic
from router.text import problem_with

LISTING = "portal"
A_PAGE = 20
CONVERSATION = "/portal/conversations/{conversation}"

routes = page_routes()


@dataclass(frozen=True, slots=True)
class Answering:
    """What stands in the reply box, and why it was not sent."""

    key: str = field(default_factory=new_key)
    body: str = field(default="", repr=False)
    refusal: Refusal | None = None
    urgent: bool = False
    # What to read before it is sent.
    advice: AdviceView | None = None
    # The reply that was just sent.
    sent: UUID = NOTHING
    # What its form has sent already, with other words.
    before: Receipt | None = None

    @property
    def status(self) -> int:
        """What the page answers with."""
        return STATUSES[self.refusal.slug] if self.refusal else 200

    @property
    def again(self) -> bool:
        """Whether its form was used already, with other words."""
        return isinstance(self.refusal, KeyReused)

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong, by field."""
        match self.refusal:
            case Invalid(errors=errors):
                return {error.field: f"Your reply {error.message}." for error in errors}
            case ReplyRefused():
                return {"body": "Your reply was not sent. Copy your text if you want to keep it."}
        return {}


@routes.get(PORTAL)
def overview(request: Request, person: PatientSide, flows: FlowsOfApp, before: str | None = None) -> Response:
    """The messages view."""
    if person.user is not None and not person.user.may_read:
        return render(request, "portal/closed.html")
    page = flows.read_portal.overview(person, position_in(LISTING, before), A_PAGE)
    older = after_position(LISTING, page.following) if page.following else None
    why_not = in_words(page.cannot_write, person)
    return render(
        request,
        "portal/conversations.html",
        page=page,
        older=older,
        first=before is None,
        why_not=why_not,
        topics=list(Topic),
    )


@routes.get(CONVERSATION)
def open_thread(
    request: Request, person: PatientSide, flows: FlowsOfApp, conversation: ConversationId, sent: str = ""
) -> Response:
    """A conversation with its whole history; `sent` is the reply that was just written."""
    opened = flows.read_portal.open(person, conversation, seen=_is_seen(request))
    return _render_thread(request, person, flows, opened, Answering(sent=made_id(sent)))


@routes.post(CONVERSATION)
def reply(
    request: Request, person: PatientSide, form: PostedForm, flows: FlowsOfApp, conversation: ConversationId
) -> Response:
    """Store a reply, once however often its form is sent."""
    key, body, urgent = key_of(form), typed_lines(form, "body"), form.get("urgent") == "on"
    priority = Priority.URGENT if urgent else Priority.ROUTINE
    draft = ReplyDraft(stored_key(key), person.patient.id, conversation, body, person.acting, priority=priority)
    before = flows.read_portal.sent_before(person, draft)
    if before is not None and before.is_same:
        return _to_reply(before.receipt, urgent=urgent)
    advice = advice_for(flows, person, draft)
    draft = replace(draft, advice_seen=was_read(advice, form))
    # An empty reply or one that is too long is refused below, beside the advice.
    if advice is not None and not draft.advice_seen and not problem_with(body, BODY_LIMIT, lines=True):
        opened = flows.read_portal.open(person, conversation)
        return _render_thread(request, person, flows, opened, Answering(key, body, urgent=urgent, advice=advice))
    answer = flows.accept.accept(person.practice.id, [draft], person.actor)[0]
    if isinstance(answer, Receipt):
        return _to_reply(answer, urgent=urgent)
    if not isinstance(answer, Invalid | KeyReused | ReplyRefused):
        raise answer
    opened = flows.read_portal.open(person, conversation)
    fresh = new_key() if isinstance(answer, KeyReused) else key
    receipt = before.receipt if before is not None else None
    answering = Answering(fresh, body, answer, urgent, advice, before=receipt)
    return _render_thread(request, person, flows, opened, answering)


def _to_reply(receipt: Receipt, *, urgent: bool) -> Response:
    """To the conversation, which confirms the reply."""
    said = urlencode({"sent": str(receipt.id)} | asked_for(urgent=urgent))
    return RedirectResponse(f"/portal/conversations/{receipt.conversation}?{said}", 303, HEADERS)


@routes.get("/portal/topics/{name}")
def history(request: Request, person: PatientSide, flows: FlowsOfApp, name: str, before: str | None = None) -> Response:
    """Everything that was ever written about one topic, whether or not it is offered now, page by page."""
    if name not in set(Topic):
        raise NotFound("There is no such topic.")
    topic = Topic(name)
    listing = f"topic-{topic}"
    page = flows.read_portal.history(person, topic, position_in(listing, before), A_PAGE, seen=_is_seen(request))
    return render(
        request,
        "portal/history.html",
        topic=topic,
        topics=list(Topic),
        # Its conversations can be of several sites.
        threads=[show_thread(one, person, person.practice.time_zone) for one in page.threads],
        moved=page.moved,
        older=after_position(listing, page.following) if page.following else None,
        first=before is None,
    )


def _is_seen(request: Request) -> bool:
    """Whether somebody looks: what a browser fetches on a guess is not read by anybody yet."""
    return "prefetch" not in request.headers.get("sec-purpose", "")


def _render_thread(
    request: Request, person: PatientSession, flows: Flows, opened: OpenedThread, answering: Answering
) -> Response:
    receipt = opened.receipts.get(answering.sent)
    advice = receipt.accepted_with.advice if receipt else None
    others = () if opened.thread.conversation.private else readers(person.patient, person.user)
    shared = who_shares_address(readers(person.patient, None)) if opened.thread.conversation.private else ""
    return render(
        request,
        "portal/thread.html",
        answering.status,
        shared=shared,
        time_zone=opened.time_zone,
        shown=show_thread(opened, person, opened.time_zone),
        anew=write_anew(flows, person, opened),
        others=who_reads(others, person),
        disclaimer=opened.disclaimer,
        sent=receipt_in_words(receipt, opened.time_zone) if receipt else "",
        not_taken=was_not_taken(request, receipt),
        phone=opened.phone,
        accepted_with=receipt.accepted_with if receipt else AcceptedWith(),
        advised=AdviceView.of(advice) if advice else None,
        nobody=nobody_reads(opened, person.practice, somebody=opened.somebody_on_call),
        may_say_urgent=opened.may_say_urgent,
        answering=answering,
        longest=BODY_LIMIT,
        errors=answering.errors,
    )
