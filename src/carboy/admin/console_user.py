"""Who is at work in the console, also where there is no request: in a task."""

from dataclasses import asdict, dataclass
from typing import Any

from carboy.core import ContextState


@dataclass(frozen=True, slots=True)
class ConsoleUser:
    """The id of a user, the name in the history, and whether a guard allows all."""

    id: str = ""
    name: str = ""
    is_open: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it as arguments of a task."""
        return asdict(self)


# For whom a task works.
console_user_state: ContextState[ConsoleUser] = ContextState("admin_user", ConsoleUser)
