"""Decorators of views: who may reach them."""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from carboy.site import mark_access

from .current import access_state, is_visitor
from .errors import AccessDeniedError
from .policies import authorize
from .roles import has_permission, roles_of

P = ParamSpec("P")
R = TypeVar("R")


def roles_required(*names: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Refuse users who have none of these roles; visitors are asked to log in."""
    if not names or callable(names[0]):
        msg = 'roles_required needs names of roles: @roles_required("editor").'
        raise TypeError(msg)

    def is_allowed(user: Any) -> bool:
        return not roles_of(user).isdisjoint(names)

    return _make_decorator(is_allowed, f"role {' or '.join(names)}")


def permission_required(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Refuse users without this permission; visitors are asked to log in."""
    if not isinstance(name, str):
        msg = 'permission_required needs a name: @permission_required("posts.edit").'
        raise TypeError(msg)
    return _make_decorator(
        lambda user: has_permission(user, name), f"permission {name}"
    )


def policy_required(
    action: str, model: type[Any] | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Refuse users to whom a policy without an object does not allow `action`."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
            authorize(action, model)
            return view(*args, **kwargs)

        name = f" {model.__name__}" if model is not None else ""
        return mark_access(wrapped, f"policy {action}{name}")

    return decorate


def _make_decorator(
    is_allowed: Callable[[Any], bool], rule: str
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
            state = access_state.current()
            user = state.get_user()
            if is_visitor(user):
                answer: R = state.refuse_visitor()
                return answer
            if not is_allowed(user):
                raise AccessDeniedError(f"This page needs the {rule}.")
            return view(*args, **kwargs)

        return mark_access(wrapped, rule)

    return decorate
