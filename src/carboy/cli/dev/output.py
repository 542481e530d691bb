"""One log for several processes, each line with the name of its process."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping
from typing import TextIO

import click

_COLORS = ("cyan", "magenta", "yellow", "blue", "green")
OWN = "carboy"


def wants_color(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether to colour: NO_COLOR says no, FORCE_COLOR yes, else a terminal decides."""
    if environ.get("NO_COLOR"):
        return False
    return bool(environ.get("FORCE_COLOR")) or stream.isatty()


class Console:
    """Writes whole lines, so that those of two processes never mix."""

    def __init__(
        self, stream: TextIO | None = None, *, environ: Mapping[str, str] | None = None
    ) -> None:
        self._stream = stream or sys.stdout
        self.color = wants_color(
            self._stream, os.environ if environ is None else environ
        )
        self._lock = threading.Lock()
        self._colors = {OWN: "bright_black"}
        self._width = len(OWN)

    def introduce(self, name: str) -> None:
        """Choose the colour of a process, and make room for its name."""
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

    def say(self, line: str) -> None:
        """Write one line of our own."""
        self.write(OWN, line)
