"""Quick texts as templates are given them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from router.flows.staff.quick_texts import OfferedTexts
from router.messages.inbox import InboxItem
from router.messages.quick_texts import QuickText, fill, unfilled


@dataclass(frozen=True, slots=True)
class QuickTextView:
    """A quick text: for replying its fields are filled in, and `left` names those whose value is not known."""

    id: str
    title: str
    body: str = field(repr=False)
    topic: str
    is_mine: bool
    left: str = ""


def as_stored(texts: Sequence[QuickText]) -> list[QuickTextView]:
    """The texts as they were saved, for changing them."""
    return [_view(one, one.text.body) for one in texts]


def for_reply(offered: OfferedTexts, item: InboxItem, my_name: str) -> list[QuickTextView]:
    """The texts for this message's topic with their fields filled in; one's own come first."""
    values = offered.values(item.patient_name, my_name)
    suiting = [_view(one, fill(one.text.body, values)) for one in offered.texts if one.suits(item.topic)]
    return sorted(suiting, key=lambda one: not one.is_mine)


def _view(one: QuickText, body: str) -> QuickTextView:
    topic = one.text.topic.value if one.text.topic is not None else ""
    return QuickTextView(str(one.id), one.text.title, body, topic, one.owner is not None, ", ".join(unfilled(body)))
