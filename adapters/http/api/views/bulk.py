"""What became of several deliveries."""

from uuid import UUID

from pydantic import Field

from adapters.http.api.views.people import AwayView
from adapters.http.problems import STATUSES, Problem, problem_of, refusal_of
from adapters.http.view import View
from router.flows.staff.bulk import BulkAnswer

DONE = 200


class BulkAnswerView(View):
    """The result for one delivery."""

    delivery: UUID = Field(description="The delivery's id.")
    status: int = Field(description="200, or the status that a request with only this delivery would have got.")
    problem: Problem | None = Field(description="Why it was not done; null if it was.")

    @classmethod
    def of(cls, answer: BulkAnswer) -> "BulkAnswerView":
        """Show one answer."""
        if answer.refusal is None:
            return cls(delivery=answer.delivery, status=DONE, problem=None)
        refusal = refusal_of(answer.refusal)
        return cls(delivery=answer.delivery, status=STATUSES[refusal.slug], problem=problem_of(refusal))


class BulkView(AwayView):
    """One answer for each delivery, in order; after a forward, whether the colleague is there."""

    items: list[BulkAnswerView] = Field(description="The answers.")
