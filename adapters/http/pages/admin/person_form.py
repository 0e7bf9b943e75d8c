"""What an administrator typed about a member of staff."""

from adapters.documents.roster import address_of
from adapters.http.pages.kit.csrf import Posted
from adapters.http.pages.kit.shown import EditedForm
from adapters.http.pages.kit.typed import typed_line
from router.errors import FieldError, Invalid, Refusal
from router.practice.people import Role, Staff
from router.practice.roster import StaffRecord

FIELDS = ("name", "title", "email")
ROLE = "portal_admin"
# What may be changed.
NAMES = (*FIELDS, ROLE)
LABELS = {"id": "Staff id", "name": "Name", "title": "Title", "email": "Email", ROLE: "Portal administrator"}


def read_record(form: Posted) -> StaffRecord:
    """Somebody new; without an id they get one that is made from their name."""
    name, title, email = (typed_line(form, field).strip() for field in FIELDS)
    return StaffRecord(
        typed_line(form, "id").strip(), name, address_of(email) if email else None, title or None, read_roles(form)
    )


def read_roles(form: Posted) -> frozenset[Role]:
    """What they may do."""
    return frozenset({Role.STAFF, Role.PORTAL_ADMIN} if ROLE in form else {Role.STAFF})


def edited(form: Posted, known: Staff) -> EditedForm:
    """What was typed over what is stored of somebody."""
    return EditedForm(form, typed_of(known), NAMES)


def read_changes(form: Posted, known: Staff) -> dict[str, object]:
    """The fields that were changed. Raises Invalid, also where somebody else has changed the same ones since."""
    edit = edited(form, known)
    record = read_record(edit.merged())
    typed: dict[str, object] = {
        "name": record.name,
        "title": record.title,
        "email": record.email,
        "roles": record.roles,
    }
    changes = {field: value for field, value in typed.items() if value != getattr(known, field)}
    overtaken = [FieldError(name, words) for name, words in edit.overtaken().items() if name in changes]
    if overtaken:
        raise Invalid("Somebody else has changed the same fields.", overtaken)
    return changes


def errors_of(refused: Refusal) -> dict[str, str]:
    """What is wrong, by the fields of the page."""
    return {ROLE if one.field == "roles" else one.field: one.message for one in refused.errors}


def typed_of(staff: Staff) -> Posted:
    """The form as it stands before anybody types."""
    fields = [(field, getattr(staff, field) or "") for field in FIELDS]
    return Posted([*fields, *([(ROLE, "on")] if Role.PORTAL_ADMIN in staff.roles else [])])
