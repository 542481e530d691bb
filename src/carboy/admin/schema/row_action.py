"""What can be done with rows of a list: a function of the site, or a deletion."""

import keyword
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from carboy.admin.errors import AdminSetupError
from carboy.translation import lazy_gettext

from .attributes import make_label

CHANGE_NAME, DELETE_NAME = "edit", "delete"
_RESERVED = frozenset({"view", "create", "edit", "delete", "export", "import"})


@dataclass(frozen=True, slots=True)
class RowAction:
    """A function that is called with each chosen row, in one transaction with others.

    Policies know it as `admin.<name>`. Changes of fields and deletions
    have no `function`. A dangerous action needs a fresh login.
    """

    name: str
    label: Any
    function: Callable[[Any], Any] | None = None
    is_dangerous: bool = False

    @property
    def is_deletion(self) -> bool:
        """Whether the rows go, and others with them."""
        return self.name == DELETE_NAME

    @property
    def is_change(self) -> bool:
        """Whether fields get values that the user types."""
        return self.name == CHANGE_NAME


CHANGE = RowAction(CHANGE_NAME, lazy_gettext("Change fields"))
DELETION = RowAction(DELETE_NAME, lazy_gettext("Delete"), is_dangerous=True)


def make_row_action(
    function: Callable[[Any], Any], label: Any, *, is_dangerous: bool
) -> RowAction:
    """Return the action of a function, which has its name."""
    name = getattr(function, "__name__", "")
    if not name.isidentifier() or keyword.iskeyword(name) or name in _RESERVED:
        msg = (
            f"An action of the console cannot be called {name!r}: its name is that of "
            f"the policy about it. Rename the function."
        )
        raise AdminSetupError(msg)
    return RowAction(name, label or make_label(name), function, is_dangerous)
