"""The debugger of the development server is for loopback only."""

import http.client
import socket
import subprocess
import sys
import time

import pytest
from flask import Flask

from carboy.errors import ConfigError
from carboy.script import explain_refusal, is_loopback, require_free

EVERYWHERE = "0.0.0.0"  # noqa: S104 - what is refused the debugger
APP = """
from flask import Flask
from carboy.script import serve_development

app = Flask(__name__)

@app.get("/")
def index():
    return 1 / 0

serve_development(app, "{host}", {port}, debug=True, fd={fd})
"""


@pytest.fixture
def listener():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_hosts_are_recognized(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "10.0.0.7", "shop.example", ""])
def test_other_hosts_are_recognized(host):
    assert not is_loopback(host)


def test_a_used_port_is_reported_with_a_hint(listener):
    port = listener.getsockname()[1]

    with pytest.raises(ConfigError, match=f"Port {port} on 127.0.0.1 is in use"):
        require_free("127.0.0.1", port)


def test_other_reasons_are_reported():
    assert "reserved" in explain_refusal("127.0.0.1", 80, PermissionError(13, "no"))
    assert "no such" in explain_refusal("x", 80, OSError(99, "no such address"))


@pytest.mark.parametrize(
    ("host", "is_there"), [("127.0.0.1", True), (EVERYWHERE, False)]
)
def test_the_debugger_is_on_for_loopback_only(listener, tmp_path, host, is_there):
    port = listener.getsockname()[1]
    script = APP.format(host=host, port=port, fd=listener.fileno())
    with subprocess.Popen(
        [sys.executable, "-c", script],
        pass_fds=[listener.fileno()],
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            status, page = ask(port)
        finally:
            server.terminate()
            output = server.stderr.read()

    assert status == 500
    assert ("ZeroDivisionError" in page) is is_there
    assert ("The debugger is off" in output) is not is_there


def ask(port):
    deadline = time.monotonic() + 20
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("GET", "/")
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            if time.monotonic() > deadline:
                raise
        finally:
            connection.close()


def test_a_plain_app_is_served_as_it_is(monkeypatch):
    from carboy.script import dev_server as script_server  # noqa: PLC0415 - patched here

    served = []

    class Server:
        def serve_forever(self):
            served.append("forever")

    def make_server(host, port, app, **options):
        served.append((app.name, options))
        return Server()

    monkeypatch.setattr(script_server, "make_server", make_server)
    monkeypatch.setattr(script_server, "require_free", lambda *_: None)

    script_server.serve_development(Flask("shop"), debug=False, extra_files=["x"])

    assert served == [("shop", {"threaded": True}), "forever"]
