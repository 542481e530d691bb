"""Passwords of known breaches: looked up for a while, and accepted without an answer.

Off by default. A service is sent five characters of the SHA-1 of a password and
answers with all hashes that begin with them (k-anonymity), so it learns none.
"""

import hashlib
import http.client
import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .hashing import normalize_password

Lookup = Callable[[str], bool]

_PREFIX = 5
_HEX_LENGTH = 40
# A service that hangs must not collect threads.
_MOST_THREADS = 4
_LONGEST_ANSWER = 4_000_000
_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BreachCheck:
    """Asks `lookup` in a thread of its own, and waits `timeout` seconds at most."""

    lookup: Lookup
    timeout: float
    _slots: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(_MOST_THREADS)
    )

    def is_breached(self, password: str) -> bool:
        """Return whether a password is known; false, with a line in the log, if unsure.

        The log has the reason, and nothing of the password.
        """
        if not self._slots.acquire(blocking=False):
            _LOGGER.warning("A password was not looked up: earlier look-ups hang.")
            return False
        answer: Future[bool] = Future()
        thread = threading.Thread(
            target=self._run, args=(password, answer), daemon=True
        )
        thread.start()
        try:
            error = answer.exception(self.timeout)
        except TimeoutError:
            _LOGGER.warning(
                "A password was not looked up: no answer in %s seconds.", self.timeout
            )
            return False
        if error is None:
            return answer.result()
        # Only its kind: the text of an error could repeat what was looked up.
        name = type(error).__name__
        _LOGGER.warning("A password was not looked up: %s.", name)
        return False

    def _run(self, password: str, answer: "Future[bool]") -> None:
        def leave(_kind: Any, error: BaseException | None, _trace: Any) -> bool:
            self._slots.release()
            if error is not None:
                answer.set_exception(error)
            return True

        with ExitStack() as stack:
            stack.push(leave)
            answer.set_result(bool(self.lookup(password)))


def make_breach_check(source: Lookup | str, timeout: float) -> BreachCheck | None:
    """Return the check of a function, of an address or of a file; None for no text."""
    if not source:
        return None
    if not isinstance(source, str):
        return BreachCheck(source, timeout)
    if is_service(source):
        return BreachCheck(lambda text: _ask(source, timeout, text), timeout)
    return BreachCheck(lambda text: is_in_file(Path(source), text), timeout)


def is_service(source: str) -> bool:
    """Return whether a setting is an address rather than a file."""
    return source.startswith(("http://", "https://"))


def is_in_file(path: Path, password: str) -> bool:
    """Return whether a sorted file of SHA-1 hashes has that of a password.

    Each line begins with a hash in hexadecimal; what follows it, such as a count, is
    ignored. Some forty steps find one of a thousand million.
    """
    wanted = _hash(password).encode()
    with path.open("rb") as file:
        low, high = 0, file.seek(0, os.SEEK_END)
        while low < high:
            middle = (low + high) // 2
            file.seek(middle)
            if middle:
                # The rest of a line whose beginning is before.
                file.readline()
            found = file.readline()[:_HEX_LENGTH].upper()
            if found == wanted:
                return True
            if not found or found > wanted:
                high = middle
            else:
                low = middle + 1
    return False


def _ask(url: str, timeout: float, password: str) -> bool:
    digest = _hash(password)
    parts = urlsplit(url)
    is_secure = parts.scheme == "https"
    connect = http.client.HTTPSConnection if is_secure else http.client.HTTPConnection
    connection = connect(parts.netloc, timeout=timeout)
    try:
        path = f"{parts.path.rstrip('/')}/{digest[:_PREFIX]}"
        # With made-up hashes in it, the length of an answer tells nothing.
        connection.request("GET", path, headers={"Add-Padding": "true"})
        with connection.getresponse() as response:
            if response.status != http.client.OK:
                raise ConnectionError(response.status)
            lines = response.read(_LONGEST_ANSWER).decode("ascii").upper().splitlines()
    finally:
        connection.close()
    rows = (line.partition(":") for line in lines)
    # Made-up hashes have the count 0.
    return any(
        rest == digest[_PREFIX:] and count.strip() != "0" for rest, _, count in rows
    )


def _hash(password: str) -> str:
    text = normalize_password(password).encode("utf-8", "surrogatepass")
    return hashlib.sha1(text, usedforsecurity=False).hexdigest().upper()
