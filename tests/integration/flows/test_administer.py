"""Saving the distribution, its versions, and going back."""

from dataclasses import replace

import pytest

from router.actors import COMMAND
from router.errors import Invalid, NotFound, Stale
from router.topics import Topic
from tests.builders import settings, topic_set
from tests.house import PRACTICE, House

TO_ANN = settings(
    {Topic.BILLING: ["ann"]},
    by_site=True,
    sites={"south": topic_set({Topic.OTHER: ["ben"]})},
)


def test_a_save_is_one_act_with_a_version_and_changes_in_words(house: House) -> None:
    house.furnish()

    saved = house.administer.save(PRACTICE, TO_ANN, 1, COMMAND)

    assert saved.distribution == replace(TO_ANN, version=2)
    assert saved.changes == (
        "Distribution by site turned on.",
        "Practice, Billing, recipients: added Ann.",
        "South Clinic has its own settings.",
        "South Clinic, Other, recipients: added Ben.",
    )
    assert [one.code.value for one in saved.warnings] == [
        "single_recipient",
        "single_recipient",
    ]
    assert house.administer.read(PRACTICE, COMMAND).distribution == saved.distribution


def test_a_save_on_a_stale_version_is_refused_not_merged(house: House) -> None:
    house.furnish()
    house.administer.save(PRACTICE, TO_ANN, 1, COMMAND)

    with pytest.raises(Stale):
        house.administer.save(PRACTICE, settings(), 1, COMMAND)

    assert house.administer.read(PRACTICE, COMMAND).distribution.version == 2


def test_what_can_not_be_saved_changes_nothing(house: House) -> None:
    house.furnish()

    with pytest.raises(Invalid) as refused:
        house.administer.save(
            PRACTICE,
            settings({Topic.BILLING: ["ghost"]}, catch_all=("ann",)),
            1,
            COMMAND,
        )

    assert [one.field for one in refused.value.errors] == ["practice.topics.billing.recipients.0"]
    assert house.administer.read(PRACTICE, COMMAND).distribution == settings()


def test_saving_what_is_there_makes_no_version(house: House) -> None:
    house.furnish()

    saved = house.administer.save(PRACTICE, settings(), 1, COMMAND)

    assert (saved.changes, saved.distribution.version) == ((), 1)


def test_every_version_is_kept_and_can_be_brought_back_as_a_new_one(house: House) -> None:
    house.furnish()
    house.save(TO_ANN)
    house.save(settings(messaging_enabled=False))

    restored = house.administer.restore(PRACTICE, 2, COMMAND)

    assert restored.distribution == replace(TO_ANN, version=4)
    versions = house.administer.versions(PRACTICE, None, 10)
    assert [(one.version, one.actor) for one in versions] == [(number, COMMAND) for number in (4, 3, 2, 1)]
    assert [one.version for one in house.administer.versions(PRACTICE, 3, 1)] == [2]
    assert house.administer.version(PRACTICE, 2)[1] == replace(TO_ANN, version=2)
    with pytest.raises(NotFound):
        house.administer.restore(PRACTICE, 99, COMMAND)


def test_nobody_saves_for_a_practice_that_is_not_there(house: House) -> None:
    with pytest.raises(NotFound):
        house.administer.save(PRACTICE, settings(), None, COMMAND)
    with pytest.raises(NotFound):
        house.administer.known(PRACTICE)
