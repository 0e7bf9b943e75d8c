"""The compose form as JSON."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from adapters.documents.fields import moment_text
from router.messages.compose import ComposeForm, FixedTo, OfferedTopic, Option


class SiteShape(TypedDict):
    """A site that the patient attends."""

    id: str
    name: str


class ReaderShape(TypedDict):
    """Somebody else who can read what is written; their name is left out of refusals.

    Where an authorized user shares the patient's email address, nobody is told by email of answers in a private
    conversation.
    """

    kind: str
    id: str
    name: NotRequired[str]
    shares_address: NotRequired[bool]


class OptionShape(TypedDict):
    """A member of the care team who may be chosen."""

    id: str
    name: str
    role: str
    away_until: NotRequired[str]
    covered_by: NotRequired[str]


class FixedToShape(TypedDict):
    """To: is read-only."""

    kind: Literal["fixed"]
    display_name: str


class ChooseToShape(TypedDict):
    """To: is a choice."""

    kind: Literal["choose"]
    options: list[OptionShape]


class OfferedTopicShape(TypedDict):
    """A topic that is on."""

    topic: str
    label: str
    to: FixedToShape | ChooseToShape


class FormShape(TypedDict):
    """What one patient may write now; `reason` says why it is not enabled."""

    enabled: bool
    reason: str | None
    disclaimer: str
    site: str | None
    sites: list[SiteShape]
    readers: list[ReaderShape]
    topics: list[OfferedTopicShape]


def render_form(form: ComposeForm) -> FormShape:
    """The form in full, for whoever asked for it."""
    return FormShape(
        enabled=form.enabled,
        reason=form.reason.value if form.reason else None,
        disclaimer=form.disclaimer,
        site=form.site,
        sites=[SiteShape(id=one.id, name=one.name) for one in form.sites],
        readers=[
            ReaderShape(kind=one.kind, id=one.id, name=one.name, shares_address=one.shares_address)
            for one in form.readers
        ],
        topics=[_topic(one) for one in form.topics],
    )


def render_refused_form(form: ComposeForm) -> FormShape:
    """The form within a refusal: errors carry no name of a patient, so that readers are told by id."""
    readers = [ReaderShape(kind=one.kind, id=one.id) for one in form.readers]
    return FormShape(**{**render_form(form), "readers": readers})


def _topic(offered: OfferedTopic) -> OfferedTopicShape:
    to: FixedToShape | ChooseToShape
    if isinstance(offered.to, FixedTo):
        to = FixedToShape(kind="fixed", display_name=offered.to.display_name)
    else:
        to = ChooseToShape(kind="choose", options=[_option(one) for one in offered.to.options])
    return OfferedTopicShape(topic=offered.topic.value, label=offered.topic.label, to=to)


def _option(option: Option) -> OptionShape:
    shape = OptionShape(id=option.id, name=option.name, role=option.role)
    if option.away_until is not None:
        shape["away_until"] = moment_text(option.away_until)
    if option.covered_by is not None:
        shape["covered_by"] = option.covered_by
    return shape
