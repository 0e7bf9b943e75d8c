"""The compose form, on the busy way between a patient and the form: rendered by hand."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from adapters.documents.fields import moment_text
from router.messages.care_team_options import Option
from router.messages.compose import ComposeForm, FixedTo, OfferedTopic, Reason
from router.practice.topics import Topic


class SiteView(TypedDict):
    """A site that the patient attends."""

    id: Annotated[str, Field(description="The site's id.")]
    name: Annotated[str, Field(description="The site's name.")]


class ReaderView(TypedDict):
    """Somebody else who can read what is written."""

    kind: Annotated[str, Field(description="`patient`, `authorized_user`, or `staff` who may get it later.")]
    id: Annotated[
        str,
        Field(
            description="The id of the patient or of the authorized user; of staff `others`, if nobody answers in "
            "time, or `on_call`, if it is urgent."
        ),
    ]
    name: NotRequired[Annotated[str, Field(description="Their name; absent in problems.")]]
    shares_address: NotRequired[
        Annotated[
            bool,
            Field(
                description="Whether they have the same email address as the patient. If so, no email announces "
                "replies in a private conversation. Absent in problems."
            ),
        ]
    ]


class OptionView(TypedDict):
    """A member of the care team who may be chosen."""

    id: Annotated[str, Field(description="The value to send as `to`.")]
    name: Annotated[str, Field(description="Their name.")]
    role: Annotated[str, Field(description="Their role on the care team.")]
    away_until: NotRequired[
        Annotated[str, Field(description="Until when they are away.", json_schema_extra={"format": "date-time"})]
    ]
    covered_by: NotRequired[Annotated[str, Field(description="The name of the person who covers while they are away.")]]


class FixedToView(TypedDict):
    """To: is read-only."""

    kind: Annotated[Literal["fixed"], Field(description="To: is read-only.")]
    display_name: Annotated[str, Field(description="What the patient reads in To:.")]


class ChooseToView(TypedDict):
    """To: is a choice."""

    kind: Annotated[Literal["choose"], Field(description="The patient chooses a member of the care team.")]
    options: Annotated[list[OptionView], Field(description="Who may be chosen.")]


AnyToView = Annotated[
    FixedToView | ChooseToView, Field(discriminator="kind", description="To: as the patient sees it.")
]


class OfferedTopicView(TypedDict):
    """A topic that patients may write about."""

    topic: Annotated[Topic, Field(description="The value to send as `topic`.")]
    label: Annotated[str, Field(description="The name that people see.")]
    to: AnyToView
    answer_by: Annotated[
        str | None,
        Field(
            description="When a message written now is usually answered; null: the patient isn't told a time.",
            json_schema_extra={"format": "date-time"},
        ),
    ]
    guidance: Annotated[str | None, Field(description="One line for patients who choose the topic; null: none.")]
    on_call: Annotated[
        bool, Field(description="Whether somebody gets urgent messages about it while the practice is closed.")
    ]
    on_call_in_private: Annotated[bool, Field(description="Whether that is so for private messages, too.")]


class ComposeFormView(TypedDict):
    """What one patient may write now."""

    enabled: Annotated[bool, Field(description="Whether anything may be written.")]
    reason: Annotated[Reason | None, Field(description="Why nothing may be written; null if something may.")]
    disclaimer: Annotated[str, Field(description="What to show above the form.")]
    site: Annotated[str | None, Field(description="The id of the site that this form is for; null: none.")]
    sites: Annotated[list[SiteView], Field(description="The sites that the patient attends.")]
    readers: Annotated[
        list[ReaderView],
        Field(
            description="Who else can read what is written. No `authorized_user` can read a private message; `staff` "
            "may get it whether or not it is private."
        ),
    ]
    topics: Annotated[list[OfferedTopicView], Field(description="The topics that are offered.")]
    open: Annotated[
        bool | None, Field(description="Whether the practice is open there; null: no opening hours are set.")
    ]
    opens_at: Annotated[
        str | None,
        Field(
            description="When it opens; null while it is open, and if no opening hours are set.",
            json_schema_extra={"format": "date-time"},
        ),
    ]
    phone: Annotated[str | None, Field(description="The number that patients may call; null: none.")]
    may_say_urgent: Annotated[bool, Field(description="Whether `priority` may be `urgent`.")]
    on_call: Annotated[
        bool,
        Field(
            description="Whether somebody gets urgent messages about any of these topics while the practice is "
            "closed, unless they are private. Where nobody does, tell the patient that their message might not be read "
            "before `opens_at`; each topic says whether somebody gets those about it."
        ),
    ]
    words: NotRequired[
        Annotated[str, Field(description="The practice's message to a patient whom it has stopped from writing.")]
    ]


def render_form(form: ComposeForm) -> ComposeFormView:
    """The complete form, for the caller who requested it."""
    shape = _form(form)
    if form.words is not None:
        shape["words"] = form.words
    return shape


def _form(form: ComposeForm) -> ComposeFormView:
    return ComposeFormView(
        enabled=form.enabled,
        reason=form.reason,
        disclaimer=form.disclaimer,
        site=form.site,
        sites=[SiteView(id=one.id, name=one.name) for one in form.sites],
        readers=[
            ReaderView(kind=one.kind, id=one.id, name=one.name, shares_address=one.shares_address)
            for one in form.readers
        ],
        topics=[_topic(one) for one in form.topics],
        open=form.open,
        opens_at=None if form.opens_at is None else moment_text(form.opens_at),
        phone=form.phone or None,
        may_say_urgent=form.may_say_urgent,
        on_call=form.somebody_on_call,
    )


def render_refused_form(form: ComposeForm) -> ComposeFormView:
    """The form within a refusal.

    Errors carry no name of a patient: readers are told by id, and what the practice says to a patient is left out.
    """
    readers = [ReaderView(kind=one.kind, id=one.id) for one in form.readers]
    return ComposeFormView(**{**_form(form), "readers": readers})


def _topic(offered: OfferedTopic) -> OfferedTopicView:
    to: FixedToView | ChooseToView
    if isinstance(offered.to, FixedTo):
        to = FixedToView(kind="fixed", display_name=offered.to.display_name)
    else:
        to = ChooseToView(kind="choose", options=[_option(one) for one in offered.to.options])
    return OfferedTopicView(
        topic=offered.topic,
        label=offered.topic.label,
        to=to,
        answer_by=None if offered.answer_by is None else moment_text(offered.answer_by),
        guidance=offered.guidance or None,
        on_call=offered.on_call,
        on_call_in_private=offered.on_call_in_private,
    )


def _option(option: Option) -> OptionView:
    shape = OptionView(id=option.id, name=option.name, role=option.role)
    if option.away_until is not None:
        shape["away_until"] = moment_text(option.away_until)
    if option.covered_by is not None:
        shape["covered_by"] = option.covered_by
    return shape
