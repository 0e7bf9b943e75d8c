"""Finding patients by words: in their folded texts, by an index where there is one.

Texts that the release before has written, or that stood there before there was an index, are folded later: until then
some of them are looked through one by one.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, tuple_, update

from adapters.database.tables import patient
from adapters.database.transaction import Transaction
from router.practice.patient_search import PatientIdsFound
from router.text.folding import is_person, searchable
from router.text.spellings import spellings

TEXTS = (patient.c.id, patient.c.name, patient.c.record_number)
UNFOLDED = patient.c.sought.is_(None)
# A search reads so many texts that nobody has folded at a time, and so many in all.
SLICE = 500
MOST_UNFOLDED = 5_000


def has_words(transaction: Transaction, words: Sequence[str]) -> ColumnElement[bool]:
    """Whether a folded text has each of these folded words, in any of its spellings."""
    return and_(*(or_(*(_has(transaction, spelling) for spelling in spellings(word))) for word in words))


def _has(transaction: Transaction, text: str) -> ColumnElement[bool]:
    if transaction.is_sqlite:
        return func.instr(patient.c.sought, text) > 0
    return patient.c.sought.contains(text, autoescape=True)


def found(
    transaction: Transaction, practice: str, words: Sequence[str], after: str | None, limit: int
) -> PatientIdsFound:
    """The next patients after this one with each of these words, by their folded texts; at most `limit`."""
    place = _place(transaction, practice, after) if after is not None else None
    if after is not None and place is None:
        return PatientIdsFound(())
    # The order of code points, as that of Python, whatever the database's own is.
    order = "BINARY" if transaction.is_sqlite else "C"
    key = (patient.c.sought.collate(order), patient.c.id.collate(order))
    wanted = select(patient.c.sought, patient.c.id).where(patient.c.practice == practice, has_words(transaction, words))
    if place is not None:
        wanted = wanted.where(tuple_(*key) > place)
    folded = [(row.sought, row.id) for row in transaction.execute(wanted.order_by(*key).limit(limit))]
    others, is_indexing = _among_unfolded(transaction, practice, list(words))
    later = [one for one in others if place is None or one > place]
    return PatientIdsFound([identifier for _, identifier in sorted(folded + later)[:limit]], is_indexing=is_indexing)


def _place(transaction: Transaction, practice: str, identifier: str) -> tuple[str, str] | None:
    """Where a patient stands in the order of folded texts."""
    this = (patient.c.practice == practice) & (patient.c.id == identifier)
    row = transaction.execute(select(*TEXTS, patient.c.sought).where(this)).one_or_none()
    return (row.sought or searchable(_texts(row)), row.id) if row is not None else None


def _among_unfolded(transaction: Transaction, practice: str, words: list[str]) -> tuple[list[tuple[str, str]], bool]:
    """Those with the words among the texts that are not folded yet, and whether there may be more of these texts."""
    theirs = (patient.c.practice == practice) & UNFOLDED
    matches: list[tuple[str, str]] = []
    last = ""
    for _ in range(MOST_UNFOLDED // SLICE):
        some = select(*TEXTS).where(theirs, patient.c.id > last).order_by(patient.c.id).limit(SLICE)
        rows = transaction.execute(some).all()
        folded = [(searchable(_texts(row)), row.id) for row in rows]
        matches += [(texts, identifier) for texts, identifier in folded if is_person(words, texts)]
        if len(rows) < SLICE:
            return matches, False
        last = rows[-1].id
    return matches, True


def _texts(row: Row[*tuple[Any, ...]]) -> tuple[str | None, ...]:
    return row.name, row.record_number, row.id


def fold(transaction: Transaction, limit: int) -> int:
    """Fold some of the texts that nobody has folded yet; returns how many that were."""
    wanted = select(patient.c.practice, *TEXTS).where(UNFOLDED).limit(limit).with_for_update(skip_locked=True)
    rows = transaction.execute(wanted).all()
    for row in rows:
        this = (patient.c.practice == row.practice) & (patient.c.id == row.id)
        transaction.execute(update(patient).where(this).values(sought=searchable(_texts(row))))
    return len(rows)
