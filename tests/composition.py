"""docker-compose.yml as Docker Compose would read it: with its variables filled in."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped] # it brings no types.

FILE = Path(__file__).resolve().parent.parent / "docker-compose.yml"
VARIABLE = re.compile(r"\$\{(?P<name>[A-Z_]+)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\}")


def read_services(given: Mapping[str, str]) -> dict[str, Any]:
    """The services by name. Raises LookupError for a variable that must be given and isn't."""

    def fill(found: re.Match[str]) -> str:
        name, kind, rest = found.group("name", "kind", "rest")
        if name in given:
            return given[name]
        if kind != "-":
            message = f"{name} {rest}"
            raise LookupError(message)
        return str(rest)

    services: dict[str, Any] = yaml.safe_load(VARIABLE.sub(fill, FILE.read_text()))["services"]
    return services


def start_order(services: Mapping[str, Any]) -> list[str]:
    """The services, each after what it depends on."""
    order: list[str] = []

    def add(name: str) -> None:
        for needed in services[name].get("depends_on", {}):
            add(needed)
        if name not in order:
            order.append(name)

    for name in services:
        add(name)
    return order
