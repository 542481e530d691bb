"""What access needs of an app: the current user, a session, the answer to a visitor."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from carboy.core import AppState


@dataclass(frozen=True, slots=True)
class AccessState:
    """The functions that the battery of accounts provides."""

    get_user: Callable[[], Any]
    get_session: Callable[[], Session]
    # Returns the answer for a visitor who is not logged in, or raises it.
    refuse_visitor: Callable[[], Any]
    # Returns the id of who logs in with a text, or of whom it is; None for nobody.
    find_user_id: Callable[[str], str | None] = str


access_state: AppState[AccessState] = AppState("carboy.auth.access")


def is_visitor(user: Any) -> bool:
    """Return whether nobody is logged in, or somebody who must not act."""
    return user is None or not getattr(user, "is_authenticated", False)
