"""The form of an absence: from when, until when, and who covers."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from adapters.http.pages.kit.csrf import Posted
from adapters.http.pages.kit.shown import EditedForm
from adapters.http.pages.kit.staff_search import NOBODY_MATCHES, label_of, search, several_match
from adapters.http.pages.kit.typed import typed_line
from router.errors import FieldError, Invalid
from router.messaging.snapshot import PracticeSnapshot
from router.practice.availability import Absence
from router.practice.people import Practice

LONGEST_TEXT = 30
ABSENCE_FIELDS = ("from", "until", "cover")
OVERTAKEN = (
    "The absence has changed since this form was opened, or is over, and the page shows what is set now. Save again to "
    "set yours instead."
)


def coming_absence(staff: str, snapshot: PracticeSnapshot) -> Absence | None:
    """The absence of this person that has begun or will; None once it is over."""
    absence = snapshot.staffing.absences.get(staff)
    return absence if absence is not None and absence.ends > snapshot.at else None


def typed_absence(absence: Absence | None, snapshot: PracticeSnapshot) -> Posted:
    """The fields as they stand before anybody types."""
    if absence is None:
        return Posted([])
    zone = ZoneInfo(snapshot.practice.time_zone)
    members = snapshot.staffing.members
    cover = members.get(absence.cover or "")
    return Posted(
        [
            ("from", f"{absence.begins.astimezone(zone):%Y-%m-%dT%H:%M}"),
            ("until", f"{absence.ends.astimezone(zone):%Y-%m-%dT%H:%M}"),
            ("cover", label_of(cover, members) if cover else ""),
        ]
    )


def read_absence(form: Posted, staff: str, snapshot: PracticeSnapshot) -> Absence:
    """The absence of this person that the form describes.

    Raises Invalid with the fields, also where somebody else has set or deleted one since the form was opened.
    """
    stored = coming_absence(staff, snapshot)
    shown = typed_absence(stored, snapshot)
    times, errors = _times(form, stored, shown, snapshot.practice)
    if "until" in times and times["until"] <= snapshot.at:
        errors.append(FieldError("until", "has passed already"))
    cover, wrong_cover = _cover(typed_line(form, "cover").strip(), staff, snapshot)
    if wrong_cover:
        errors.append(FieldError("cover", wrong_cover))
    absence = None if errors else Absence(staff, times["from"], times["until"], cover)
    # Told also beside other errors: the page that comes back shows what is set now, and would be stored over it.
    if absence != stored and EditedForm(form, shown, ABSENCE_FIELDS).is_stale():
        errors.append(FieldError("from", OVERTAKEN))
    if absence is None or errors:
        raise Invalid("The absence can't be stored.", errors)
    return absence


def _times(
    form: Posted, stored: Absence | None, shown: Posted, practice: Practice
) -> tuple[dict[str, datetime], list[FieldError]]:
    """The moments by field, and what is wrong with them; one that still stands as it was shown is as it is stored.

    The form shows no seconds, and a minute that the clocks repeat is two moments.
    """
    errors: list[FieldError] = []
    times = {"from": stored.begins, "until": stored.ends} if stored is not None else {}
    for name in ("from", "until"):
        text = form.get(name, "")
        if stored is not None and text == shown[name]:
            continue
        try:
            times[name] = local_moment(text, practice)
        except ValueError as wrong:
            errors.append(FieldError(name, str(wrong)))
    return times, errors


def local_moment(text: str, practice: Practice) -> datetime:
    """A local time of the practice, as browsers send it. Raises ValueError with what is wrong, in words."""
    try:
        local = datetime.fromisoformat(text.strip()) if len(text) <= LONGEST_TEXT else None
    except ValueError:
        local = None
    # Years in which people are away; zones can't push such a moment out of the calendar.
    if local is None or local.tzinfo is not None or not 1900 <= local.year < 2200:  # noqa: PLR2004
        raise ValueError("must be a date and a time")
    zone = ZoneInfo(practice.time_zone)
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local:
        raise ValueError("does not exist: the clocks go forward then")
    return moment


def _cover(wanted: str, staff: str, snapshot: PracticeSnapshot) -> tuple[str | None, str | None]:
    """Who covers, and what is wrong with what was typed; nobody where nothing was."""
    if not wanted:
        return None, None
    members = snapshot.staffing.members
    found = search(wanted, members)
    if len(found) == 1:
        return found[0].id, "must be somebody else" if found[0].id == staff else None
    if found:
        return None, several_match(found, members)
    return None, NOBODY_MATCHES
