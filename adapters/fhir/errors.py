"""What is wrong with an export, in words that hold no patient data."""

from router.errors import CarerouteError


class ExportError(CarerouteError):
    """An export can't be read: the file, the line and the field at fault, and what is wrong, without any value."""

    def __init__(self, file: str, line: int | None, field: str, message: str) -> None:
        places = (file, f"line {line}" if line else "", field)
        super().__init__(f"{', '.join(place for place in places if place)}: {message}")
        self.file = file
        self.line = line
        self.field = field
        self.message = message


class EmptyFileError(ExportError):
    """A file without anything in it, as a download leaves that broke off: nobody is known to be absent."""

    def __init__(self, file: str) -> None:
        super().__init__(file, None, "", "is empty")
