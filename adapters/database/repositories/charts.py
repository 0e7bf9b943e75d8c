"""Which charts can still be read by their patients."""

from sqlalchemy import ColumnElement, FromClause, exists

from adapters.database.tables import patient


def is_read_elsewhere(chart: FromClause) -> ColumnElement[bool]:
    """Whether a chart was merged into one from which its patient reads it: one in use, or merged again."""
    heir = patient.alias("heir")
    its = (heir.c.practice == chart.c.practice) & (heir.c.id == chart.c.replaced_by)
    return exists().where(its & (heir.c.active | heir.c.replaced_by.is_not(None))).correlate(chart)


def can_read(chart: FromClause) -> ColumnElement[bool]:
    """Whether the patient can read what is answered in a chart."""
    return chart.c.active | is_read_elsewhere(chart)
