"""A row of the table of old names: what was, since when it is gone, what it is here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """An old name, or an old behaviour.

    `here` is an import path (`"markupsafe:Markup"`), or a sentence. `edit` is the code
    to write instead; without one it is the import of `here`. `safe` says what is
    different because the old way was unsafe. `module` is the module that gets the name.
    """

    name: str
    gone: str
    here: str
    edit: str = ""
    safe: str = ""
    module: str = ""

    @property
    def attribute(self) -> str:
        """The name inside its module."""
        return self.name.removeprefix(f"{self.module}.")

    @property
    def new_code(self) -> str:
        """The code to write instead."""
        return self.edit or import_line(self.here, self.attribute)

    @property
    def message(self) -> str:
        """The text of the warning."""
        since = f"is gone since {self.gone}" if self.gone else "is not needed any more"
        safe = f" {self.safe}" if self.safe else ""
        return f"{self.name} {since}. Write: {self.new_code}{safe and '.'}{safe}"

    def resolve(self) -> Any:
        """Return the object that the old name stands for."""
        return resolve_name(self.here)


def import_line(path: str, name: str) -> str:
    """Return the statement that imports `path` under the old name."""
    module, _, attribute = path.partition(":")
    if not attribute:
        return f"import {module} as {name}"
    suffix = "" if attribute == name else f" as {name}"
    return f"from {module} import {attribute}{suffix}"


def rows_of(
    module: str, gone: str, names: Mapping[str, str], edit: str = "", safe: str = ""
) -> Iterator[Row]:
    """Yield a row for each name of `module` and its import path."""
    for name, here in names.items():
        yield Row(f"{module}.{name}", gone, here, edit, safe, module)


def same_names(module: str, names: str) -> dict[str, str]:
    """Return the import path of each of the words in `names`, all in `module`."""
    return {name: f"{module}:{name}" for name in names.split()}
