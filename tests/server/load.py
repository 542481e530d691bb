"""Clients that keep their connections and count what goes wrong."""

import threading
import time
from collections import Counter
from contextlib import suppress

from tests.server.running import Running, parse_head


class Load:
    """Some clients that ask at a steady pace until they are told to stop."""

    def __init__(self, running: Running, path="/", clients=8, pace=0.02, keep=True):
        self._running = running
        self._path = path
        self._pace = pace
        self._keep = keep
        self._end = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, daemon=True) for _ in range(clients)
        ]
        self.good = 0
        self.waits: list[float] = []
        self.failures: Counter[str] = Counter()

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join(30)

    def _run(self) -> None:
        wire = None
        while not self._end.is_set():
            began = time.monotonic()
            try:
                wire = wire or self._running.connect(10)
                leave = self._ask(wire)
            except OSError as error:
                self.failures[type(error).__name__] += 1
                leave = True
            else:
                self.good += 1
                self.waits.append(time.monotonic() - began)
            if leave and wire is not None:
                with suppress(OSError):
                    wire.close()
                wire = None
            self._end.wait(max(0.0, self._pace - (time.monotonic() - began)))
        if wire is not None:
            wire.close()

    def _ask(self, wire) -> bool:
        """Ask once; tell whether the server wants the connection to end."""
        lines = [f"GET {self._path} HTTP/1.1", "Host: localhost"]
        if not self._keep:
            lines.append("Connection: close")
        wire.sendall("\r\n".join([*lines, "", ""]).encode())
        data = b""
        while b"\r\n\r\n" not in data:
            data += _take(wire)
        head, _, body = data.partition(b"\r\n\r\n")
        status, pairs = parse_head(head)
        headers = dict(pairs)
        while len(body) < int(headers["content-length"]):
            body += _take(wire)
        if status != 200:
            self.failures[str(status)] += 1
        return headers.get("connection") == "close" or not self._keep


def _take(wire) -> bytes:
    data = wire.recv(65536)
    if not data:
        raise ConnectionResetError("closed before the answer was complete")
    return data
