"""Who on the patient's side chose to get emails about answers, or not to."""

from sqlalchemy import Boolean, Column, String

from adapters.database.tables.base import owned, to
from adapters.database.types import Moment

email_choice = owned(
    "email_choice",
    Column("patient", String, nullable=False),
    # An authorized user; empty: the patient.
    Column("reader", String, nullable=False),
    Column("wanted", Boolean, nullable=False),
    Column("chosen_at", Moment, nullable=False),
    to("patient", "patient"),
    key=("patient", "reader"),
)
