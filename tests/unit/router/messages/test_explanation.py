"""Why a message came to somebody, in one sentence."""

import pytest

from router.access.sessions import OperatorSession
from router.flows.operator.reconciliation import Reconciled
from router.messages.cascade import HandOver, Recipient, Step
from router.messages.explanation import why
from router.operations.reconciliation import Breach

NAMES = {"ann": "Ann Lee"}


@pytest.mark.parametrize(
    ("recipient", "sentence"),
    [
        (Recipient("ben", Step.CHOSEN_PROVIDER), "The patient chose you."),
        (Recipient("ben", Step.RECIPIENTS, "ann"), "You cover for Ann Lee, who would have got it."),
        (Recipient("ben", Step.RECIPIENTS, "gone"), "You cover for gone, who would have got it."),
        (Recipient("ben", HandOver.FORWARD, "ann"), "Ann Lee forwarded it to you."),
        (Recipient("ben", HandOver.ABSENCE, "ann"), "You cover for Ann Lee, who had not read it."),
    ],
)
def test_every_recipient_hears_why(recipient, sentence) -> None:
    assert why(recipient, NAMES) == sentence


def test_reconciliation_is_one_line() -> None:
    counted = {"messages": 2, "deliveries": 3}

    assert Reconciled(counted, ()).in_words() == "Reconciled 2 messages, 3 deliveries: all promises hold."
    broken = Reconciled(counted, (Breach(3, "clinic", "id", "is there twice"),))
    assert broken.in_words() == "Reconciled 2 messages, 3 deliveries: 1 breaches."


def test_an_operator_is_greeted_and_recorded_by_name() -> None:
    session = OperatorSession("night")

    assert (session.name, session.actor.kind, session.actor.id) == ("night", "operator", "night")
