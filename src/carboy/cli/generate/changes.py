"""What a command is about to change: new files and edits, shown or written at once."""

import difflib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from carboy.errors import ConfigError


@dataclass(slots=True)
class FileChanges:
    """New files and edited ones of a project, none of them written yet."""

    folder: Path
    created: dict[Path, str] = field(default_factory=dict)
    edited: dict[Path, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def create(self, path: Path, text: str) -> None:
        """Add a file that must not exist."""
        self.created[path] = text

    def create_missing(self, path: Path, text: str) -> None:
        """Add a file unless it exists."""
        if not path.exists():
            self.created.setdefault(path, text)

    def read(self, path: Path) -> str:
        """Return the text of a file as it will be."""
        return self.edited.get(path) or path.read_text("utf-8")

    def edit(self, path: Path, text: str) -> None:
        """Replace the text of a file that exists."""
        if text != self.read(path):
            self.edited[path] = text

    def require_free(self) -> None:
        """Raise if a file to be created exists; nothing was written then."""
        taken = [path for path in sorted(self.created) if path.exists()]
        if taken:
            names = ", ".join(str(path.relative_to(self.folder)) for path in taken)
            msg = (
                f"{names} exists already. Nothing was written. Choose another name, or "
                f"move it away."
            )
            raise ConfigError(msg)

    def diff(self) -> Iterator[str]:
        """Yield the lines of a unified diff of everything."""
        for path, text in sorted({**self.created, **self.edited}.items()):
            before = path.read_text("utf-8") if path.exists() else ""
            name = str(path.relative_to(self.folder))
            yield from difflib.unified_diff(
                before.splitlines(keepends=True),
                text.splitlines(keepends=True),
                f"a/{name}" if before else "/dev/null",
                f"b/{name}",
            )

    def write(self) -> None:
        """Write everything; a file that cannot be written leaves none behind."""
        self.require_free()
        written: list[Path] = []
        before = {path: path.read_text("utf-8") for path in self.edited}
        try:
            for path, text in self.created.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                written.append(path)
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
                with os.fdopen(handle, "w", encoding="utf-8") as stream:
                    stream.write(text)
            for path, text in self.edited.items():
                path.write_text(text, "utf-8")
        except OSError as error:
            for path in written:
                path.unlink(missing_ok=True)
            for path, text in before.items():
                if os.access(path, os.W_OK):
                    path.write_text(text, "utf-8")
            name = Path(error.filename or "").name
            msg = f"{name} cannot be written: {error.strerror}. Nothing was changed."
            raise ConfigError(msg) from None
