"""What counts as a change of the code while a site is developed."""

from pathlib import Path

from watchfiles import Change, DefaultFilter

_SUFFIXES = (".py", ".toml")
_SHOWN = 3
_NAMES = frozenset({".env"})
_FOLDERS = ("instance", "var", "static", "htmlcov", "dist", "build", "uploads")


class CodeFilter(DefaultFilter):
    """Lets code and settings through; templates and static files need no restart."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        super().__init__(ignore_dirs=(*self.ignore_dirs, *_FOLDERS))

    def __call__(self, change: Change, path: str) -> bool:
        """Tell whether the change of `path` matters."""
        file = Path(path)
        if not (file.name in _NAMES or file.suffix in _SUFFIXES):
            return False
        # Folders above the project may have any name.
        inside = (
            file.relative_to(self._root) if file.is_relative_to(self._root) else file
        )
        return super().__call__(change, str(inside))


def describe(changes: set[tuple[Change, str]], root: Path) -> str:
    """Name the changed files: a few in full, many by their number."""
    names = sorted({Path(path).name for _, path in changes})
    inside = sorted(
        str(Path(path).relative_to(root.resolve()))
        for _, path in changes
        if Path(path).is_relative_to(root.resolve())
    )
    shown = list(dict.fromkeys(inside)) or names
    if len(shown) > _SHOWN:
        return f"{shown[0]} and {len(shown) - 1} more files"
    return ", ".join(shown)
