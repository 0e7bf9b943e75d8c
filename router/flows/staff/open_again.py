"""What follows when a delivery that was done is open again."""

from router.flows.ladders import begin_next_run
from router.flows.practice import known_practice
from router.messages.inbox import DeliveryRef, InboxItem
from router.messages.priority import Priority
from router.ports.unit_of_work import UnitOfWork


def open_again(work: UnitOfWork, ref: DeliveryRef, item: InboxItem, *, was_left: bool) -> None:
    """What is urgent may stand first again, and the message's next run begins.

    What `was_left` to a colleague has waited with them all the time, and its run goes on.
    """
    if was_left:
        return
    if item.priority is Priority.URGENT:
        work.urgency.rise(ref.practice, item.message)
    if item.is_held:
        begin_next_run(work, known_practice(work, ref.practice), item, answered=False)
