"""While the site cannot start, browsers see why, and nobody else does."""

import http.client
import json
import socket

import pytest

from carboy.cli.dev.failure_page import FailurePage


@pytest.fixture
def listener():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener


@pytest.fixture
def page(listener):
    page = FailurePage()
    page.open(listener, ["shop.py line 3", "\x1b[31m<b>1 < 2\x1b[0m"])
    yield page
    page.close()


def ask(listener, method="GET", **headers):
    port = listener.getsockname()[1]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request(method, "/any", headers={"Host": "localhost"} | headers)
    response = connection.getresponse()
    return response, response.read().decode()


@pytest.mark.usefixtures("page")
def test_a_browser_gets_a_page_with_escaped_lines(listener):
    response, text = ask(listener, Accept="text/html")

    assert response.status == 503
    assert "shop.py line 3\n&lt;b&gt;1 &lt; 2</pre>" in text


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_a_program_gets_a_problem_document(listener, method):
    response, text = ask(listener, method)

    assert response.getheader("Content-Type") == "application/problem+json"
    assert json.loads(text)["detail"].startswith("shop.py line 3")


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("host", ["shop.example.com", "", "127.0.0.1.example.com"])
def test_another_host_name_shows_no_code(listener, host):
    _, text = ask(listener, Host=host, Accept="text/html")

    assert "line 3" not in text


def test_a_closed_page_leaves_the_connection_to_the_next_process(listener, page):
    page.close()
    with socket.create_connection(listener.getsockname()) as client:
        accepted, _ = listener.accept()
        accepted.close()
        assert client.recv(1) == b""
