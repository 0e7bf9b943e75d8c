"""Texts that were typed or pasted into a form, cleaned of what can't be stored."""

from adapters.http.pages.kit.csrf import Posted
from router.text.cleaning import cleaned_line, cleaned_lines


def typed_lines(form: Posted, name: str) -> str:
    """A text of several lines; browsers send CR LF for each line feed that was typed."""
    return cleaned_lines(form.get(name, ""))


def typed_line(form: Posted, name: str) -> str:
    """A text of one line."""
    return cleaned_line(form.get(name, ""))
