"""Texts that count how often they are compared, for tests that something takes as many steps as there are texts."""


class CountedText(str):
    """A text that notes each comparison."""

    __slots__ = ("compared",)
    compared: list[str]

    def __eq__(self, other: object) -> bool:
        self.compared.append(self)
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def counted_texts(count: int) -> tuple[list[str], list[str]]:
    """Different texts, and the list of all that were compared."""
    compared: list[str] = []
    texts = [CountedText(f"text-{number}") for number in range(count)]
    for text in texts:
        text.compared = compared
    return [*texts], compared
