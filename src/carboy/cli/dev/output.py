"""One log for several processes; each line starts with the name of its process."""

import os
import sys
import threading
from collections.abc import Mapping
from typing import TextIO

import click

_COLORS = ("cyan", "magenta", "yellow", "blue", "green")
OWN_NAME = "carboy"


def wants_color(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Return whether to use colours: NO_COLOR, then FORCE_COLOR, then the terminal."""
    if environ.get("NO_COLOR"):
        return False
    return bool(environ.get("FORCE_COLOR")) or stream.isatty()


class PrefixedOutput:
    """Writes whole lines, so that lines of two processes never mix."""

    def __init__(
        self, stream: TextIO | None = None, *, environ: Mapping[str, str] | None = None
    ) -> None:
        self._stream = stream or sys.stdout
        self.color = wants_color(
            self._stream, os.environ if environ is None else environ
        )
        self._lock = threading.Lock()
        self._colors = {OWN_NAME: "bright_black"}
        self._width = len(OWN_NAME)

    def add_name(self, name: str) -> None:
        """Choose the colour of a process, and widen the column for its name."""
        if name not in self._colors:
            self._colors[name] = _COLORS[(len(self._colors) - 1) % len(_COLORS)]
            self._width = max(self._width, len(name))

    def write(self, name: str, line: str) -> None:
        """Write one line of a process."""
        label = f"{name.ljust(self._width)} | "
        if self.color:
            label = click.style(label, fg=self._colors.get(name))
        else:
            line = click.unstyle(line)
        with self._lock:
            self._stream.write(f"{label}{line}\n")
            self._stream.flush()

    def write_own(self, line: str) -> None:
        """Write one line of `carboy dev` itself."""
        self.write(OWN_NAME, line)
