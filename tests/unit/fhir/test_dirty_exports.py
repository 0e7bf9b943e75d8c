"""Dirty exports: any element missing, doubled, null, of another type, out of its period, with any Unicode."""

import copy
import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.fhir.export import ExportError
from router.practice.people import Roster
from router.practice.roster import Mode
from router.practice.roster_rules import NAME_LIMIT
from router.text import problem_with
from tests.samples import fhir
from tests.samples.rosters import EMPTY, bring_export

# Elements that say that somebody is gone; what they may say is tried elsewhere, and here only what they can't.
DECIDING = {"active", "deceasedBoolean", "deceasedDateTime", "status", "link", "mode", "physicalType", "resourceType"}
ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=30)
SCALARS = st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXT
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3), max_leaves=6
)
PERIODS = st.sampled_from([{"start": "2099"}, {"end": "1999-12-31"}, {"start": "2020-02-30"}, {"end": ""}, {}, None])
DAMAGE = st.sampled_from(["drop", "null", "other", "text", "double", "period", "wrap", "deep"])


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a resource where something stands."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, part in parts for place in ((*path, key), *places(part, (*path, key)))]


def damaged(resource: fhir.Json, path: tuple[Any, ...], damage: str, draw: st.DrawFn) -> fhir.Json:
    """The resource with one thing wrong in it."""
    made = copy.deepcopy(resource)
    *parents, last = path
    holder: Any = made
    for part in parents:
        holder = holder[part]
    if damage == "drop":
        del holder[last]
    elif damage == "double":
        holder[last] = [holder[last], holder[last]]
    elif damage == "wrap":
        holder[last] = {"value": holder[last]}
    elif damage == "deep":
        holder[last] = json.loads("[" * 300 + "]" * 300)
    elif damage == "period" and isinstance(holder, dict):
        holder["period"] = draw(PERIODS)
    elif path == ("id",):
        holder[last] = None  # Another id that can be used would be another person.
    else:
        holder[last] = draw({"text": ANY_TEXT, "other": VALUES}.get(damage, st.none()))
    return made


@st.composite
def dirty(draw: st.DrawFn) -> list[fhir.Json]:
    """The small practice with a few things wrong in it."""
    resources = fhir.small()
    for _ in range(draw(st.integers(1, 6))):
        number = draw(st.integers(0, len(resources) - 1))
        found = [place for place in places(resources[number]) if place[0] not in DECIDING]
        if found:
            resources[number] = damaged(resources[number], draw(st.sampled_from(found)), draw(DAMAGE), draw)
    return resources


def brought(current: Roster, resources: list[fhir.Json], mode: Mode) -> Roster:
    """The roster after an export, with halves of characters and what else JSON can hold."""
    with tempfile.TemporaryDirectory() as directory:
        folder = fhir.write(Path(directory), [])
        for resource in resources:
            kind = resource.get("resourceType")
            with (folder / f"{kind}.ndjson").open("a", encoding="ascii") as file:
                file.write(json.dumps(resource) + "\n")
        return bring_export(current, folder, fhir.NOW, mode)


CLEAN = brought(EMPTY, fhir.small(), Mode.MERGE)


@settings(max_examples=150, deadline=None)
@given(resources=dirty(), mode=st.sampled_from(Mode))
def test_no_import_dies_or_loses_or_deactivates_anybody(resources: list[fhir.Json], mode: Mode) -> None:
    after = brought(CLEAN, resources, mode)

    for before, now in ((CLEAN.staff, after.staff), (CLEAN.patients, after.patients)):
        assert {key for key, one in before.items() if one.active} <= {key for key, one in now.items() if one.active}
        assert all(problem_with(one.name, NAME_LIMIT) is None for one in now.values())
    assert not any(site.hidden for site in after.sites.values())


@settings(max_examples=60, deadline=None)
@given(resources=dirty())
def test_a_dirty_export_also_makes_a_roster_of_nothing(resources: list[fhir.Json]) -> None:
    """Whoever has a name and an id in it is on the roster."""
    roster = brought(EMPTY, resources, Mode.MERGE)

    untouched = [
        resource for resource in resources if resource in fhir.small() and resource["resourceType"] == "Patient"
    ]
    assert {one["id"] for one in untouched} <= set(roster.patients)


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=400), kind=st.sampled_from(["Patient", "CareTeam", "Location", "Practitioner"]))
def test_any_bytes_cost_nobody_anything(data: bytes, kind: str) -> None:
    with tempfile.TemporaryDirectory() as directory:
        folder = fhir.write(Path(directory), fhir.small())
        with (folder / f"{kind}.ndjson").open("ab") as file:
            file.write(data)
        try:
            after = bring_export(CLEAN, folder, fhir.NOW, Mode.REPLACE)
        except ExportError as error:
            raise AssertionError(str(error)) from error
    assert after == CLEAN
