"""The compose form on a page: what was typed, what its writer had seen, and what has changed since."""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pydantic import TypeAdapter, ValidationError

from adapters.http.flows import Flows
from adapters.http.ids import practice_id
from adapters.http.pages.kit.csrf import Posted
from adapters.http.pages.kit.typed import typed_line, typed_lines
from adapters.http.pages.portal.advice import AdviceView
from router.access.sessions import PatientSession
from router.errors import NotFound
from router.messages.acceptance import Receipt
from router.messages.compose import REASONS_IN_WORDS, ChooseTo, ComposeForm, FixedTo, OfferedTopic
from router.messages.conversation import Conversation
from router.messages.message import Draft
from router.messages.priority import Priority
from router.messages.readers import STAFF_READERS
from router.practice.topics import Topic

COMPOSE = "/portal/compose"
# How a page names staff who may get a message, private or not.
STAFF = frozenset(reader.name for reader in STAFF_READERS)

FORM_KEY = re.compile(r"[A-Za-z0-9_-]{20,60}")


def new_key() -> str:
    """What makes a form one that is sent once, however often its button is pressed."""
    return secrets.token_urlsafe(24)


def key_of(form: Posted) -> str:
    """The key that the form came with; a new one where it has none of ours."""
    given = form.get("key", "")
    return given if FORM_KEY.fullmatch(given) else new_key()


def stored_key(key: str) -> str:
    """The idempotency key of what a page sends, apart from those of frontends."""
    return f"page-{key}"


@dataclass(frozen=True, slots=True)
class ComposeInput:
    """What stands in the fields; `to` is the choice under each topic that offers one."""

    key: str = field(default_factory=new_key)
    site: str | None = None
    topic: Topic | None = None
    to: Mapping[Topic, str] = field(default_factory=dict)
    subject: str = field(default="", repr=False)
    body: str = field(default="", repr=False)
    private: bool = False
    urgent: bool = False
    # Whether it was sent from a page that showed the advice.
    advice_seen: bool = False
    # What to read before it is sent.
    advice: AdviceView | None = None
    # What its form has sent already, with other words.
    before: Receipt | None = None

    def with_new_key(self) -> "ComposeInput":
        """The same, to be sent as a message of its own."""
        return replace(self, key=new_key())

    def draft(self, person: PatientSession, topic: Topic, seen: "ComposeView") -> Draft:
        """What is handed in, by the To: that its writer saw."""
        return Draft(
            idempotency_key=stored_key(self.key),
            patient=person.patient.id,
            topic=topic,
            subject=self.subject,
            body=self.body,
            sender=person.acting,
            site=self.site,
            to=self.to.get(topic) if seen.offers_choice(topic) else None,
            private=self.private,
            priority=Priority.URGENT if self.urgent else Priority.ROUTINE,
            advice_seen=self.advice_seen,
        )


def read_typed(form: Posted) -> ComposeInput:
    """What was typed; nothing of it is refused yet."""
    named = form.get("topic", "")
    return ComposeInput(
        key=key_of(form),
        site=practice_id(form["site"]) if form.get("site") else None,
        topic=Topic(named) if named in set(Topic) else None,
        to={topic: practice_id(form[f"to.{topic}"]) for topic in Topic if form.get(f"to.{topic}")},
        subject=typed_line(form, "subject"),
        body=typed_lines(form, "body"),
        private=form.get("private") == "on",
        urgent=form.get("urgent") == "on",
    )


@dataclass(frozen=True, slots=True)
class ComposeView:
    """What a page shows of the form; To: is a display name, or the names of those who can be chosen, by id."""

    site: str | None
    topics: Mapping[str, str | dict[str, str]]
    readers: Mapping[str, str] = field(repr=False)

    def as_json(self) -> str:
        """As it stands in the page, to be compared with what the form is when it is sent."""
        return json.dumps({"site": self.site, "topics": self.topics, "readers": self.readers})

    def offers_choice(self, topic: Topic) -> bool:
        """Whether To: is a choice."""
        return isinstance(self.topics.get(topic), dict)


def compose_view_of(form: ComposeForm) -> ComposeView:
    """What a page shows of this form."""
    topics = {topic.topic.value: _to(topic) for topic in form.topics}
    return ComposeView(form.site, topics, {reader.id: reader.name for reader in form.readers})


def read_shown(text: str) -> ComposeView | None:
    """What the page had shown; None where it can't be read, since it was not ours."""
    try:
        return _SHOWN.validate_json(text)
    except ValidationError:
        return None


def form_at(flows: Flows, person: PatientSession, site: str | None) -> ComposeForm:
    """The form of this site; of the home site where it is not one of the patient's any more."""
    practice, patient = person.practice.id, person.patient.id
    try:
        return flows.accept.form(practice, patient, person.acting, site, person.actor)
    except NotFound:
        return flows.accept.form(practice, patient, person.acting, None, person.actor)


def why_not_in_words(form: ComposeForm) -> str:
    """Why nothing can be written, in the practice's own words where it has stopped the patient; empty where it can."""
    return form.words or (REASONS_IN_WORDS[form.reason] if form.reason else "")


def chose_otherwise(typed: ComposeInput, sent: Conversation, form: ComposeForm) -> bool:
    """Whether the writer has chosen another topic, site or To: than they have sent, where that is offered still.

    What isn't offered any more they didn't change: the confirmation says where their message went.
    """
    offered = form.offered(sent.topic)
    if typed.site not in (None, sent.site) and any(sent.site == one.id for one in form.sites):
        return True
    if typed.topic not in (None, sent.topic):
        return offered is not None
    choices = {one.id for one in offered.to.options} if offered and isinstance(offered.to, ChooseTo) else set()
    return sent.chosen in choices and typed.to.get(sent.topic) not in (None, sent.chosen)


def changes(before: ComposeView, now: ComposeView, typed: ComposeInput, sites: Mapping[str, str]) -> list[str]:
    """What is not any more as the writer saw it, in words; nothing where it doesn't matter to what they wrote."""
    if not _matters(before, now, typed):
        return []
    told = [] if before.site == now.site else [_site_in_words(now.site, sites)]
    for topic in Topic:
        told += _about_topic(topic.label, before.topics.get(topic), now.topics.get(topic))
    for reader in _readers_only_of(now, before, typed):
        told.append(f"It may now also be read by {reader}." if reader in STAFF else f"{reader} can now read it too.")
    for reader in _readers_only_of(before, now, typed):
        told.append(f"It can no longer be read by {reader}." if reader in STAFF else f"{reader} can no longer read it.")
    return told


def _readers_only_of(view: ComposeView, other: ComposeView, typed: ComposeInput) -> list[str]:
    """Who can read this message by one view and not by the other; authorized users never read what is private."""
    names = [name for one, name in view.readers.items() if one not in other.readers]
    return [name for name in names if name in STAFF or not typed.private]


def _matters(before: ComposeView, now: ComposeView, typed: ComposeInput) -> bool:
    """Whether To:, the site or who can read it changed for this message."""
    if typed.site not in (None, now.site):
        return True
    if _readers_only_of(now, before, typed):
        return True
    if typed.topic is None:
        return False
    was, is_now = before.topics.get(typed.topic), now.topics.get(typed.topic)
    if isinstance(was, dict) and isinstance(is_now, dict):
        chosen = typed.to.get(typed.topic)
        return chosen in was and chosen not in is_now
    return was != is_now


def _to(offered: OfferedTopic) -> str | dict[str, str]:
    if isinstance(offered.to, FixedTo):
        return offered.to.display_name
    return {option.id: option.name for option in offered.to.options}


def _site_in_words(site: str | None, sites: Mapping[str, str]) -> str:
    return f"The site is now {sites[site]}." if site is not None else "You no longer choose a site."


def _about_topic(label: str, before: str | dict[str, str] | None, now: str | dict[str, str] | None) -> list[str]:
    if before == now:
        return []
    if isinstance(before, dict) and isinstance(now, dict):
        gone = [f"You can no longer choose {name} for {label}." for one, name in before.items() if one not in now]
        return gone + [f"You can now choose {name} for {label}." for one, name in now.items() if one not in before]
    if now is None:
        return [f"{label} is no longer available."]
    if before is None:
        return [f"{label} is now available."]
    if isinstance(now, str):
        return [f"{label} now goes to {now}."]
    return [f"For {label}, you now choose who gets your message."]


_SHOWN = TypeAdapter(ComposeView)
