"""Responses made from a seed: good ones, and wrong ones of every kind we know.

`make(seed, …)` says what has to come of it; the two apps here send it.
"""

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

from carboy.events import events

FOLDER = Path(os.environ.get("SITE_FOLDER", "/nonexistent"))
GOOD, FAILED, CUT = {"good"}, {"failed"}, {"cut"}
GOOD_STATUSES = [200, 200, 200, 201, 204, 299, 302, 304, 404, 418, 503, 600, 999]
WRONG_STATUSES = [0, 1, 99, 100, 101, 150, 199, 1000, 9999, 65536, 10**30, -1, True]
GOOD_HEADERS = [
    ("X-Text", "plain"),
    ("X-Latin", "caf\xc3\xa9"),
    ("X-Tab", "a\tb"),
    ("X-Empty", ""),
    ("x!#$%&'*+.^_`|~9", "token"),
    ("Content-Type", "text/html"),
    ("Connection", "keep-alive"),
    ("Set-Cookie", "a=b"),
    ("X-Long", "v" * 5000),
    ("Transfer-Encoding", "chunked"),
]
WRONG_HEADERS = [
    ("", "x"),
    ("a b", "x"),
    ("a\r\nb", "x"),
    ("caf\xe9", "x"),
    ("n" * 70_000, "x"),
    ("a", "x\r\ny"),
    ("a", "x\0"),
    ("a", "\x7f"),
    ("a", "\u20ac"),
    ("a", "\ud800"),
    ("a", None),
    ("a", 5),
    (None, "x"),
    (b"a", b"x"),
    ("a", "b", "c"),
    "text",
    None,
]


@dataclass
class Generated:
    """A response, and what the client may see of it."""

    status: Any = 200
    headers: list[Any] = field(default_factory=list)
    body: Callable[[], Any] = lambda: [b"body"]
    outcome: set[str] = field(default_factory=lambda: set(GOOD))
    name: str = ""

    def describe(self) -> str:
        """Return what it is, for the message of a failing test."""
        return f"{self.status!r:.100} {self.headers!r:.300} {self.name}"


def make(seed: int, _target: str) -> Generated:
    """Return the response of a seed; the same in the test and in the worker."""
    chance = random.Random(seed)
    result = Generated(chance.choice(GOOD_STATUSES))
    result.headers = chance.sample(GOOD_HEADERS, chance.randrange(4))
    result.name, result.body, result.outcome = chance.choice(BODIES)
    if result.status in {204, 304}:
        # No byte of the body is sent, so what is wrong with it may go unseen.
        result.outcome = {*result.outcome, "good"}
    wrong = chance.randrange(6)
    if wrong == 0:
        result.status = chance.choice(WRONG_STATUSES)
    elif wrong == 1:
        result.headers.insert(
            chance.randrange(len(result.headers) + 1), chance.choice(WRONG_HEADERS)
        )
    elif wrong == 2 and chance.randrange(20) == 0:
        result.headers = [("X-Many", "x")] * 30_000
    else:
        return result
    result.outcome = set(FAILED)
    return result


def _pieces(*pieces: Any, fail: bool = False) -> Callable[[], Iterator[Any]]:
    def body() -> Iterator[Any]:
        yield from pieces
        if fail:
            raise RuntimeError("on purpose")

    return body


def _open_file(*, vanish: bool = False, name: str = "file") -> Callable[[], Any]:
    def body() -> Any:
        path = FOLDER / f"generated-{name}"
        path.write_bytes(b"0123456789")
        wrapper = request.environ["wsgi.file_wrapper"] if request else None
        opened = path.open("rb")
        if vanish:
            path.unlink()
        return (wrapper or _environ_wrapper)(opened)

    return body


def _environ_wrapper(file: Any) -> Any:
    return iter(lambda: file.read(4), b"")


BODIES: list[tuple[str, Callable[[], Any], set[str]]] = [
    ("one piece", lambda: [b"body"], GOOD),
    ("nothing", list, GOOD),
    ("pieces", _pieces(b"a", b"", b"b" * 100_000), GOOD),
    ("no pieces", _pieces(), GOOD),
    ("a piece of text", _pieces("text"), FAILED),
    ("a number", _pieces(5), FAILED),
    ("raises at once", _pieces(fail=True), FAILED),
    ("raises in the middle", _pieces(b"a" * 10, fail=True), CUT),
    ("text in the middle", _pieces(b"a", "text"), CUT),
    ("bytearray", _pieces(bytearray(b"abc"), memoryview(b"def")), GOOD),
    ("a file", _open_file(), GOOD),
    ("a file that vanishes", _open_file(vanish=True, name="gone"), GOOD),
    ("a file with an odd name", _open_file(name="\udcff"), GOOD),
]


def wsgi(environ: dict[str, Any], start_response: Any) -> Any:
    """Send it as a WSGI app may: without anybody between it and the server."""
    result = make(_get_seed(environ["PATH_INFO"]), "wsgi")
    write_status = f"{result.status} Reason"
    if not isinstance(result.status, int) or result.status is True:
        write_status = result.status
    start_response(write_status, result.headers)
    return result.body()


app = Flask(__name__)


@app.get("/<int:seed>")
def answer(seed: int) -> Any:
    """Send it as a view may: past everything that Flask checks."""
    result = make(seed, "app")
    if seed % 7 == 0 and result.outcome == GOOD:
        response = events(iter(["one", "two"]), per_user=10**6)
        response.status_code = result.status
        return response

    def call(environ: dict[str, Any], start_response: Any) -> Any:
        start_response(f"{int(result.status)} Reason", result.headers)
        return result.body()

    return RawResponse(call)


@app.get("/status/<int:status>")
def answer_with_status(status: int) -> tuple[str, int]:
    """Send a plain text with any status."""
    return "text", status


@app.get("/status-line/<line>")
def answer_with_status_line(line: str) -> tuple[str, str]:
    """Send a plain text with any text behind the status."""
    return "text", line


class RawResponse(Response):
    """A response whose WSGI side is a function: what a view can do at worst."""

    def __init__(self, call: Any) -> None:
        super().__init__()
        self._raw = call

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        return self._raw(environ, start_response)


def _get_seed(path: str) -> int:
    return int(path.strip("/") or 0)
