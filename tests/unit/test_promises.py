"""Every promise names the tests that fail when it is broken, and can be broken on purpose."""

import ast
from dataclasses import replace

import pytest

from tests.promises import ROOT, exists, read_page, read_tests
from tests.proof.patches import Patch, PatchError, read_patches


def test_every_promise_has_tests_and_a_patch() -> None:
    """And nothing is listed that docs/promises.md doesn't promise."""
    promised = set(read_page())

    assert len(promised) > 10
    assert {number for number, tests in read_tests().items() if tests} == promised
    assert {patch.promise for patch in read_patches()} == promised


@pytest.mark.parametrize(("number", "tests"), read_tests().items())
def test_every_named_test_exists(number: int, tests: list[str]) -> None:
    missing = [test for test in tests if not exists(test)]

    assert missing == [], f"promise {number}"
    assert len(set(tests)) == len(tests)


@pytest.mark.parametrize("patch", read_patches(), ids=lambda patch: f"{patch.promise} {patch.breaks}")
def test_every_patch_can_be_applied(patch: Patch) -> None:
    """A patch that a change of the product has overtaken is brought up to date with that change."""
    broken = patch.patched(ROOT)

    assert ast.dump(ast.parse(broken)) != ast.dump(ast.parse((ROOT / patch.path).read_text()))


def test_a_patch_that_is_out_of_date_says_so() -> None:
    patch = read_patches()[0]

    with pytest.raises(PatchError, match=r"has the text to replace 0 times, not once"):
        replace(patch, before="nothing like this").patched(ROOT)
    with pytest.raises(PatchError, match=r"is not there"):
        replace(patch, path="router/gone.py").patched(ROOT)


@pytest.mark.parametrize("test", ["tests/unit/gone.py::test_it", "tests/unit/test_promises.py::test_gone"])
def test_a_test_that_is_gone_is_missed(test: str) -> None:
    assert not exists(test)
