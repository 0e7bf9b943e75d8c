"""The history of a topic, page by page: its conversations, and those that the practice moved away from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from router.messages.conversation import Conversation
from router.messages.portal_lists import PortalReader
from router.messages.topic_change import TopicChange
from router.paging import Position
from router.ports.unit_of_work import UnitOfWork
from router.practice.topics import Topic


@dataclass(frozen=True, slots=True)
class TopicPage:
    """Conversations of a topic, newest first, and those that have left the topic, each with its last move.

    Together they are at most one page; `following` is where older ones begin.
    """

    conversations: Sequence[Conversation]
    moved: Sequence[tuple[TopicChange, Conversation]]
    following: Position | None


def topic_page(work: UnitOfWork, reader: PortalReader, topic: Topic, before: Position | None, limit: int) -> TopicPage:
    """The `limit` conversations that were started last before this position, even if the topic is now off."""
    here = work.portal_lists.of_topic(reader, topic, before, limit + 1)
    away = work.portal_lists.moved_from(reader, topic, before, limit + 1)
    places = sorted((found.position for found in (*here, *away)), reverse=True)
    oldest = places[:limit][-1] if places else None
    moved = [found for found in away if oldest is not None and found.position >= oldest]
    return TopicPage(
        [found for found in here if oldest is not None and found.position >= oldest],
        _with_last_moves(work, reader.practice, moved, topic),
        oldest if len(places) > limit else None,
    )


def _with_last_moves(
    work: UnitOfWork, practice: str, conversations: Sequence[Conversation], topic: Topic
) -> list[tuple[TopicChange, Conversation]]:
    """These conversations with the last move that took each of them from the topic, the oldest move first."""
    changes = work.corrections.changes(practice, [found.id for found in conversations]) if conversations else {}
    last = (([change for change in changes[found.id] if change.before is topic][-1], found) for found in conversations)
    return sorted(last, key=lambda pair: pair[0].at)
