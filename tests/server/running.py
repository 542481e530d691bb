"""A real server in a process of its own, and raw sockets to talk to it."""

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 20.0
_AT = re.compile(r"^ +at +(\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Reply:
    """One response, as it came."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def __getitem__(self, name: str) -> str:
        return next(value for key, value in self.headers if key == name)

    def json(self):
        return json.loads(self.body)

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self.headers)


def wait_for(condition: Callable[[], object], what: str = "it", patience=PATIENCE):
    """Ask until the answer is true; the processes are real, so is the clock."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        result = condition()
        if result:
            return result
        threading.Event().wait(0.02)
    raise AssertionError(f"waited {patience}s in vain for {what}")


@dataclass
class Running:
    """A server that was started for one test."""

    process: subprocess.Popen[bytes]
    log: Path
    notes: Path
    address: str = ""
    tls: ssl.SSLContext | None = None
    opened: list[socket.socket] = field(default_factory=list)

    def read_log(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_ready(self) -> "Running":
        def look():
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended:\n{self.read_log()}")
            return _AT.search(self.read_log())

        self.address = wait_for(look, "the server to be ready")[1]
        return self

    def wait_end(self) -> int:
        return self.process.wait(PATIENCE)

    def connect(self, timeout: float = PATIENCE) -> socket.socket:
        if self.address.startswith("unix:"):
            wire = socket.socket(socket.AF_UNIX)
            wire.settimeout(timeout)
            wire.connect(self.address.removeprefix("unix:"))
        else:
            host, _, port = self.address.partition("//")[2].rpartition(":")
            wire = socket.create_connection((host.strip("[]"), int(port)), timeout)
        if self.tls is not None:
            wire = self.tls.wrap_socket(wire, server_hostname="localhost")
        self.opened.append(wire)
        return wire

    def get(self, path: str, *headers: str, method: str = "GET", body=b"") -> Reply:
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close"]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join([*lines, *headers]) + "\r\n\r\n"
        return self.ask(head.encode("latin-1") + body, method)[0]

    def ask(self, data: bytes, method: str = "GET", patience=PATIENCE) -> list[Reply]:
        """Send bytes as they are; return all that comes until the server closes."""
        with self.connect(patience) as wire:
            with suppress(ConnectionError):
                wire.sendall(data)
            return list(read_replies(wire, method))

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def list_workers(self) -> list[int]:
        return list_children(self.process.pid)

    def read_notes(self) -> list[str]:
        return self.notes.read_text().split("\n")[:-1] if self.notes.exists() else []

    def stop(self) -> None:
        for each in self.opened:
            each.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def list_children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in path.read_text().split()] if path.exists() else []


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that waits to be reaped does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def read_replies(wire: socket.socket, method: str = "GET") -> Iterator[Reply]:
    buffer = b""
    while True:
        while b"\r\n\r\n" not in buffer:
            data = _receive(wire)
            if not data:
                return
            buffer += data
        head, _, buffer = buffer.partition(b"\r\n\r\n")
        status, headers = parse_head(head)
        if status < 200:
            continue
        is_bare = method == "HEAD" or status in {204, 304}
        body, buffer = _read_body(wire, buffer, dict(headers), is_bare=is_bare)
        yield Reply(status, headers, body)


def parse_head(head: bytes) -> tuple[int, list[tuple[str, str]]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = [line.partition(": ") for line in lines]
    return int(first.split()[1]), [(name.lower(), value) for name, _, value in pairs]


def _read_body(wire, buffer: bytes, headers: dict[str, str], *, is_bare: bool):
    if is_bare:
        return b"", buffer
    if headers.get("transfer-encoding") == "chunked":
        return _read_chunks(wire, buffer)
    if "content-length" not in headers:
        # Only HTTP/1.0 gets these: the end of the connection is that of the body.
        while data := _receive(wire):
            buffer += data
        return buffer, b""
    length = int(headers["content-length"])
    while len(buffer) < length:
        data = _receive(wire)
        if not data:
            raise EOFError(f"body cut after {len(buffer)} of {length} bytes")
        buffer += data
    return buffer[:length], buffer[length:]


def _read_chunks(wire, buffer: bytes):
    body = b""
    while True:
        while b"\r\n" not in buffer:
            buffer += _receive(wire) or _cut()
        size, _, buffer = buffer.partition(b"\r\n")
        length = int(size, 16)
        while len(buffer) < length + 2:
            buffer += _receive(wire) or _cut()
        body += buffer[:length]
        buffer = buffer[length + 2 :]
        if not length:
            return body, buffer


def _receive(wire) -> bytes:
    try:
        return wire.recv(65536)
    except (ConnectionError, ssl.SSLError):
        return b""


def _cut() -> bytes:
    raise EOFError("chunked body cut")


@contextmanager
def start(folder: Path, *arguments: str, target="shop:app", env=None, program=None):
    """Start a server in a folder; it is stopped at the end."""
    log, notes = folder / "server.log", folder / "notes"
    here = Path(__file__).parent
    command = program or [sys.executable, "-m", "carboy.server"]
    environ = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(folder), str(here)]),
        "SITE_NOTES": str(notes),
        "TMPDIR": str(folder),
        "PYTHONUNBUFFERED": "1",
        **(env or {}),
    }
    with log.open("ab") as out:
        process = subprocess.Popen(
            [*command, target, "--bind", "127.0.0.1:0", *arguments],
            cwd=folder,
            env=environ,
            stdout=out,
            stderr=out,
        )
    running = Running(process, log, notes)
    try:
        yield running
    finally:
        running.stop()
