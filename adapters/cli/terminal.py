"""What the commands share: printing, one-line errors with exit code 2, and the practice that is meant."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from adapters.documents.problems import field_errors
from router.errors import CarerouteError, Refusal, UnavailableError, UnknownOutcomeError
from router.flows.enrol import Enrol

BAD_INPUT = 2

PracticeOption = Annotated[
    str | None, typer.Option("--practice", help="The practice's id; may be left out where only one exists.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
