"""Who may do what in the console: one question for each page, button and write."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from flask import current_app

from carboy.auth import UnknownActionError, policy_registry
from carboy.site import is_local_client

from .schema import Attribute, ModelAdmin

VIEW, CREATE, EDIT, DELETE = "view", "create", "edit", "delete"
EXPORT, IMPORT, SHARE = "export", "import", "share"
READING = frozenset({VIEW, EXPORT})
# Which policy decides where the one for the action itself is not written.
_FALLBACKS: Mapping[str, str] = {EXPORT: VIEW, IMPORT: CREATE}
_OWN = frozenset({VIEW, CREATE, EDIT, DELETE})
_ROOT = "admin"

FindAdmin = Callable[[type[Any]], ModelAdmin | None]


class Access:
    """What one user may do, asked once for each class within a request.

    The policy of `admin.edit` decides about editing, or that of `admin` where there is
    none for the class; without both it is refused. `user` is None for visitors.
    """

    def __init__(
        self, user: Any, find_admin: FindAdmin, *, read_only: bool, is_open: bool
    ) -> None:
        self.user = user
        self._find_admin = find_admin
        self._read_only = read_only
        # Everything is allowed: a guard has said so, or a developer is at work.
        self.is_open = is_open
        self._classes: dict[tuple[str, type[Any]], bool] = {}
        # By policies without a class.
        self._whole: dict[str, bool] = {}
        self._visible: dict[type[Any], dict[str, Attribute]] = {}

    def allows(self, action: str, row: Any) -> bool:
        """Return whether the user may do `action` with a row."""
        kind = type(row)
        if not self.allows_some(action, kind):
            return False
        if self.is_open:
            return True
        policy = _find_policy(action, kind)
        if policy is None:
            return False
        return not policy.takes_object or policy_registry.is_allowed(
            self.user, policy.action, row
        )

    def asks_rows(self, action: str, model: type[Any]) -> bool:
        """Return whether a policy has to be asked about each row of a class.

        So it is as well where rows may be of a class that has a policy of its own.
        """
        if self.is_open:
            return False
        mapper = sa.inspect(model, raiseerr=False)
        mappers = () if mapper is None else mapper.self_and_descendants
        return any(
            self._asks_rows(action, kind)
            for kind in {model, *(each.class_ for each in mappers)}
        )

    def _asks_rows(self, action: str, kind: type[Any]) -> bool:
        policy = _find_policy(action, kind)
        takes_object = policy is not None and policy.takes_object
        return takes_object or not self.allows_some(action, kind)

    def allows_some(self, action: str, model: type[Any]) -> bool:
        """Return whether there may be rows of a class that the user may `action`."""
        known = self._classes.get((action, model))
        if known is None:
            known = self._decide(action, model)
            self._classes[action, model] = known
        return known

    def allows_summary(self, name: str, model: type[Any]) -> bool:
        """Return whether the user may see a number about all rows of a class.

        The policy of its own name decides, which must not ask about rows; else that of
        viewing, unless it asks about rows: a sum would tell of those it hides.
        """
        if self.is_open:
            return True
        if self.user is None:
            return False
        policy = _find(f"{_ROOT}.{name}", model)
        if policy is None:
            return self.allows_some(VIEW, model) and not self.asks_rows(VIEW, model)
        return not policy.takes_object and policy_registry.is_allowed(
            self.user, policy.action, model
        )

    def allows_panel(self, name: str) -> bool:
        """Return whether the user may see what a battery does, and act on it.

        The policy `admin.panels.<name>` decides, `admin.panels` where there is none,
        then `admin`. Those of single models say nothing about it.
        """
        if self.is_open:
            return True
        if self.user is None:
            return False
        actions = (f"{_ROOT}.panels.{name}", f"{_ROOT}.panels", _ROOT)
        policies = (_find(action, None) for action in actions)
        policy = next((each for each in policies if each is not None), None)
        if policy is None or policy.takes_object:
            return False
        known = self._whole.get(policy.action)
        if known is None:
            known = policy_registry.is_allowed(self.user, policy.action)
            self._whole[policy.action] = known
        return known

    @property
    def may_act(self) -> bool:
        """Whether anything may be changed at all."""
        return not self._read_only

    def allows_any(self, admins: Mapping[str, ModelAdmin]) -> bool:
        """Return whether the user sees anything at all."""
        return any(self.allows_some(VIEW, each.model) for each in admins.values())

    def visible(self, model: type[Any]) -> Mapping[str, Attribute]:
        """Return the attributes of a class that the user sees."""
        known = self._visible.get(model)
        if known is None:
            admin = self._find_admin(model)
            known = {} if admin is None else self._list_visible(admin)
            self._visible[model] = known
        return known

    def writable(self, admin: ModelAdmin) -> list[Attribute]:
        """Return the attributes of a model that the user may write with its form."""
        readonly = {*admin.options.readonly}
        return [
            each
            for each in self.visible(admin.model).values()
            if each.name not in readonly
        ]

    def _list_visible(self, admin: ModelAdmin) -> dict[str, Attribute]:
        if not self.allows_some(VIEW, admin.model):
            return {}
        restricted = admin.options.restricted
        return {
            name: each
            for name, each in admin.attributes.items()
            if self._sees(each)
            and (name not in restricted or self._may(restricted[name], admin.model))
        }

    def _sees(self, attribute: Attribute) -> bool:
        if not attribute.is_relation:
            return True
        target = attribute.target
        has_page = self._find_admin(target) is not None
        return has_page and self.allows_some(VIEW, target)

    def _may(self, action: str, model: type[Any]) -> bool:
        if self.is_open:
            return True
        return policy_registry.is_allowed(self.user, action, model)

    def _decide(self, action: str, model: type[Any]) -> bool:
        if self._read_only and action not in READING:
            return False
        if self.is_open:
            return True
        if self.user is None:
            return False
        policy = _find_policy(action, model)
        if policy is None:
            return False
        # One that needs an object is asked for each row.
        return policy.takes_object or policy_registry.is_allowed(
            self.user, policy.action, model
        )


def has_policies(models: Iterable[type[Any]]) -> bool:
    """Return whether the site has said who may use the console with these models."""
    parents = {parent for model in models for parent in model.__mro__}
    return any(
        policy.model in parents
        and (policy.action == _ROOT or policy.action.startswith(f"{_ROOT}."))
        for policy in policy_registry
    )


def is_developer() -> bool:
    """Return whether it is a development server, asked from this very machine."""
    return current_app.debug and is_local_client()


def _find_policy(action: str, model: type[Any]) -> Any:
    name: str | None = action
    while name is not None:
        policy = _find(f"{_ROOT}.{name}", model)
        if policy is not None:
            return policy
        # An action of the site is a way to edit.
        name = None if name in _OWN else _FALLBACKS.get(name, EDIT)
    return _find(_ROOT, model)


def _find(action: str, model: type[Any] | None) -> Any:
    try:
        return policy_registry.find(action, model)
    except UnknownActionError:
        return None
