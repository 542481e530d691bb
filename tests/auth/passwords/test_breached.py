"""Passwords of breaches are refused; with no answer they are accepted, and logged."""

import hashlib
import logging
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from carboy.auth.passwords.breached import (
    BreachCheck,
    is_in_file,
    is_service,
    make_breach_check,
)

KNOWN = "correct horse battery staple"


def _hash(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest().upper()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 50, 1000])
def test_each_hash_of_a_file_is_found_and_no_other(
    tmp_path: Path, count: int, end: str
) -> None:
    words = [f"word {number}" for number in range(count)]
    rows = sorted(f"{_hash(word)}:{len(word)}" for word in words)
    path = tmp_path / "hashes.txt"
    path.write_text("".join(row + end for row in rows), newline="")

    assert all(is_in_file(path, word) for word in words)
    assert not any(is_in_file(path, f"other {number}") for number in range(50))


def test_a_file_of_small_letters_without_counts_or_a_last_line_end_works(
    tmp_path: Path,
) -> None:
    path = tmp_path / "hashes.txt"
    path.write_text("\n".join(sorted(_hash(w).lower() for w in ("a", "b", "c", KNOWN))))

    assert all(is_in_file(path, word) for word in ("a", "b", "c", KNOWN))
    assert not is_in_file(path, "d")


class Service:
    """A range service: what it was asked for, and what it answers."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.headers: list[str | None] = []
        self.status, self.count, self.gate = 200, 5, threading.Event()
        self.gate.set()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                service.asked.append(self.path)
                service.headers.append(self.headers.get("Add-Padding"))
                service.gate.wait(60)
                rest = _hash(KNOWN)[5:]
                body = f"{'0' * 35}:3\r\n{rest}:{service.count}\r\n".encode()
                self.send_response(service.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Write nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/range/"


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.gate.set()
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def test_a_service_is_sent_five_characters_of_the_hash(service: Service) -> None:
    check = make_breach_check(service.url, 60)

    assert check is not None
    assert check.is_breached(KNOWN)
    assert not check.is_breached("another")
    assert service.asked == [f"/range/{_hash(w)[:5]}" for w in (KNOWN, "another")]
    assert service.headers == ["true", "true"]


def test_a_made_up_hash_of_the_padding_does_not_count(service: Service) -> None:
    service.count = 0
    check = make_breach_check(service.url, 60)

    assert check is not None
    assert not check.is_breached(KNOWN)


def test_a_service_that_fails_refuses_nothing_and_is_logged(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    service.status = 503
    check = make_breach_check(service.url, 60)

    assert check is not None
    assert not check.is_breached(KNOWN)
    assert "was not looked up: ConnectionError" in caplog.text
    assert KNOWN not in caplog.text


def test_a_service_that_hangs_is_waited_for_no_longer_than_the_timeout(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    service.gate.clear()
    check = make_breach_check(service.url, 0.05)

    assert check is not None
    started = time.monotonic()
    assert not check.is_breached(KNOWN)
    # A limit for a busy machine; the service would hang for a minute.
    assert time.monotonic() - started < 30
    assert "was not looked up: " in caplog.text


def test_look_ups_that_hang_do_not_collect_threads(
    caplog: pytest.LogCaptureFixture,
) -> None:
    gate, running = threading.Event(), []

    def hang(_password: str) -> bool:
        running.append(1)
        return gate.wait(60)

    check = BreachCheck(hang, 0.01)
    answers = [check.is_breached("x") for _ in range(20)]
    gate.set()

    assert answers == [False] * 20
    assert len(running) <= 4
    assert "earlier look-ups hang" in caplog.text


def test_an_error_of_a_function_of_the_site_is_logged_without_its_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(password: str) -> bool:
        raise ValueError(password)

    check = make_breach_check(fail, 60)

    assert check is not None
    with caplog.at_level(logging.WARNING):
        assert not check.is_breached(KNOWN)
    assert "ValueError" in caplog.text
    assert KNOWN not in caplog.text


def test_a_setting_is_an_address_or_a_file() -> None:
    assert is_service("https://api.pwnedpasswords.com/range/")
    assert not is_service("/srv/hashes.txt")
    assert make_breach_check("", 1) is None
