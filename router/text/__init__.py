"""What text is: visible, within limits, foldable for searches, safe to show, and cleaned where people paste it."""

from router.text.rules import has_visible, problem_with

__all__ = ["has_visible", "problem_with"]
