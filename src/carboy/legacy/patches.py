"""Changes to modules and classes of others, which can be taken back."""

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from .rows import Row
from .uses import record_use

_MISSING = object()


class Patches:
    """What was set, and what was there before."""

    def __init__(self) -> None:
        self._before: list[tuple[Any, str, Any]] = []
        self._undo: list[Callable[[], None]] = []

    def set(self, owner: Any, name: str, value: Any) -> Any:
        """Set an attribute; return what it was, or None."""
        before = vars(owner).get(name, _MISSING)
        self._before.append((owner, name, before))
        setattr(owner, name, value)
        return None if before is _MISSING else before

    def add_names(
        self, module: ModuleType, find_rows: Callable[[str], Mapping[str, Row]]
    ) -> None:
        """Make old names attributes of a module; each is resolved when it is used."""
        before = vars(module).get("__getattr__")
        name = module.__name__

        def find(attribute: str) -> Any:
            if attribute == "__all__":
                # For `from flask import *`; a module that has it is not asked here.
                return _list_public({**vars(module), **find_rows(name)})
            rows = {} if attribute.startswith("__") else find_rows(name)
            row = rows.get(attribute)
            if row is not None:
                record_use(row, rows, is_living=True)
                return row.resolve()
            if before is not None:
                return before(attribute)
            msg = f"module {name!r} has no attribute {attribute!r}"
            raise AttributeError(msg)

        self.set(module, "__getattr__", find)

    def add_to_star(self, module: ModuleType, rows: Mapping[str, Row]) -> None:
        """Add the old names to what `from module import *` imports."""
        before = vars(module).get("__all__")
        if before is not None:
            self.set(module, "__all__", [*before, *_list_public(rows)])

    def on_undo(self, function: Callable[[], None]) -> None:
        """Call a function when everything is taken back."""
        self._undo.append(function)

    def undo(self) -> None:
        """Take all changes back, the last one first."""
        while self._undo:
            self._undo.pop()()
        while self._before:
            owner, name, before = self._before.pop()
            if before is _MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, before)


def _list_public(names: Mapping[str, Any]) -> list[str]:
    return [name for name in names if name[:1] != "_" and name.isidentifier()]
