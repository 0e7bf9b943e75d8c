"""How far a search of an inbox looks, and of which patients there are messages there."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Subquery, select

from adapters.database.materialized import found_by_itself, looked_up
from adapters.database.repositories import patient_search
from adapters.database.repositories.inbox_pages import PageRef, down_to, searched, searched_messages
from adapters.database.tables import conversation, delivery, message, patient
from adapters.database.transaction import Transaction
from router.messages.inbox import InboxPatient
from router.messages.inbox_search import SEARCHED_DELIVERIES, DeliveryFilter
from router.paging import Position

# So many patients are looked up in the inbox one by one.
FEW_PATIENTS = 500


def searched_until(transaction: Transaction, page: PageRef, wanted: DeliveryFilter) -> Position | None:
    """The last delivery that is looked at, where there may be more behind it."""
    return _last(transaction, searched(page, wanted))


def _last(transaction: Transaction, window: Subquery) -> Position | None:
    places = (window.c.received_at.desc(), window.c.id.desc())
    last = select(window).order_by(*places).offset(SEARCHED_DELIVERIES - 1).limit(1)
    row = transaction.execute(last).one_or_none()
    return (row.received_at, row.id) if row is not None else None


def patients(transaction: Transaction, page: PageRef, words: Sequence[str]) -> list[InboxPatient]:
    """The patients of the deliveries that a search looks at, by name, without those who lack one of the words."""
    ids = _few_with(transaction, page.practice, words) if words else None
    known = select(patient.c.id, patient.c.name, patient.c.record_number, patient.c.birth_date)
    known = known.where(patient.c.practice == page.practice)
    if ids is not None:
        last = _last(transaction, searched(page))
        known = known.where(transaction.one_of(patient.c.id, ids), _has_any(page, last))
    else:
        window = searched_messages(page)
        its = (message.c.practice == page.practice) & (message.c.id == window.c.message)
        known = known.where(patient.c.id.in_(select(message.c.patient).select_from(window.join(message, its))))
        if words:
            known = known.where(patient_search.UNFOLDED | patient_search.has_words(transaction, words))
    ordered = known.order_by(patient.c.name, patient.c.id)
    return [InboxPatient(*row) for row in transaction.execute(ordered)]


def _few_with(transaction: Transaction, practice: str, words: Sequence[str]) -> list[str] | None:
    """The patients of a practice with each of these words; None where they are many.

    Those few are looked for in the inbox, instead of everybody who has written to it among all patients.
    """
    meant = (patient_search.has_words(transaction, words), patient_search.UNFOLDED)
    # By their index, of which no more is read than is taken: told that few are wanted, PostgreSQL may look through the
    # patients of the practice until there are as many.
    each = [found_by_itself(select(patient.c.id).where(patient.c.practice == practice, one), "meant") for one in meant]
    ids = [row.id for one in each for row in transaction.execute(select(one.c.id).limit(FEW_PATIENTS + 1))]
    return ids if len(ids) <= FEW_PATIENTS else None


def _has_any(page: PageRef, last: Position | None) -> ColumnElement[bool]:
    """Whether there is a delivery of a patient's on this page or a later one, down to the last that is looked at."""
    theirs = (conversation.c.practice == patient.c.practice) & (conversation.c.patient == patient.c.id)
    source = conversation.join(message).join(delivery)
    some = select(delivery.c.id).select_from(source).where(theirs, *page.conditions, *down_to(last))
    return looked_up(some)
