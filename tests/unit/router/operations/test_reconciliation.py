"""The report of a reconciliation."""

from router.flows.operator.reconciliation import Reconciled


def test_reconciliation_is_one_line() -> None:
    counted = {"messages": 2, "deliveries": 3}

    assert Reconciled(counted, 0).in_words() == "Reconciled 2 messages, 3 deliveries: all promises hold."
    broken = Reconciled(counted, 1)
    assert broken.in_words() == "Reconciled 2 messages, 3 deliveries: 1 breaches."
