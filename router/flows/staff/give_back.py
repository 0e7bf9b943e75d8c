"""What waits in a conversation that somebody gives up: it is in somebody's open inbox afterwards."""

from router.errors import Conflict
from router.flows.hand_over import give_as_resolved
from router.messages.cascade import Question, resolve
from router.messages.inbox import InboxItem
from router.messages.routing import ClaimedMessage, Routed
from router.ports.services import Ids
from router.ports.unit_of_work import UnitOfWork
from router.practice.people import Practice

NOBODY = "Nobody else has this message open. Forward the whole conversation to a colleague, or finish it first."


def give_back(work: UnitOfWork, ids: Ids, tenant: Practice, item: InboxItem) -> tuple[str, ...]:
    """Give what waits in the delivery's conversation, and nobody has open who must take care of it, to the cascade.

    Somebody who had it by a forward alone and promised a further answer leaves it with nobody: the recipients were done
    when it was answered. Returns who has it now, nobody where nothing had to be given. Raises Conflict where the
    cascade finds nobody.
    """
    practice = tenant.id
    left = work.replies.left_alone(practice, item.conversation)
    if not left:
        return ()
    thread = work.conversations.get(practice, [item.conversation])[item.conversation]
    chart = work.roster.patients(practice, [thread.patient])[thread.patient]
    question = Question(
        thread.topic, thread.site, None, thread.chosen, tuple(member.staff for member in chart.care_team)
    )
    staffing = work.roster.staffing(tenant)
    resolution = resolve(question, work.messaging.current(tenant), staffing, work.now())
    if not resolution.recipients:
        raise Conflict(NOBODY)
    takers = tuple(recipient.staff for recipient in resolution.recipients)
    for message in left:
        claimed = ClaimedMessage(practice, message, item.conversation, thread.patient, question)
        # Whoever gives it up, and should have it by the rules, has it in front of them.
        reopened_for = set(takers) - {item.staff}
        give_as_resolved(work, ids, staffing, Routed(claimed, resolution, ()), reopened_for)
    return takers
