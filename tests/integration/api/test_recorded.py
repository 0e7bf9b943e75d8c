"""What every call answers stays the same to the byte."""

import os
from pathlib import Path

from tests.integration.api.conftest import Service
from tests.integration.api.recorded_calls import record

RECORDED = Path(__file__).parent / "recorded" / "answers.txt"


def test_answers_are_as_they_were_recorded(service: Service) -> None:
    """Every call answers on the small house what is written down; RECORD=1 writes it down anew."""
    answers = record(service)
    if os.environ.get("RECORD"):
        RECORDED.write_text(answers, encoding="utf-8")

    assert answers == RECORDED.read_text(encoding="utf-8")
