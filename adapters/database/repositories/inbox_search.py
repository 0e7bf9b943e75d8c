"""How far a search of an inbox looks, and of which patients there are messages there."""

from collections.abc import Sequence

from sqlalchemy import select

from adapters.database.repositories import patient_search
from adapters.database.repositories.inbox_pages import PageRef, searched
from adapters.database.tables import delivery, message, patient
from adapters.database.transaction import Transaction
from router.messages.inbox import InboxPatient
from router.messages.inbox_search import SEARCHED_DELIVERIES, DeliveryFilter
from router.paging import Position


def searched_until(transaction: Transaction, page: PageRef, wanted: DeliveryFilter) -> Position | None:
    """The last delivery that is looked at, where there may be more behind it."""
    window = searched(page, wanted)
    places = (window.c.received_at.desc(), window.c.id.desc())
    last = select(window).order_by(*places).offset(SEARCHED_DELIVERIES - 1).limit(1)
    row = transaction.execute(last).one_or_none()
    return (row.received_at, row.id) if row is not None else None


def patients(transaction: Transaction, page: PageRef, words: Sequence[str]) -> list[InboxPatient]:
    """The patients of the deliveries that a search looks at, by name, without those who lack one of the words."""
    window = searched(page)
    these = (delivery.c.practice == page.practice) & (delivery.c.id == window.c.id)
    theirs = select(message.c.patient).select_from(window.join(delivery, these).join(message))
    wanted = select(patient.c.id, patient.c.name, patient.c.record_number, patient.c.birth_date)
    known = wanted.where(patient.c.practice == page.practice, patient.c.id.in_(theirs))
    if words:
        known = known.where(patient_search.UNFOLDED | patient_search.has_words(transaction, words))
    ordered = known.order_by(patient.c.name, patient.c.id)
    return [InboxPatient(*row) for row in transaction.execute(ordered)]
