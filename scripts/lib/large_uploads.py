"""Sends large files to real servers, kills them, and measures their memory."""

import hashlib
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

TARGET = "lib.large_uploads_site:app"
SCRIPTS = Path(__file__).resolve().parents[1]
PART = 8 * 1024 * 1024
PATIENCE = 60.0
_TUS = {"Tus-Resumable": "1.0.0"}
_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")
_NOW = re.compile(r"VmRSS:\s+(\d+) kB")
SERVERS = {
    "carboy": ("carboy", "serve", TARGET, "--skip-checks", "--port", "{port}"),
    "gunicorn": ("gunicorn", TARGET, "--bind", "127.0.0.1:{port}", "--timeout", "900"),
    "gevent": (
        *("gunicorn", TARGET, "--bind", "127.0.0.1:{port}", "--timeout", "900"),
        *("--worker-class", "gevent"),
    ),
}


@dataclass
class Served:
    """A site, served by a process group that can be killed and started anew."""

    kind: str
    folder: Path
    storage: str = "local:uploads"
    port: int = 0
    # The most that a process grew since its first answer, in MB.
    growth: float = 0.0
    _process: "subprocess.Popen[bytes] | None" = None
    _idle: dict[int, float] = field(default_factory=dict)

    def start(self) -> None:
        """Start the server, and return once it answers."""
        self.port = self.port or _pick_port()
        command = [part.format(port=self.port) for part in SERVERS[self.kind]]
        environ = {
            **os.environ,
            "PYTHONPATH": str(SCRIPTS),
            "CINEMA_FOLDER": str(self.folder),
            "CINEMA_STORAGE": self.storage,
            "TMPDIR": str(self.folder / "tmp"),
        }
        (self.folder / "tmp").mkdir(exist_ok=True)
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *command],
                env=environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(OSError, http.client.HTTPException):
                if self.ask("GET", "/")[0] == 200:
                    break
            time.sleep(0.05)
        else:
            raise RuntimeError((self.folder / "server.log").read_text()[-2000:])
        self._idle = dict(self._read_memory(_NOW))

    def measure(self) -> None:
        """Note how much the processes have grown at most."""
        for pid, peak in self._read_memory(_PEAK):
            if pid in self._idle:
                self.growth = max(self.growth, peak - self._idle[pid])

    def kill(self) -> None:
        """Kill all processes at once."""
        self.measure()
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Stop the server."""
        self.measure()
        self._end(signal.SIGTERM)

    def ask(
        self, method: str, path: str, headers: Any = None, body: Any = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Send a request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return response.status, found, response.read()
        finally:
            connection.close()

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for each in (number, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, each)
            with suppress(subprocess.TimeoutExpired):
                process.wait(30)
                break

    def _read_memory(self, pattern: "re.Pattern[str]") -> Iterator[tuple[int, float]]:
        if self._process is None:
            return
        for path in Path("/proc").glob("[0-9]*/status"):
            pid = int(path.parent.name)
            with suppress(OSError):
                is_ours = os.getpgid(pid) == self._process.pid
                found = pattern.search(path.read_text()) if is_ours else None
                if found:
                    yield pid, int(found[1]) / 1024


@contextmanager
def served(kind: str, folder: Path, storage: str = "local:uploads") -> Iterator[Served]:
    """Serve the site until the end of the block."""
    server = Served(kind, folder, storage)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@dataclass(frozen=True)
class Source:
    """A file that is made again whenever it is read."""

    size: int
    seed: int = 1

    def read(self, offset: int, length: int) -> bytes:
        """Return some bytes of it."""
        data = b""
        end = min(offset + length, self.size)
        while offset + len(data) < end:
            number, start = divmod(offset + len(data), PART)
            name = f"{self.seed}-{number}"
            chance = random.Random(name)
            block = chance.randbytes(PART)
            data += block[start : start + end - offset - len(data)]
        return data

    def chunks(self) -> Iterator[bytes]:
        """Yield all of it."""
        for offset in range(0, self.size, PART):
            yield self.read(offset, PART)

    @property
    def digest(self) -> str:
        """The SHA-256 of it."""
        digest = hashlib.sha256()
        for chunk in self.chunks():
            digest.update(chunk)
        return digest.hexdigest()


def send_resumable(
    server: Served,
    source: Source,
    kills: int,
    chance: random.Random,
    *,
    part: int = PART,
    shares: tuple[float, ...] = (0.0, 0.5, 0.999, 1.0, 1.0, 1.0),
) -> dict[str, Any]:
    """Send a file in parts, kill the server so often, and make a film of it.

    `shares` are those of a body that may have been sent at the kill.
    """
    headers = {**_TUS, "Upload-Length": str(source.size)}
    _, answered, _ = server.ask("POST", "/videos/", headers)
    url = answered["location"]
    parts = max(source.size // part, 1)
    kill_at = set(chance.sample(range(parts), min(kills, parts)))
    offset, number = 0, 0
    while offset < source.size:
        body = source.read(offset, part)
        headers = {
            **_TUS,
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(len(body)),
        }
        if number in kill_at:
            kill_at.remove(number)
            share = chance.choice(shares)
            _send_and_kill(server, url, headers, body[: int(len(body) * share)], chance)
            offset = _find_offset(server, url)
            continue
        status, answered, text = server.ask("PATCH", url, headers, body)
        if status == 423:
            # The lock of a killed request, elsewhere than in a folder.
            time.sleep(1)
            continue
        if status != 204:
            raise RuntimeError(f"PATCH at {offset}: {status} {text!r}")
        offset = int(answered["upload-offset"])
        number += 1
    token = json.loads(server.ask("POST", f"{url}/token")[2])["token"]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"video-kept": token})
    return _read_film(server.ask("POST", "/films", form, body))


def send_plain(server: Served, source: Source) -> dict[str, Any]:
    """Send a file in a form, as a browser without JavaScript does."""
    disposition = 'form-data; name="video"; filename="a.mp4"'
    head = f"--cut\r\nContent-Disposition: {disposition}\r\n\r\n".encode()
    tail = b"\r\n--cut--\r\n"

    def body() -> Iterator[bytes]:
        yield head
        yield from source.chunks()
        yield tail

    headers = {
        "Content-Type": "multipart/form-data; boundary=cut",
        "Content-Length": str(len(head) + source.size + len(tail)),
    }
    return _read_film(server.ask("POST", "/films", headers, body()))


def _read_film(answer: tuple[int, dict[str, str], bytes]) -> dict[str, Any]:
    status, _, text = answer
    if status != 200:
        raise RuntimeError(f"POST /films: {status} {text[:500]!r}")
    film: dict[str, Any] = json.loads(text)
    return film


def _send_and_kill(
    server: Served,
    url: str,
    headers: dict[str, str],
    body: bytes,
    chance: random.Random,
) -> None:
    """Send the beginning of a body, or all of it, and kill the server soon."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"PATCH {url} HTTP/1.1\r\nHost: localhost\r\n{lines}"
    with socket.create_connection(("127.0.0.1", server.port), 60) as wire:
        wire.sendall(head.encode() + b"\r\n" + body)
        time.sleep(chance.uniform(0, 0.05))
        server.kill()
    server.start()


def _find_offset(server: Served, url: str) -> int:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        status, answered, _ = server.ask("HEAD", url, _TUS)
        if status == 200:
            return int(answered["upload-offset"])
        time.sleep(0.2)
    raise RuntimeError(f"HEAD {url}: {status}")


def _pick_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
