"""Finding patients by words: in their folded texts, by an index where there is one.

Texts that the release before has written, or that stood there before there was an index, are folded later: until then
they are looked through one by one.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, select, update

from adapters.database.tables import patient
from adapters.database.transaction import Transaction
from router.text.folding import is_found, searchable

UNFOLDED = patient.c.sought.is_(None)


def has_words(transaction: Transaction, words: Sequence[str]) -> ColumnElement[bool]:
    """Whether a folded text has each of these folded words."""
    if transaction.is_sqlite:
        return and_(*(func.instr(patient.c.sought, word) > 0 for word in words))
    return and_(*(patient.c.sought.contains(word, autoescape=True) for word in words))


def found(transaction: Transaction, practice: str, words: Sequence[str], page: slice) -> list[str]:
    """The ids of the patients with each of these words, by their folded texts; `page` chooses some of them."""
    theirs = patient.c.practice == practice
    order = func.coalesce(patient.c.sought, "").collate("BINARY" if transaction.is_sqlite else "C")
    wanted = select(patient.c.sought, patient.c.id).where(theirs, has_words(transaction, words))
    rows = transaction.execute(wanted.order_by(order, patient.c.id).limit(page.stop)).all()
    late = select(patient.c.id, patient.c.name, patient.c.record_number).where(theirs, UNFOLDED)
    unfolded = [(row.id, (row.name, row.record_number, row.id)) for row in transaction.execute(late)]
    sought = " ".join(words)
    others = [(searchable(texts), key) for key, texts in unfolded if is_found(sought, texts)]
    return [key for _, key in sorted([*((row.sought, row.id) for row in rows), *others])[page]]


def fold(transaction: Transaction, limit: int) -> int:
    """Fold some of the texts that nobody has folded yet; returns how many that were."""
    columns = (patient.c.practice, patient.c.id, patient.c.name, patient.c.record_number)
    wanted = select(*columns).where(UNFOLDED).limit(limit).with_for_update(skip_locked=True)
    rows = transaction.execute(wanted).all()
    for row in rows:
        this = (patient.c.practice == row.practice) & (patient.c.id == row.id)
        text = searchable((row.name, row.record_number, row.id))
        transaction.execute(update(patient).where(this).values(sought=text))
    return len(rows)
