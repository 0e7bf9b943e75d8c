"""What an open message asks for by itself."""

from dataclasses import dataclass

from router.errors import NotFound
from router.messages.conversation_news import TYPING_WITHIN, ConversationState
from router.messages.inbox import DeliveryRef
from router.ports.unit_of_work import Database, UnitOfWork


@dataclass(frozen=True, slots=True)
class WatchConversation:
    """Looks at the conversation of a delivery of one's own. No text is read, so that nothing is put on record."""

    database: Database

    def look(self, ref: DeliveryRef) -> ConversationState:
        """How far the conversation has got. Raises NotFound when the delivery is not this person's."""
        with self.database.look() as work:
            return read_state(work, ref)


def read_state(work: UnitOfWork, ref: DeliveryRef) -> ConversationState:
    """The same within a unit of work."""
    state = work.conversation_news.state(ref.practice, ref.delivery, work.now() - TYPING_WITHIN)
    if state is None or state.staff != ref.staff:
        raise NotFound("There is no such delivery in this inbox.")
    return state
