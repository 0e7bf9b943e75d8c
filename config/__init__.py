"""Where the rooms are put together; every process starts here."""

VERSION = "0.1.0"
