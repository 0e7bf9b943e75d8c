"""Red flags: what is advised, what may be saved, and what is said of changes."""

from dataclasses import replace

import pytest

from router.messages.priority import Cause, LoweredBecause, Priority, PriorityChange, Urgency, change_in_words
from router.messages.priority import urgency_in_words as in_words
from router.messaging import red_flag_rules, red_flags
from router.messaging.ladder import READY_MADE
from router.messaging.proposal import Proposal
from router.messaging.red_flags import Advice, Mark, RedFlagGroup, RedFlags
from router.messaging.settings import MessagingSettings
from router.messaging.urgency_changes import urgency_changes
from tests.builders import NOON, staffing

EMERGENCY = RedFlagGroup(
    "emergency", {"en": ("chest pain",), "es": ("dolor de pecho",)}, {"en": "Call now.", "es": "Llame."}, "911"
)
CRISIS = RedFlagGroup("crisis", {"en": ("suicidal",)}, {"en": "Call the line."}, "988")
FLAGS = RedFlags((EMERGENCY, CRISIS))


def test_without_phrases_nothing_is_found() -> None:
    assert RedFlags().look("chest pain", ("en",)) is None
    assert FLAGS.look("a bill", ("en",)) is None
    assert FLAGS.look("chest pain", ("es",)) is None


def test_the_advice_is_that_of_the_first_group_that_is_said_in_the_language_of_its_phrase() -> None:
    found = FLAGS.look("no chest pain, but suicidal", ("en", "es"))
    assert found is not None
    assert (found.marks, found.advice) == (
        (Mark("crisis", "suicidal"),),
        Advice("crisis", "Call the line.", "988", "en"),
    )
    found = FLAGS.look("suicidal, and dolor de pecho", ("en", "es"))
    assert found is not None
    assert found.advice == Advice("emergency", "Llame.", "911", "es")
    found = FLAGS.look("No chest pain", ("en",))
    assert found is not None
    assert (found.marks, found.advice and found.advice.text) == ((), "Call now.")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("convulsión", "es"),
        ("Mi hijo tuvo convulsiones", "es"),
        ("Convulsion otra vez. Dolor de pecho", "es"),
        ("sin convulsiones, pero mi hijo", "es"),
        ("convulsion", "en"),
        ("My son had a convulsion, he has café au lait spots", "en"),
    ],
)
def test_the_advice_on_a_phrase_of_two_languages_is_in_that_of_the_text(text: str, language: str) -> None:
    """`convulsión` is found by the English phrase `convulsion*` as well, whose advice came first."""
    phrases = {"en": ("convulsion*", "my chest hurts", "he had a stroke"), "es": ("convulsion*", "dolor de mi pecho")}
    flags = RedFlags((RedFlagGroup("emergency", phrases, {"en": "Call now.", "es": "Llame."}, "911"), CRISIS))

    found = flags.look(text, ("en", "es"))

    assert found is not None
    assert found.advice is not None
    assert found.advice.language == language


def test_an_advice_that_a_language_lacks_is_that_of_another_or_none() -> None:
    found = RedFlags((replace(EMERGENCY, advice={"en": "Call now."}),)).look("dolor de pecho", ("es", "en"))
    assert found is not None
    assert found.advice == Advice("emergency", "Call now.", "911", "en")
    found = RedFlags((replace(EMERGENCY, advice={}),)).look("dolor de pecho", ("es", "en"))
    assert found is not None
    assert found.advice is None


def wrong(
    *groups: RedFlagGroup, languages: tuple[str, ...] = ("en", "es"), before: tuple[RedFlagGroup, ...] = ()
) -> list[str]:
    after = MessagingSettings(red_flags=RedFlags(groups), languages=languages)
    errors = red_flag_rules.check(Proposal(replace(after, red_flags=RedFlags(before)), after, staffing(), {}))
    return [f"{error.field}: {error.message}" for error in errors]


def test_what_may_be_saved() -> None:
    assert wrong(EMERGENCY, CRISIS) == wrong() == []


def test_nothing_is_worked_out_of_phrases_that_can_not_be_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words of a quarter of a million phrases were split before they were counted."""
    compiled: list[int] = []
    monkeypatch.setattr(red_flags, "PhraseBook", lambda phrases: compiled.append(len(phrases)))
    monkeypatch.setattr(red_flag_rules, "words_in", compiled.append)

    assert wrong(replace(CRISIS, phrases={"en": ("chest pain",) * 1_001}))
    assert wrong(replace(CRISIS, phrases={"en": ("p" * 81,)}))

    assert compiled == []


def test_a_group_without_phrases_is_named_unless_it_was_stored_so() -> None:
    empty = RedFlagGroup("empty", {"en": ()})
    refused = ["red_flags.1.phrases: must not be empty: a group needs phrases, advice and a number to call"]
    assert wrong(CRISIS, empty) == wrong(CRISIS, replace(empty, phone="988")) == refused
    assert wrong(CRISIS, replace(CRISIS, group="empty", phrases={}), before=(CRISIS,)) == refused
    assert wrong(CRISIS, RedFlagGroup("empty"), before=(empty,)) == []
    assert wrong(replace(CRISIS, phrases={}), before=(CRISIS,)) == [refused[0].replace("1", "0")]


@pytest.mark.parametrize(
    ("group", "said"),
    [
        (replace(CRISIS, phrases={"en": ("*",)}), "red_flags.0.phrases.en.0: must have a word before *"),
        (replace(CRISIS, phrases={"en": ("pain *",)}), "red_flags.0.phrases.en.0: must have a word before *"),
        (replace(CRISIS, phrases={"en": ("a*b",)}), "red_flags.0.phrases.en.0: may have * only at its end"),
        (replace(CRISIS, phrases={"en": ("!",)}), "red_flags.0.phrases.en.0: must have a word"),
        (replace(CRISIS, phrases={"en": (" ",)}), "red_flags.0.phrases.en.0: must not be empty"),
        (
            replace(CRISIS, phrases={"en": ("fine", "p" * 81)}),
            "red_flags.0.phrases.en.1: must have at most 80 characters",
        ),
        (
            replace(CRISIS, phrases={"en": tuple(f"p{n}" for n in range(1001))}),
            "red_flags: may have at most 1000 phrases in all, these are 1001",
        ),
        (replace(CRISIS, advice={"en": " "}), "red_flags.0.advice.en: must not be empty"),
        (replace(CRISIS, advice={}), "red_flags.0.advice.en: must not be empty"),
        (replace(CRISIS, advice={"en": "a" * 1001}), "red_flags.0.advice.en: must have at most 1000 characters"),
        (replace(CRISIS, phone=""), "red_flags.0.phone: must not be empty: it is the number that patients should call"),
        (replace(CRISIS, group="Not a word"), "red_flags.0.group: must be a lower-case word, such as emergency"),
        (
            replace(CRISIS, phrases={"de": ("schmerz",)}, advice={"de": "Ruf an."}),
            "red_flags.0.phrases.de: is not one of the practice's languages",
        ),
        (
            replace(CRISIS, advice={"en": "Call.", "de": "Ruf an."}),
            "red_flags.0.advice.de: is not one of the practice's languages",
        ),
    ],
)
def test_what_may_not_be_saved_is_named(group: RedFlagGroup, said: str) -> None:
    assert said in wrong(group)


def test_a_number_to_call_is_one_that_a_phone_can_dial_unless_it_was_there_before() -> None:
    said = "must be one number in digits, such as 988, 555-010-0142, +44 20 7946 0958 or 555-0100 ext. 12"
    desk = replace(CRISIS, phone="the <b> desk")
    refused = f"red_flags.0.phone: {said}: it is the number that patients should call"
    assert wrong(desk) == [refused]
    assert wrong(desk, before=(CRISIS,)) == wrong(desk, before=(replace(desk, group="other"),)) == [refused]
    assert wrong(replace(desk, advice={"en": "Call the desk."}), before=(desk,)) == []
    assert wrong(replace(CRISIS, phone="555-0100 ext. 12")) == []


def test_groups_and_languages_are_few_and_named_once() -> None:
    assert wrong(CRISIS, CRISIS) == ["red_flags.1.group: is already the name of another group"]
    many = [replace(CRISIS, group=f"g{n}") for n in range(21)]
    assert wrong(*many) == ["red_flags: may have at most 20 groups"]
    assert wrong(languages=("en", "en", "E")) == [
        "languages.1: is named twice",
        "languages.2: must be the code of a language, such as en",
    ]
    assert wrong(languages=tuple(f"a{letter}" for letter in "bcdefghijkl")) == ["languages: may be at most 10"]


def test_changes_are_told_in_words() -> None:
    before = MessagingSettings(red_flags=FLAGS)
    many = replace(EMERGENCY, phrases={"en": tuple(f"p{n}" for n in range(9))}, phone="", advice={"en": "Call."})
    after = replace(
        before,
        red_flags=RedFlags((many, replace(CRISIS, group="other"))),
        languages=(),
        urgent_ladder=READY_MADE,
        patients_may_say_urgent=True,
    )
    assert list(urgency_changes(before, after))[1:] == [
        "Languages of red flags: none.",
        "Patients may say that a message is urgent.",
        "Red flags, crisis: removed.",
        "Red flags, emergency, en: added 9 phrases.",
        "Red flags, emergency, en: removed “chest pain”.",
        "Red flags, emergency, es: removed “dolor de pecho”.",
        "Red flags, emergency, en: advice changed.",
        "Red flags, emergency, es: advice changed.",
        "Red flags, emergency: the number to call is not set.",
        "Red flags, other, en: added “suicidal”.",
        "Red flags, other, en: advice changed.",
        "Red flags, other: the number to call is 988.",
    ]
    off = replace(before, red_flags=RedFlags())
    assert next(iter(urgency_changes(off, before))) == "Red flags: turned on."
    assert next(iter(urgency_changes(before, off))) == "Red flags: turned off."
    turned = replace(before, red_flags=RedFlags((CRISIS, EMERGENCY)), patients_may_say_urgent=False)
    assert list(urgency_changes(before, turned)) == ["Red flags: order changed."]
    said = next(iter(urgency_changes(replace(before, patients_may_say_urgent=True), turned)))
    assert said == "Patients may not say that a message is urgent."


def test_why_a_message_is_urgent_and_what_became_of_it_in_words() -> None:
    names = {"ann": "Ann Lee"}
    marks = (Mark("emergency", "chest pain"),)
    assert in_words(Urgency(Cause.PATIENT), names) == "The patient's side said that it is urgent."
    assert in_words(Urgency(Cause.RED_FLAG, marks), names) == "Red flag, emergency: “chest pain”."
    assert in_words(Urgency(Cause.STAFF, (), "ann"), names) == "Ann Lee raised it."
    made = [
        PriorityChange(NOON, Priority.URGENT, Cause.PATIENT),
        PriorityChange(NOON, Priority.URGENT, Cause.RED_FLAG, group="crisis"),
        PriorityChange(NOON, Priority.URGENT, Cause.STAFF, "ann"),
        PriorityChange(NOON, Priority.ROUTINE, Cause.STAFF, "ann", reason=LoweredBecause.NOT_MEANT),
        PriorityChange(NOON, Priority.ROUTINE, Cause.STAFF, "gone"),
        PriorityChange(NOON, Priority.URGENT, Cause.UNDO, "ann"),
    ]
    assert [change_in_words(change, names) for change in made] == [
        "Urgent: the patient's side said so.",
        "Urgent: red flag, group crisis.",
        "Ann Lee raised it to urgent.",
        "Ann Lee lowered it to routine: the words meant something else.",
        "gone lowered it to routine.",
        "Ann Lee took the change back: it is urgent again.",
    ]
