"""A private server that can be started, stopped, killed, paused and restarted."""

import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Protocol

from .errors import ServiceError
from .process import (
    change_owner,
    is_alive,
    list_tree,
    signal_all,
    spawn,
    tail,
    wait_until,
)


class Backend(Protocol):
    """The parts that differ between kinds of servers."""

    name: str
    user: str | None
    port: int
    durable: bool

    @property
    def url(self) -> str:
        """Return the URL for clients."""

    @property
    def stop_signal(self) -> signal.Signals:
        """Return the signal that stops the server without waiting for its clients."""

    @property
    def abort_signal(self) -> signal.Signals | None:
        """Return the signal that stops the server at once; None: kill it."""

    @property
    def has_daemons(self) -> bool:
        """Return whether the server starts processes outside of its tree."""

    def prepare(self, data: Path, /) -> None:
        """Create the initial data in the folder `data`."""

    def command(self, data: Path, /) -> list[str | Path]:
        """Return the command that runs the server in the foreground."""

    def environment(self, data: Path, /) -> dict[str, str]:
        """Return the environment variables that the server needs."""

    def is_ready(self) -> bool:
        """Return whether the server answers a request."""


class Server:
    """One server process on 127.0.0.1 with its data in a temporary folder.

    The port and the data stay the same through `kill`, `stop` and `start`;
    `close` ends the server and removes the data.
    """

    def __init__(self, backend: Backend, *, parent: Path | None = None) -> None:
        self.name = backend.name
        self._backend = backend
        self._folder = Path(
            tempfile.mkdtemp(prefix=f"carboy-{backend.name}-", dir=parent)
        )
        # The server's user has to traverse the folder to reach its data.
        self._folder.chmod(0o711)
        self._data = self._folder / "data"
        self._data.mkdir(mode=0o700)
        change_owner(backend.user, self._data)
        self._log = self._folder / "log"
        self._process: subprocess.Popen[bytes] | None = None
        self._prepared = False

    @property
    def url(self) -> str:
        """Return the URL for clients."""
        return self._backend.url

    @property
    def port(self) -> int:
        """Return the port on 127.0.0.1."""
        return self._backend.port

    @property
    def pid(self) -> int:
        """Return the id of the server's main process."""
        return self._get_process().pid

    @property
    def is_running(self) -> bool:
        """Return whether the server's main process exists, paused or not."""
        return self._process is not None and self._process.poll() is None

    def start(self, *, timeout: float = 60) -> None:
        """Start the server unless it runs, and wait until it answers."""
        if self.is_running:
            return
        if not self._prepared:
            self._backend.prepare(self._data)
            self._prepared = True
        self._process = spawn(
            self._backend.command(self._data),
            user=self._backend.user,
            log=self._log,
            environment=self._backend.environment(self._data),
            has_daemons=self._backend.has_daemons,
        )
        ready = wait_until(
            lambda: self._backend.is_ready() or self._has_ended(), timeout
        )
        if not ready or self._has_ended():
            self.kill()
            raise ServiceError(f"{self.name} did not start. {tail(self._log)}")

    def stop(self) -> None:
        """Stop the server gracefully; kill it after ten seconds."""
        if not self.is_running:
            return
        process = self._get_process()
        tree = list_tree(process.pid)
        signal_all(tree, signal.SIGCONT)
        process.send_signal(self._backend.stop_signal)
        if not wait_until(self._has_ended, 10):
            self.kill()
        self._wait_for_end(tree)

    def kill(self) -> None:
        """Kill the server and all its processes, as a crash would."""
        if self._process is None:
            return
        tree = list_tree(self._process.pid)
        signal_all(tree, signal.SIGKILL)
        self._process.wait()
        self._wait_for_end(tree)

    def pause(self) -> None:
        """Suspend the server: it keeps its connections and does not answer."""
        signal_all(list_tree(self.pid), signal.SIGSTOP)

    def resume(self) -> None:
        """Continue a paused server."""
        signal_all(list_tree(self.pid), signal.SIGCONT)

    def restart(self) -> None:
        """Stop the server and start it on the same port with the same data."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop the server at once and remove its data."""
        number = self._backend.abort_signal
        if self._process is not None and self.is_running and number is not None:
            signal_all(list_tree(self._process.pid), signal.SIGCONT)
            self._process.send_signal(number)
            wait_until(self._has_ended, 5)
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _get_process(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise ServiceError(f"{self.name} was never started. Call start() first.")
        return self._process

    def _has_ended(self) -> bool:
        return not self.is_running

    def _wait_for_end(self, tree: list[int]) -> None:
        # Children of a killed server hold its shared memory until they notice its end.
        if not wait_until(lambda: not any(map(is_alive, tree)), 10):
            signal_all(tree, signal.SIGKILL)
