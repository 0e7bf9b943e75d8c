"""What a colleague has written meanwhile: an act that has not seen it is refused, and shows it where it may be read."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from router.errors import Invalid
from router.flows.staff.conversation import read_on_record, read_reach
from router.messages.conversation import Author, EntryHeader, SeenTooLittle
from router.messages.inbox import DeliveryRef, InboxItem
from router.ports.unit_of_work import Database, UnitOfWork


def check_seen(
    work: UnitOfWork, ref: DeliveryRef, item: InboxItem, entries: Sequence[EntryHeader], last_seen: UUID | None
) -> None:
    """Raise SeenTooLittle if a colleague wrote after this entry (None: the message of the delivery).

    It carries what they wrote if the delivery shows that. Raises Invalid if the entry isn't one of these.
    """
    seen = last_seen or item.message
    place = next((index for index, entry in enumerate(entries) if entry.id == seen), None)
    if place is None:
        raise Invalid.at("last_seen", "is not an entry of this conversation")
    unseen = [entry for entry in entries[place + 1 :] if _is_of_a_colleague(entry, ref.staff)]
    if unseen:
        conversation = work.conversations.get(ref.practice, [item.conversation])[item.conversation]
        reach = read_reach(work, ref.practice, item, conversation)
        newest = unseen[-1]
        is_shown = reach.shows(newest.at)
        raise SeenTooLittle(work.conversations.entry(ref.practice, item.conversation, newest.id) if is_shown else None)


@contextmanager
def shown_on_record(database: Database, ref: DeliveryRef) -> Iterator[None]:
    """Record what a refused act shows of a colleague's, in a transaction of its own: that of the act is rolled back."""
    try:
        yield
    except SeenTooLittle as refused:
        if refused.entry is not None:
            ids = {"delivery": str(ref.delivery), "entry": str(refused.entry.id)}
            with database.begin() as work:
                work.audit.add([read_on_record(ref, refused.entry.conversation, earlier=False, **ids)])
                work.commit()
        raise


def _is_of_a_colleague(entry: EntryHeader, staff: str) -> bool:
    return entry.author is Author.STAFF and entry.author_id != staff
