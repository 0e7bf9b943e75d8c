"""What the page of an open message polls for."""

from dataclasses import dataclass

from router.errors import NotFound
from router.flows.staff.own_delivery import is_theirs
from router.messages.conversation_news import TYPING_WITHIN, ConversationState
from router.messages.inbox import DeliveryRef
from router.ports.unit_of_work import Database, UnitOfWork


@dataclass(frozen=True, slots=True)
class WatchConversation:
    """Watches the conversation of a person's own delivery. No text is read, so nothing is audited."""

    database: Database

    def look(self, ref: DeliveryRef) -> ConversationState:
        """The current state of the conversation. Raises NotFound if the delivery isn't this person's."""
        with self.database.look() as work:
            return read_state(work, ref)


def read_state(work: UnitOfWork, ref: DeliveryRef) -> ConversationState:
    """The current state within a unit of work. Raises NotFound as `look` does."""
    state = work.conversation_news.state(ref.practice, ref.delivery, work.now() - TYPING_WITHIN)
    if state is None or not is_theirs(work, ref, state.staff):
        raise NotFound("There is no such delivery in this inbox.")
    return state
