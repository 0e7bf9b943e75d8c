"""Access that even a faulty record certainly removes."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.documents.fields import read_moment
from router.practice.doubts import Narrowing, RecordKind
from router.practice.people import AuthorizedUser, Permission, Role
from router.practice.roster_rules import ID_LIMIT
from router.text import problem_with

_ROLES = {role.value: role for role in Role}
_PERMISSIONS = {permission.value: permission for permission in Permission}


def narrowing_of(kind: RecordKind, key: str, value: Mapping[str, Any], file: str, line: int | None) -> Narrowing | None:
    """What the record removes: being active, roles, authorized users and their permissions; None for nothing."""
    narrowing = Narrowing(
        kind,
        key,
        inactive=value.get("active") is False,
        roles=_roles(value.get("roles")),
        users=_users(value.get("authorized_users")) if kind is RecordKind.PATIENTS else None,
        file=file,
        line=line,
    )
    is_any = narrowing.inactive or narrowing.roles is not None or narrowing.users is not None
    return narrowing if is_any and kind is not RecordKind.SITES else None


def without_repeats(users: Iterable[AuthorizedUser]) -> tuple[AuthorizedUser, ...]:
    """Each authorized user once; one who is named several times has only the permissions that every mention grants."""
    found: dict[str, AuthorizedUser] = {}
    for user in users:
        known = found.setdefault(user.id, user)
        found[user.id] = replace(user, permissions=user.permissions & known.permissions)
    return tuple(found.values())


def _roles(value: object) -> frozenset[Role] | None:
    if not isinstance(value, list) or not all(isinstance(role, str) and role in _ROLES for role in value):
        return None
    return frozenset(_ROLES[role] for role in value)


def _users(value: object) -> tuple[AuthorizedUser, ...] | None:
    """The users who are still named; None if one of them can't be identified."""
    if not isinstance(value, list):
        return None
    users = []
    for user in value:
        key = user.get("id") if isinstance(user, dict) else None
        # An id that nobody can have may be anybody's, garbled; one with broken Unicode can't be stored either.
        if not isinstance(key, str) or problem_with(key, ID_LIMIT):
            return None
        permissions = _permissions(user.get("permissions"))
        users.append(AuthorizedUser(key.strip(), "", permissions=permissions, until=_until(user.get("until"))))
    return tuple(users)


def _permissions(value: object) -> frozenset[Permission]:
    """The permissions that are named; if they can't be read, none is removed."""
    if not isinstance(value, list) or not all(isinstance(name, str) and name in _PERMISSIONS for name in value):
        return frozenset(Permission)
    return frozenset(_PERMISSIONS[name] for name in value)


def _until(value: object) -> datetime | None:
    try:
        return read_moment(value) if isinstance(value, str) else None
    except ValueError:
        return None
