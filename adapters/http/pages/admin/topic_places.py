"""The fields of one topic at all sites, which are numbered: brought to the rows of the sites as they are saved."""

from collections.abc import Iterable

from adapters.http.pages.kit.csrf import Posted

# The row whose people are added at every ticked site.
ALL = "all"
# What the fields of a row begin with, before its number.
OF_A_ROW = frozenset({"tick", "own", "on", "keep", "new", "display_name"})
PICK = "pick"


def placed_as_saved(form: Posted, sites: Iterable[str]) -> Posted:
    """The form with each field at the number that its site has among `sites`, in whatever order they were shown.

    What was typed for a site that isn't among them is left out.
    """
    sent, places = form.getlist("site"), {site: str(place) for place, site in enumerate(sites)}
    moved = {str(number): places[site] for number, site in enumerate(sent) if site in places} | {ALL: ALL}
    fields = []
    for name, value in form.multi_items():
        part, _, row = name.rpartition(".")
        if part in OF_A_ROW:
            fields += [(f"{part}.{moved[row]}", value)] if row in moved else []
        else:
            fields.append((name, _moved_pick(value, moved) if name == "do" else value))
    return Posted(fields)


def _moved_pick(act: str, moved: dict[str, str]) -> str:
    """A button that picks somebody names the row as well."""
    verb, _, rest = act.partition(":")
    row, _, staff = rest.partition(":")
    return f"{PICK}:{moved.get(row, '')}:{staff}" if verb == PICK else act
