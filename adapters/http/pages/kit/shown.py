"""Forms that say what they showed: saving one changes what was typed, and nothing that was saved since by others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import shorten

from adapters.http.pages.kit.csrf import Posted
from adapters.http.pages.kit.typed import typed_lines

# Before the name of a field: what stood in it when the page was opened (`parts.shown`).
PREFIX = "shown."
# Of a long text only the beginning is quoted; the whole of it stands on the page when it is opened anew.
MOST_QUOTED = 80
CHANGED = "Somebody else changed this to “{}” in the meantime. Save again to keep yours instead."
EMPTIED = "Somebody else emptied this in the meantime. Save again to keep yours."


@dataclass(frozen=True, slots=True)
class EditedForm:
    """A form about something that is stored: what was typed, and what is stored now, by the names of the fields.

    `words` has what the page says in place of values that stand in a list of choices.
    """

    typed: Posted = field(repr=False)
    stored: Posted = field(repr=False)
    names: tuple[str, ...]
    words: Mapping[str, str] = field(default_factory=dict)

    def merged(self) -> Posted:
        """The form, with the fields that its writer didn't touch as they are stored now."""
        fields = [(name, value) for name, value in self.typed.multi_items() if name not in self.names]
        for name in self.names:
            source = self.typed if self._is_touched(name) else self.stored
            fields += [(name, source[name])] if name in source else []
        return Posted(fields)

    def overtaken(self) -> dict[str, str]:
        """What to say beside each field that its writer and somebody else have changed, differently."""
        stored = {name: _text(self.stored, name) for name in self.names if self._is_overtaken(name)}
        return {name: CHANGED.format(self._said(text)) if text else EMPTIED for name, text in stored.items()}

    def is_stale(self) -> bool:
        """Whether somebody has saved something since that the form didn't show."""
        return any(self._is_changed_since(name) for name in self.names)

    def _said(self, text: str) -> str:
        return shorten(self.words.get(text, text), MOST_QUOTED, placeholder=" …")

    def _is_touched(self, name: str) -> bool:
        # A form that doesn't say what it showed means all that stands in it.
        shown = PREFIX + name
        return shown not in self.typed or _text(self.typed, name) != _text(self.typed, shown)

    def _is_changed_since(self, name: str) -> bool:
        shown = PREFIX + name
        return shown in self.typed and _text(self.stored, name) != _text(self.typed, shown)

    def _is_overtaken(self, name: str) -> bool:
        differs = _text(self.typed, name) != _text(self.stored, name)
        return differs and self._is_touched(name) and self._is_changed_since(name)


def _text(form: Posted, name: str) -> str:
    return typed_lines(form, name).strip()
