"""The server under test, in separate processes."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_AT = re.compile(r" at +http://([\d.]+):(\d+)")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class RunningServer:
    """A running server."""

    process: subprocess.Popen[bytes]
    host: str
    port: int
    log: Path

    @property
    def worker(self) -> int:
        """The process id of the first worker."""
        return self.list_workers()[0]

    def list_workers(self) -> list[int]:
        """List the process ids of the workers."""
        pid = self.process.pid
        path = Path(f"/proc/{pid}/task/{pid}/children")
        return [int(word) for word in path.read_text().split()]

    def stop(self) -> float:
        """Stop the server; return the seconds until it has ended."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        return time.monotonic() - began


@contextmanager
def run_server(
    *arguments: str,
    target: str = "lib.siege.site:app",
    environ: Mapping[str, str] | None = None,
) -> Iterator[RunningServer]:
    """Serve the site until the context ends."""
    folder = Path(tempfile.mkdtemp(prefix="carboy-siege-"))
    log = folder / "log"
    command = [sys.executable, "-m", "carboy.server", target, "--bind", "127.0.0.1:0"]
    scripts = str(Path(__file__).parents[2])
    environ = {**os.environ, "PYTHONPATH": scripts, **(environ or {})}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, *arguments], env=environ, cwd=folder, stdout=out, stderr=out
        )
    try:
        yield RunningServer(process, *_wait(process, log), log)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen[bytes], log: Path) -> tuple[str, int]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        match = _AT.search(log.read_text())
        if match:
            return match[1], int(match[2])
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"The server did not start:\n{log.read_text()}")


def get_memory(pid: int) -> float:
    """Return resident megabytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE / 1e6


def count_descriptors(pid: int) -> int:
    """Count the open descriptors."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def count_threads(pid: int) -> int:
    """Count the threads."""
    return len(list(Path(f"/proc/{pid}/task").iterdir()))
