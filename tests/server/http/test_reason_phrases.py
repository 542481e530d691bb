"""If this passes, who writes a text behind a status learns that it is not sent."""

from http import HTTPStatus
from urllib.parse import quote

import pytest
from werkzeug.wrappers import Response

from carboy.server.http.reason_phrases import USUAL_LINES
from tests.server.running import read_replies, wait_for


@pytest.fixture
def running(serve):
    """A server that has not reported anything yet."""
    return serve(target="generated_responses:app")


def read_status_line(running, path: str) -> bytes:
    with running.connect() as wire:
        wire.sendall(
            f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()
        )
        data = b""
        while piece := wire.recv(1000):
            data += piece
    return data.partition(b"\r\n")[0]


def test_a_number_alone_has_no_text_of_its_own():
    lines = [Response(status=code).status for code in range(100, 1000)]
    lines += [Response(status=status).status for status in HTTPStatus]

    assert [line for line in lines if line not in USUAL_LINES] == []


# If Granian ever sends the text, this fails, and the warning has to go.
def test_an_own_text_is_logged_once_for_each_number(running):
    lines = ["299 Fine", "299 Fine", "299 Better", "404 Gone fishing", "404 NOT FOUND"]
    sent = [read_status_line(running, f"/status-line/{quote(line)}") for line in lines]

    assert sent == [
        *[b"HTTP/1.1 299 <none>"] * 3,
        *[b"HTTP/1.1 404 Not Found"] * 2,
    ]
    wait_for(lambda: "'404 Gone fishing' is sent as 404" in running.read_log())
    assert running.read_log().count("is sent as 299") == 1
    assert "'299 Fine' is sent as 299" in running.read_log()
    assert "'404 NOT FOUND'" not in running.read_log()


def test_a_usual_status_is_not_logged(running):
    paths = [
        "/status/404",
        "/status/299",
        "/status-line/404%20Not%20Found",
        "/status-line/299",
    ]
    with running.connect() as wire:
        for path in paths:
            wire.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            assert next(read_replies(wire)).status in {404, 299}
    read_status_line(running, "/status-line/298%20Last")

    wait_for(lambda: "'298 Last' is sent as 298" in running.read_log())
    assert running.read_log().count("is sent as") == 1
