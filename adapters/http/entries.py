"""Entries of a conversation as JSON."""

from typing_extensions import TypedDict

from adapters.documents.fields import moment_text
from router.messages.conversation import Entry

# `from` is a word of Python's, so that the shape is written as a call.
EntryShape = TypedDict("EntryShape", {"id": str, "from": str, "kind": str, "at": str, "body": str})


def render_entry(entry: Entry) -> EntryShape:
    """One entry; `from` is the name under which its author appears to the patient's side."""
    return {
        "id": str(entry.id),
        "from": entry.shown_as,
        "kind": entry.author.value,
        "at": moment_text(entry.at),
        "body": entry.body,
    }
