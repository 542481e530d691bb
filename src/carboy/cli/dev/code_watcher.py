"""Which changed files restart a site under development."""

from pathlib import Path

from watchfiles import Change, DefaultFilter

_SUFFIXES = (".py", ".toml")
_MAX_NAMES = 3
_NAMES = frozenset({".env"})
# A migration is not part of the running site, and a restart could interrupt it.
_IGNORED = (
    *("instance", "var", "static", "htmlcov", "dist", "build", "uploads"),
    "migrations",
)


class CodeFilter(DefaultFilter):
    """Accepts code and settings; templates and static files need no restart."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        super().__init__(ignore_dirs=(*self.ignore_dirs, *_IGNORED))

    def __call__(self, change: Change, path: str) -> bool:
        """Return whether a change of `path` restarts the site."""
        file = Path(path)
        if not (file.name in _NAMES or file.suffix in _SUFFIXES):
            return False
        # The ignored names count below the project only, not above it.
        relative = (
            file.relative_to(self._root) if file.is_relative_to(self._root) else file
        )
        return super().__call__(change, str(relative))


def describe(changes: set[tuple[Change, str]], root: Path) -> str:
    """Return the changed files as text: a few by name, many by their number."""
    names = sorted({Path(path).name for _, path in changes})
    relative = sorted(
        str(Path(path).relative_to(root.resolve()))
        for _, path in changes
        if Path(path).is_relative_to(root.resolve())
    )
    files = list(dict.fromkeys(relative)) or names
    if len(files) > _MAX_NAMES:
        return f"{files[0]} and {len(files) - 1} more files"
    return ", ".join(files)
