"""Every refusal becomes a problem that says enough and not too much."""

import json
from collections.abc import Iterator
from importlib import import_module

import pytest

from adapters.http import problems
from adapters.http.problems import STATUSES, answer, problem_of
from router import errors
from router.errors import FieldError, IllegalTransitionError, Refusal
from router.flows.administrator.red_flag_trial import TrialsUsedUp
from router.messages.compose import ComposeForm, FormRefused, Reason
from router.messages.readers import MessageReader

CANARY = "canary-7f3a"
FORM = ComposeForm(
    enabled=False,
    reason=Reason.MESSAGING_OFF,
    disclaimer="Call.",
    site=None,
    sites=(),
    readers=(MessageReader("patient", "pat", CANARY),),
    topics=(),
)


def every_refusal(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    yield kind
    for subclass in kind.__subclasses__():
        yield from every_refusal(subclass)


@pytest.mark.parametrize("kind", list(every_refusal()), ids=lambda kind: kind.__name__)
def test_every_refusal_has_a_status(kind: type[Refusal]) -> None:
    """No refusal is missing in the table."""
    assert kind.slug in STATUSES


def test_every_slug_is_one_refusals() -> None:
    """The table has no slug that nothing uses, and no two refusals claim one; without its own, one has its parent's."""
    # Refusals are defined beside their subjects: the application imports all of them.
    import_module("adapters.http.app")
    slugs = [kind.slug for kind in every_refusal() if kind is not problems.Internal and "slug" in vars(kind)]

    assert sorted(slugs) == sorted(STATUSES)


def test_a_problem_names_fields() -> None:
    """A refusal is told with its type, status and fields."""
    response = answer(errors.Invalid("It can't be stored.", [FieldError("sites.0.name", "is required")]))

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert json.loads(bytes(response.body)) == {
        "type": "urn:careroute:problem:invalid",
        "title": "Some fields are not valid",
        "status": 422,
        "detail": "It can't be stored.",
        "errors": [{"field": "sites.0.name", "message": "is required"}],
    }


def test_a_refusal_from_the_form_carries_the_form() -> None:
    """A page can show the form as it is now; the reason is a slug."""
    problem = problem_of(FormRefused("messaging_off", "patient", "is off", FORM))

    assert problem["status"] == 409
    assert problem["reason"] == "messaging_off"
    assert problem["form"]["enabled"] is False


def test_a_problem_holds_no_name_of_a_patient() -> None:
    """Readers are told by id in a refusal, as errors carry no patient data."""
    problem = problem_of(FormRefused("messaging_off", "patient", "is off", FORM))

    assert problem["form"]["readers"] == [{"kind": "patient", "id": "pat"}]
    assert CANARY not in json.dumps(problem)


def test_a_defect_tells_nothing() -> None:
    """The text of an unexpected error, which may quote a row, stays inside."""
    response = answer(ValueError(CANARY))

    assert response.status_code == 500
    assert CANARY.encode() not in bytes(response.body)


@pytest.mark.parametrize(
    ("error", "status", "header"),
    [
        (errors.UnavailableError("x"), 503, "retry-after"),
        (errors.UnknownOutcomeError("x"), 503, "retry-after"),
        (problems.Busy("x"), 503, "retry-after"),
        (errors.Unauthenticated("x"), 401, "www-authenticate"),
        (problems.TooManyRequests("x", retry_seconds=1, headers={}), 429, "retry-after"),
        (TrialsUsedUp("x", retry_seconds=1), 429, "retry-after"),
    ],
)
def test_headers_say_how_to_go_on(error: Exception, status: int, header: str) -> None:
    """Whoever may repeat hears when; whoever lacks a key hears how to send it."""
    response = answer(error)

    assert response.status_code == status
    assert header in response.headers


def test_an_impossible_change_of_state_is_a_conflict() -> None:
    """A state that can't be reached from here is no defect."""
    assert answer(IllegalTransitionError("x")).status_code == 409
