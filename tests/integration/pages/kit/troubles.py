"""Flows of which one act fails, as in a database that restarts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.integration.pages.conftest import Browser


@dataclass
class Troubled:
    """A flow of which one act fails, once it was done where `after` says so."""

    flow: Any
    act: str
    error: Exception
    after: bool = False

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as the flow has it.
        found = getattr(self.flow, name)
        return self._fail(found) if name == self.act else found

    def _fail(self, do: Callable[..., Any]) -> Callable[..., Any]:
        def act(*arguments: Any, **named: Any) -> None:  # noqa: ANN401
            if self.after:
                do(*arguments, **named)
            raise self.error

        return act


def trouble(browser: Browser, flow: str, act: str, error: Exception, *, after: bool = False) -> Callable[[], None]:
    """Let an act of a flow fail; returns what mends it."""
    state = browser.service.app.state
    flows = state.flows
    state.flows = replace(flows, **{flow: Troubled(getattr(flows, flow), act, error, after)})

    def mend() -> None:
        state.flows = flows

    return mend
