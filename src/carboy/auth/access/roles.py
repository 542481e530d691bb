"""Roles of users, and the permissions that each role has."""

import difflib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from carboy.auth.credential_tables import ROLES, prepare
from carboy.core import ContextState

from .current import access_state
from .errors import PolicyError


class RoleRegistry:
    """The roles of a site: a name, permissions and included roles."""

    def __init__(self) -> None:
        self._permissions: dict[str, frozenset[str]] = {}

    def define(
        self, name: str, *permissions: str, includes: Iterable[str] = ()
    ) -> None:
        """Define a role; a permission may end in `*`: `posts.*`."""
        own = set(permissions)
        for role in includes:
            own |= self.permissions_of(role)
        known = self._permissions.get(name)
        if known is not None and known != own:
            msg = (
                f"The role {name!r} is defined twice. Put both into one define_role()."
            )
            raise PolicyError(msg)
        self._permissions[name] = frozenset(own)

    def names(self) -> list[str]:
        """List the names of the roles."""
        return sorted(self._permissions)

    def permissions_of(self, name: str) -> frozenset[str]:
        """Return the permissions of a role, or raise an error that names near ones."""
        self.require(name)
        return self._permissions[name]

    def require(self, name: str) -> None:
        """Raise `PolicyError` for a role that is not defined."""
        if name in self._permissions:
            return
        near = difflib.get_close_matches(name, self._permissions, n=3) or self.names()
        msg = (
            f"There is no role {name!r}. Defined roles: "
            f"{', '.join(map(repr, near)) or 'none'}. Add one with "
            f"define_role({name!r}, 'permission', ...)."
        )
        raise PolicyError(msg)

    def grants(self, roles: Iterable[str], permission: str) -> bool:
        """Return whether one of `roles` has a permission."""
        # A role that a row names and the site does not define any more grants nothing.
        return any(
            fnmatchcase(permission, pattern)
            for role in roles
            for pattern in self._permissions.get(role, ())
        )


roles = RoleRegistry()
define_role = roles.define


def list_roles(session: Session, user_id: str) -> list[str]:
    """List the names of a user's roles."""
    query = sa.select(ROLES.c.role).where(ROLES.c.user_id == user_id)
    return sorted(prepare(session).execute(query).scalars())


def add_role(session: Session, user_id: str, role: str) -> bool:
    """Add a role with the next commit; return whether the user did not have it."""
    roles.require(role)
    if role in list_roles(session, user_id):
        return False
    session.execute(sa.insert(ROLES).values(user_id=user_id, role=role))
    _forget_cached(user_id)
    return True


def remove_role(session: Session, user_id: str, role: str) -> bool:
    """Remove a role with the next commit; return whether the user had it."""
    had = role in list_roles(session, user_id)
    session.execute(
        sa.delete(ROLES).where(ROLES.c.user_id == user_id, ROLES.c.role == role)
    )
    _forget_cached(user_id)
    return had


# Roles of users by their id, read once in a request.
_cached: ContextState[dict[str, frozenset[str]]] = ContextState("auth_roles", dict)


def roles_of(user: Any) -> frozenset[str]:
    """Return the roles of a user; one query in a request."""
    user_id = user.get_id() if user is not None else None
    if user_id is None:
        return frozenset()
    cached = _cached.get()
    if user_id not in cached:
        session = access_state.current().get_session()
        cached[user_id] = frozenset(list_roles(session, user_id))
    return cached[user_id]


def has_permission(user: Any, permission: str) -> bool:
    """Return whether a user has a permission by one of the roles."""
    return roles.grants(roles_of(user), permission)


def _forget_cached(user_id: str) -> None:
    _cached.get().pop(user_id, None)


class RolesMixin:
    """Methods of a user about roles; `UserModel` has them."""

    def has_role(self, *names: str) -> bool:
        """Return whether the user has one of these roles."""
        for name in names:
            roles.require(name)
        return not roles_of(self).isdisjoint(names)

    def has_permission(self, permission: str) -> bool:
        """Return whether one of the user's roles has a permission."""
        return has_permission(self, permission)
