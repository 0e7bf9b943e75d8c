"""All faults in one run, those of different kinds at the same time, with a thousand messages in flight."""

import gc

from tests.chaos.faults import FAULTS
from tests.chaos.frontend import Frontend
from tests.chaos.mix import Mix, each_once
from tests.chaos.stack import Stack
from tests.chaos.verdict import judge
from tests.integration.service.conftest import ON_THE_STACK

pytestmark = ON_THE_STACK

SEED = 7
LASTING = (0.2, 1.0)


def test_a_mix_of_all_faults_loses_and_doubles_nothing(stack: Stack, frontend: Frontend) -> None:
    """And the judge of it can tell: whatever is taken away, added or sent once more is named."""
    mix = Mix(stack, frontend, each_once(SEED), SEED, LASTING)

    verdict = mix.run(1_000)

    assert verdict.problems == ()
    assert {one.fault for one in mix.survived} == set(FAULTS)
    last, key = stack.relay.accepted[-1], next(reversed(frontend.receipts))
    stack.relay.accepted += [last] * 100
    assert any(f"{last.message_id} was sent" in problem for problem in judge(stack, frontend).problems)
    del stack.relay.accepted[-100:]
    kept = stack.relay.accepted
    stack.relay.accepted = [one for one in kept if one.message_id != last.message_id]
    assert f"{last.message_id} was never sent" in judge(stack, frontend).problems
    stack.relay.accepted = kept
    receipt = frontend.receipts.pop(key)
    assert f"{key} has no 202" in judge(stack, frontend).problems
    frontend.receipts[key] = receipt
    assert judge(stack, frontend).problems == ()
    # Here, rather than in the test that comes next.
    gc.collect()
