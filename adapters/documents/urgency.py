"""What the settings document says about urgent messages, both ways."""

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from adapters.documents.document import Document, load, read
from adapters.documents.fields import Id
from adapters.documents.ladder import STEPS, LadderStepDocument, ladder_of, render_ladder
from router.messaging.red_flag_rules import ADVICE_LIMIT, GROUP, GROUPS_LIMIT, LANGUAGE, LANGUAGES_LIMIT, PHRASE_LIMIT
from router.messaging.red_flags import RedFlagGroup, RedFlags
from router.messaging.settings import MessagingSettings
from router.messaging.timing_rules import PHONE_LIMIT

Language = Annotated[str, WithJsonSchema({"type": "string", "pattern": f"^{LANGUAGE.pattern}$"})]
Phrase = Annotated[str, WithJsonSchema({"type": "string", "minLength": 1, "maxLength": PHRASE_LIMIT})]
AdviceText = Annotated[str, WithJsonSchema({"type": "string", "maxLength": ADVICE_LIMIT})]


DIALLED = "It must be one that a phone can dial, such as `988` or `555-0100 ext. 12`."


class RedFlagGroupDocument(Document):
    """Phrases that make a message urgent, and the advice for patients who use one."""

    group: Annotated[
        str,
        Field(description="A word that names the group.", json_schema_extra={"pattern": f"^{GROUP.pattern}$"}),
    ]
    phrases: Annotated[
        dict[Language, list[Phrase]],
        Field(description="By language. If a phrase ends in `*`, it also matches longer forms of its last word."),
    ]
    advice: Annotated[dict[Language, AdviceText], Field(description="By language, what patients read.")]
    phone: Annotated[
        str,
        Field(
            description=f"The number that patients should call. {DIALLED}", json_schema_extra={"maxLength": PHONE_LIMIT}
        ),
    ]


class RedFlagTrialDocument(Document):
    """Groups of phrases to try out."""

    red_flags: Annotated[
        list[RedFlagGroupDocument],
        Field(description="The groups to try.", json_schema_extra={"maxItems": GROUPS_LIMIT}),
    ]
    languages: Annotated[
        list[Language] | None,
        Field(
            description="The languages to check. Omit them to use the saved ones.",
            json_schema_extra={"maxItems": LANGUAGES_LIMIT},
        ),
    ] = None


class UrgencyDocument(Document):
    """What an administrator sets about urgent messages. Omitted parts stay unchanged."""

    urgent_ladder: Annotated[
        list[LadderStepDocument] | None,
        Field(
            description="What happens to urgent messages that nobody opens or answers, instead of the other ladders; "
            "empty: the same as for other messages. If somebody is on call, minutes are clock time. If omitted, it "
            "stays unchanged.",
            json_schema_extra=STEPS,
        ),
    ] = None
    on_call: Annotated[
        list[Id] | None,
        Field(
            description="The ids of the staff who get urgent messages while the practice is closed. If omitted, "
            "they stay unchanged."
        ),
    ] = None
    red_flags: Annotated[
        list[RedFlagGroupDocument] | None,
        Field(
            description="The groups of phrases. If several match, the advice of the first is shown. If omitted, "
            "they stay unchanged.",
            json_schema_extra={"maxItems": GROUPS_LIMIT},
        ),
    ] = None
    languages: Annotated[
        list[Language] | None,
        Field(
            description="The languages in which red flags apply, such as `en`. If omitted, they stay unchanged.",
            json_schema_extra={"maxItems": LANGUAGES_LIMIT},
        ),
    ] = None
    patients_may_say_urgent: Annotated[
        bool | None,
        Field(description="Whether patients can mark messages as urgent. If omitted, it stays unchanged."),
    ] = None


def urgency_of(document: UrgencyDocument) -> dict[str, Any]:
    """The settings with these names; absent ones have their defaults."""
    return {
        "urgent_ladder": ladder_of(document.urgent_ladder or []),
        "on_call": tuple(document.on_call or ()),
        "red_flags": RedFlags(tuple(_group(group) for group in document.red_flags or ())),
        "languages": tuple(document.languages or ()),
        "patients_may_say_urgent": document.patients_may_say_urgent or False,
    }


def parse_red_flag_trial_json(data: bytes) -> tuple[RedFlags, tuple[str, ...] | None]:
    """Make groups and languages (None: the saved ones) from JSON. Raises Invalid with the fields."""
    document = read(RedFlagTrialDocument, load(data))
    languages = None if document.languages is None else tuple(document.languages)
    return RedFlags(tuple(_group(group) for group in document.red_flags)), languages


def _group(document: RedFlagGroupDocument) -> RedFlagGroup:
    return RedFlagGroup(
        document.group,
        {language: tuple(phrase.strip() for phrase in phrases) for language, phrases in document.phrases.items()},
        {language: text.strip() for language, text in document.advice.items()},
        document.phone.strip(),
    )


def render_urgency(messaging: MessagingSettings) -> dict[str, Any]:
    """The part of the settings document for these settings."""
    return {
        "urgent_ladder": render_ladder(messaging.urgent_ladder),
        "on_call": list(messaging.on_call),
        "red_flags": [
            {
                "group": group.group,
                "phrases": {language: list(phrases) for language, phrases in group.phrases.items()},
                "advice": dict(group.advice),
                "phone": group.phone,
            }
            for group in messaging.red_flags.groups
        ],
        "languages": list(messaging.languages),
        "patients_may_say_urgent": messaging.patients_may_say_urgent,
    }
