"""Flags of users that Flask-Login 0.2 had as methods: `user.is_active()`.

A method that is only looked at is true, whatever it returns: a locked user would get
in. So such methods become properties, whose values can be called.
"""

from collections.abc import Callable
from inspect import getattr_static
from types import FunctionType
from typing import Any

from .rows import Row
from .uses import record_use

FLAGS = ("is_authenticated", "is_active", "is_anonymous")
CALLED = Row(
    "current_user.is_authenticated()",
    "Flask-Login 0.4",
    "a property whose value can be called; also is_active() and is_anonymous()",
    "current_user.is_authenticated, without the parentheses",
)
METHOD = Row(
    "def is_active(self)",
    "Flask-Login 0.3",
    "the method is called for each check; also is_authenticated and is_anonymous",
    "@property above def is_active(self)",
    "Without it the method itself counts as true, and a locked user gets in.",
)


class CallableFlag(int):
    """A truth value that may be called, for the same value."""

    def __call__(self) -> bool:
        """Return the value as a bool."""
        record_use(CALLED)
        return bool(self)

    def __repr__(self) -> str:
        return repr(bool(self))


def callable_flag(function: Callable[[Any], Any]) -> property:
    """Return a property with the value of `function`, which can be called."""
    return property(lambda user: CallableFlag(bool(function(user))))


def adapt_user(user: Any) -> Any:
    """Turn flags of the user's class that are methods into properties."""
    for name in FLAGS:
        function = getattr_static(type(user), name, None)
        if isinstance(function, FunctionType):
            code = function.__code__
            record_use(METHOD, place=(code.co_filename, code.co_firstlineno))
            owner = next(kind for kind in type(user).__mro__ if name in vars(kind))
            setattr(owner, name, callable_flag(function))
    return user
