"""Modules under old names, whose attributes are found when they are first used."""

from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

from .rows import Row
from .uses import record_use


class OldModule(ModuleType):
    """A module of an old package: its names are rows of the table."""

    def __init__(self, name: str, rows: Mapping[str, Row]) -> None:
        super().__init__(name, f"Old names, by carboy.legacy: {name}.")
        self.__rows = rows
        self.__all__ = [*rows]

    def find_row(self, name: str) -> Row | None:
        """Return the row of a name, or None."""
        return self.__rows.get(name)

    def __getattr__(self, name: str) -> Any:
        """Return the object that an old name stands for, and record the use."""
        row = self.__rows.get(name)
        if row is None:
            msg = _explain(self.__name__, name, [*self.__rows])
            raise AttributeError(msg)
        record_use(row, self.__rows)
        return row.resolve()


class ForwardModule(ModuleType):
    """A module that was moved: `flask.ext.script` is `flask_script`."""

    def __init__(self, name: str, target: str, gone: str) -> None:
        super().__init__(name, f"The module {target}, under an old name.")
        self.__target = target
        self.__gone = gone

    def __getattr__(self, name: str) -> Any:
        """Return an attribute of the module, and record the use."""
        if name.startswith("__") and name != "__all__":
            raise AttributeError(name)
        target = import_module(self.__target)
        if name == "__all__":
            # For `from flask.ext.script import *`.
            return getattr(target, name, None) or _list_public(target)
        rows = _RowsOf(self.__name__, target, self.__gone)
        row = rows.get(name)
        record_use(row, rows)
        # Not through `target`, if it is ours: one use is one warning.
        return row.resolve() if isinstance(target, OldModule) else getattr(target, name)


class _RowsOf(dict[str, Row]):
    """Every name of a module that was moved."""

    def __init__(self, module: str, target: ModuleType, gone: str) -> None:
        super().__init__()
        self._module, self._target, self._gone = module, target, gone
        self["*"] = self._make("*", f"{target.__name__}:*", "")

    def get(self, name: str, _default: Any = None) -> Row:
        """Return the row of any name."""
        row = (
            self._target.find_row(name) if isinstance(self._target, OldModule) else None
        )
        if row is not None:
            return self._make(name, row.here, row.edit)
        return self._make(name, f"{self._target.__name__}:{name}", "")

    def _make(self, name: str, here: str, edit: str) -> Row:
        return Row(
            f"{self._module}.{name}", self._gone, here, edit, module=self._module
        )


def _list_public(module: ModuleType) -> list[str]:
    return [name for name in vars(module) if not name.startswith("_")]


def _explain(module: str, name: str, names: list[str]) -> str:
    known = ", ".join(sorted(names)) or "nothing"
    return (
        f"module {module!r} has no attribute {name!r}: carboy.legacy has only a part "
        f"of it ({known}). Install the package itself, or ask for the name in an issue."
    )
