"""Saving the distribution, its versions, and going back."""

from dataclasses import replace

import pytest

from router.actors import COMMAND
from router.errors import Invalid, NotFound, Stale
from router.practice.topics import Topic
from tests.builders import settings, topic_set
from tests.house import PRACTICE, House

TO_ANN = settings(
    {Topic.BILLING: ["ann"]},
    by_site=True,
    sites={"south": topic_set({Topic.OTHER: ["ben"]})},
)


def test_a_save_is_one_act_with_a_version_and_changes_in_words(house: House) -> None:
    house.furnish()

    saved = house.messaging.save(PRACTICE, TO_ANN, 1, COMMAND)

    assert saved.messaging == replace(TO_ANN, version=2)
    assert saved.changes == (
        "Distribution by site turned on.",
        "Practice, Billing, recipients: added Ann.",
        "South Clinic has its own settings.",
        "South Clinic, Other, recipients: added Ben.",
    )
    assert [warning.code.value for warning in saved.warnings] == [
        "single_recipient",
        "single_recipient",
    ]
    assert house.messaging.read(PRACTICE, COMMAND).messaging == saved.messaging


def test_a_save_on_a_stale_version_is_refused_not_merged(house: House) -> None:
    house.furnish()
    house.messaging.save(PRACTICE, TO_ANN, 1, COMMAND)

    with pytest.raises(Stale):
        house.messaging.save(PRACTICE, settings(), 1, COMMAND)

    assert house.messaging.read(PRACTICE, COMMAND).messaging.version == 2


def test_what_can_not_be_saved_changes_nothing(house: House) -> None:
    house.furnish()

    with pytest.raises(Invalid) as refused:
        house.messaging.save(
            PRACTICE,
            settings({Topic.BILLING: ["ghost"]}, catch_all=("ann",)),
            1,
            COMMAND,
        )

    assert [error.field for error in refused.value.errors] == ["practice.topics.billing.recipients.0"]
    assert house.messaging.read(PRACTICE, COMMAND).messaging == settings()


def test_saving_what_is_there_makes_no_version(house: House) -> None:
    house.furnish()

    saved = house.messaging.save(PRACTICE, settings(), 1, COMMAND)

    assert (saved.changes, saved.messaging.version) == ((), 1)


def test_every_version_is_kept_and_can_be_brought_back_as_a_new_one(house: House) -> None:
    house.furnish()
    house.save(TO_ANN)
    house.save(settings(messaging_enabled=False))

    restored = house.messaging.restore(PRACTICE, 2, COMMAND)

    assert restored.messaging == replace(TO_ANN, version=4)
    versions = house.messaging.versions(PRACTICE, None, 10)
    assert [(version.version, version.actor) for version in versions] == [(number, COMMAND) for number in (4, 3, 2, 1)]
    assert [version.version for version in house.messaging.versions(PRACTICE, 3, 1)] == [2]
    assert house.messaging.version(PRACTICE, 2)[1] == replace(TO_ANN, version=2)
    with pytest.raises(NotFound):
        house.messaging.restore(PRACTICE, 99, COMMAND)


def test_what_restoring_would_change_is_said_before_and_nothing_is_stored(house: House) -> None:
    house.furnish()
    house.save(TO_ANN)

    told = house.messaging.would_restore(PRACTICE, 1)

    assert house.messaging.would_restore(PRACTICE, 2).changes == ()
    assert told.current == 2
    assert house.messaging.read(PRACTICE, COMMAND).messaging.version == 2
    assert told.changes == house.messaging.restore(PRACTICE, 1, COMMAND).changes
    with pytest.raises(NotFound):
        house.messaging.would_restore(PRACTICE, 99)


def test_a_version_is_not_restored_over_what_a_colleague_saved_since_it_was_previewed(house: House) -> None:
    house.furnish()
    house.save(TO_ANN)
    previewed = house.messaging.would_restore(PRACTICE, 1)
    house.save(settings(disclaimer="Theirs."))

    with pytest.raises(Stale):
        house.messaging.restore(PRACTICE, 1, COMMAND, previewed.current)

    assert house.messaging.read(PRACTICE, COMMAND).messaging.disclaimer == "Theirs."
    assert house.messaging.restore(PRACTICE, 1, COMMAND, 3).messaging.version == 4


def test_nobody_saves_for_a_practice_that_is_not_there(house: House) -> None:
    with pytest.raises(NotFound):
        house.messaging.save(PRACTICE, settings(), None, COMMAND)
    with pytest.raises(NotFound):
        house.messaging.known(PRACTICE)
