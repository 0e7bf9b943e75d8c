"""Members of staff as inboxes and threads name them."""

from collections.abc import Mapping

from pydantic import Field

from adapters.http.view import View


class PersonView(View):
    """A member of staff."""

    id: str = Field(description="The id of the member of staff.")
    name: str = Field(description="Their name.")

    @classmethod
    def of(cls, staff: str | None, names: Mapping[str, str]) -> "PersonView | None":
        """Show a member of staff; None where there is none."""
        return None if staff is None else cls(id=staff, name=names.get(staff, staff))
