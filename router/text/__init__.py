"""Text: limits, folding for searches, safe display, and cleaning of pasted text."""

from router.text.rules import has_visible, problem_with

__all__ = ["has_visible", "problem_with"]
