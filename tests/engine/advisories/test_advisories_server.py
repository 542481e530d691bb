"""The development server must not find a second request inside the first one's body."""

import logging
import socket
import threading

import flask
import pytest
from werkzeug.serving import make_server

SMUGGLED = b"GET /second HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def paths():
    return []


@pytest.fixture
def port(make_app, paths, monkeypatch):
    monkeypatch.setattr(logging.getLogger("werkzeug"), "disabled", True)
    app = make_app()

    @app.route("/", methods=["GET", "POST"], defaults={"path": ""})
    @app.route("/<path:path>", methods=["GET", "POST"])
    def view(path):
        paths.append(flask.request.path)
        return "seen"

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}
    )
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def send(port, request):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := client.recv(65536):
            answer += chunk
    return answer


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "head", [b"", b"Content-Length: 0\r\n", b"Connection: keep-alive\r\n"]
)
def test_cve_2022_29361_a_body_that_nobody_read_is_not_a_request(
    port, paths, method, head
):
    first = f"{method} /first HTTP/1.1\r\nHost: localhost\r\n".encode()
    length = b"" if b"Length" in head else b"Content-Length: %d\r\n" % len(SMUGGLED)

    answer = send(port, first + head + length + b"\r\n" + SMUGGLED)

    assert paths == ["/first"]
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"Connection: close" in answer
