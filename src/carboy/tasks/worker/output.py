"""What tasks print, as lines of the log."""

import logging
import sys
import threading
from typing import Any, TextIO

log = logging.getLogger("carboy.tasks.output")


class OutputToLog:
    """Stands for `sys.stdout` or `sys.stderr`, and logs each line written to it."""

    def __init__(self, stream: TextIO, level: int) -> None:
        # Handlers of the log write here: what they write is no line to be logged.
        self.log_stream = stream
        self._level = level
        self._local = threading.local()

    def write(self, text: str) -> int:
        """Log each line that ends in `text`; the rest is kept for the next call."""
        local = self._local
        if getattr(local, "is_logging", False):
            return self.log_stream.write(text)
        *lines, rest = (getattr(local, "rest", "") + text).split("\n")
        # Progress bars of terminals go back to the start of their line.
        local.rest = rest.rpartition("\r")[2]
        for line in lines:
            self._log(line.rstrip("\r").rpartition("\r")[2])
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        """Write several texts."""
        self.write("".join(lines))

    def flush(self) -> None:
        """Keep a line that has not ended."""

    def isatty(self) -> bool:
        """Return False: a log has no colours and no cursor."""
        return False

    def _log(self, line: str) -> None:
        if not line.strip():
            return
        self._local.is_logging = True
        try:
            log.log(self._level, "%s", line)
        finally:
            self._local.is_logging = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.log_stream, name)


def end_lines() -> None:
    """Log what was printed since the last line ended."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, OutputToLog):
            stream.write("\n")
