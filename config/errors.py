"""Why a process does not start, in one line; apart from what raises it, which commands need not import."""


class SettingsError(Exception):
    """The environment can't be used as it is; the text is one line that names the variable."""


class NotReadyError(Exception):
    """The database did not become usable in time; the text is one line."""
