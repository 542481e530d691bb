"""Who asks: one of many, one person with pages of their own, or neither."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import session

from .shareability import is_authorized, is_known

PerUser = bool | Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Visitor:
    """What tells the pages of this visitor from those of others: nothing, mostly."""

    parts: list[Any] = field(default_factory=list)

    @property
    def is_personal(self) -> bool:
        """Whether the page is this person's alone."""
        return bool(self.parts)


EVERYBODY = Visitor()


def visitor_of(
    context: Any, per_user: PerUser, *, user_key: str, is_view: bool
) -> Visitor | None:
    """Tell whose page it is; None: of somebody whose pages are not to be kept."""
    if context is None:
        return EVERYBODY
    if callable(per_user):
        who = per_user()
        if who is not None:
            return Visitor(["user", who])
    elif per_user and not is_authorized(context.request):
        who = session.get(user_key)
        if who is not None:
            return Visitor(["user", who])
    if is_view and (is_authorized(context.request) or is_known(context)):
        return None
    return EVERYBODY
