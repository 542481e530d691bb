"""Policies: one registry of typed functions that say who may do what."""

import difflib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from .current import access_state, is_visitor
from .errors import AccessDeniedError, PolicyError, UnknownActionError

F = TypeVar("F", bound=Callable[..., bool])

_CURRENT: Any = object()


@dataclass(frozen=True, slots=True)
class Policy:
    """A function that returns whether a user may do `action` with a `model`."""

    action: str
    model: type[Any]
    function: Callable[..., bool]
    takes_object: bool
    allows_visitors: bool

    @property
    def name(self) -> str:
        """The full name of the function."""
        return f"{self.function.__module__}.{self.function.__qualname__}"


class PolicyRegistry:
    """Policies by action and class. What no policy allows is refused."""

    def __init__(self) -> None:
        self._policies: dict[str, dict[type[Any], Policy]] = {}

    def __iter__(self) -> Iterator[Policy]:
        for policies in self._policies.values():
            yield from policies.values()

    def policy(
        self, action: str, model: type[Any] = object, *, visitors: bool = False
    ) -> Callable[[F], F]:
        """Register `function(user, object)` or `function(user)` for an action.

        It holds for subclasses of `model` too, unless they have their own. Visitors
        who are not logged in are refused without a call, unless `visitors` is true.
        """

        def register(function: F) -> F:
            self._add(
                Policy(action, model, function, _takes_object(function), visitors)
            )
            return function

        return register

    def is_allowed(self, user: Any, action: str, target: Any = None) -> bool:
        """Return whether `user` may do `action` with an object, a class or nothing."""
        policy = self.find(action, target)
        if policy is None or (is_visitor(user) and not policy.allows_visitors):
            return False
        if not policy.takes_object:
            return _check_result(policy, policy.function(user))
        if target is None or isinstance(target, type):
            msg = (
                f"can({action!r}, {_show(target)}) has no object, and the policy "
                f"{policy.name} needs one. Pass an object of {policy.model.__name__}, "
                f"or write the policy with one parameter: def may(user)."
            )
            raise PolicyError(msg)
        return _check_result(policy, policy.function(user, target))

    def find(self, action: str, target: Any = None) -> Policy | None:
        """Return the policy of the nearest class, or None; the action must exist."""
        policies = self._policies.get(action)
        if policies is None:
            raise UnknownActionError(self._explain_unknown(action))
        kind = target if isinstance(target, type) else type(target)
        for parent in kind.__mro__:
            if policy := policies.get(parent):
                return policy
        return None

    def _add(self, policy: Policy) -> None:
        policies = self._policies.setdefault(policy.action, {})
        existing = policies.get(policy.model)
        # The same function again: its module was loaded anew.
        if existing is not None and existing.name != policy.name:
            msg = (
                f"Two policies say who may {policy.action!r} a "
                f"{policy.model.__name__}: {existing.name} and {policy.name}. Put "
                f"them together into one function."
            )
            raise PolicyError(msg)
        policies[policy.model] = policy

    def _explain_unknown(self, action: str) -> str:
        near = difflib.get_close_matches(action, self._policies, n=3)
        known = near or sorted(self._policies)[:10]
        names = ", ".join(map(repr, known)) or "none"
        return (
            f"No policy is about the action {action!r}. "
            f"{'Did you mean' if near else 'Known actions'}: {names}. A policy is a "
            f"function below @policy({action!r}, Model) in a module that is imported."
        )


def _takes_object(function: Callable[..., bool]) -> bool:
    if inspect.iscoroutinefunction(function):
        msg = f"The policy {function.__qualname__} must not be async: templates ask it."
        raise PolicyError(msg)
    count = len(inspect.signature(function).parameters)
    if count not in {1, 2}:
        msg = (
            f"The policy {function.__qualname__} has {count} parameters. Write "
            f"def may(user) or def may(user, object)."
        )
        raise PolicyError(msg)
    return count == 2


def _check_result(policy: Policy, result: object) -> bool:
    """Refuse results that are only truthy: a query or an expression is not a yes."""
    if isinstance(result, bool):
        return result
    msg = (
        f"The policy {policy.name} returned {result!r}, which is neither True nor "
        f"False. Return a bool, for example with bool(...) or a comparison."
    )
    raise PolicyError(msg)


def _show(target: Any) -> str:
    return target.__name__ if isinstance(target, type) else repr(target)


policies = PolicyRegistry()
policy = policies.policy


def can(action: str, target: Any = None, *, user: Any = _CURRENT) -> bool:
    """Return whether the current user, or `user`, may do `action` with `target`."""
    asked = access_state.current().get_user() if user is _CURRENT else user
    return policies.is_allowed(asked, action, target)


def authorize(action: str, target: Any = None) -> None:
    """Raise an answer unless the current user may do `action` with `target`.

    Visitors are asked to log in; others get a 403.
    """
    state = access_state.current()
    user = state.get_user()
    if policies.is_allowed(user, action, target):
        return
    if is_visitor(user):
        state.refuse_visitor()
    raise AccessDeniedError(f"You may not {action} this.")
