"""If this passes, the validator of the standard library has no complaint.

It stands between the server and an app, and looks at the environ, at each call of both
sides and at their order.
"""

import pytest

from tests.server.running import start

CLOSE = "Connection: close\r\n\r\n"
HOST = f"Host: localhost\r\n{CLOSE}"
MANY = "".join(f"X-Same: {number}\r\nCookie: c{number}=1\r\n" for number in range(5))


@pytest.fixture(scope="module", params=[(), ("--trusted-proxies", "127.0.0.1")])
def strict(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("strict")
    options = ("--spool-size", "20000", *request.param)
    with start(folder, *options, target="strict:checked") as running:
        yield running.wait_ready()


def post(path: str, body: str, *lines: str) -> str:
    head = "".join(f"{line}\r\n" for line in lines)
    return f"POST {path} HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\n{HOST}{body}"


REQUESTS = {
    "plain": (f"GET / HTTP/1.1\r\n{HOST}", 200, "GET||/||-|0"),
    "a query": (f"GET /a?b=c&d=%20 HTTP/1.1\r\n{HOST}", 200, "GET||/a|b=c&d=%20|-|0"),
    "an empty query": (f"GET /a? HTTP/1.1\r\n{HOST}", 200, "GET||/a||-|0"),
    "no host": (f"GET / HTTP/1.0\r\n{CLOSE}", 200, "GET||/||-|0"),
    "a whole address": (f"GET http://localhost/a HTTP/1.1\r\n{HOST}", 200, "GET||/a|"),
    "encoded": (f"GET /a%2Fb%20c HTTP/1.1\r\n{HOST}", 200, "GET||/a/b c||-|0"),
    "beyond ascii": (f"GET /%C3%A9 HTTP/1.1\r\n{HOST}", 200, "GET||/\xc3\xa9||-|0"),
    "double slashes": (f"GET //a//b HTTP/1.1\r\n{HOST}", 200, "GET||//a//b||-|0"),
    "doubled headers": (f"GET / HTTP/1.1\r\n{MANY}{HOST}", 200, "GET||/||-|0"),
    "odd headers": (f"GET / HTTP/1.1\r\nX-A: \xc3\xa9\r\nX-B:\r\n{HOST}", 200, "GET|"),
    "a head": (f"HEAD / HTTP/1.1\r\n{HOST}", 200, ""),
    "a deletion": (f"DELETE /a HTTP/1.1\r\n{HOST}", 200, "DELETE||/a||-|0"),
    "options": (f"OPTIONS /a HTTP/1.1\r\n{HOST}", 200, "OPTIONS||/a||-|0"),
    "a body": (post("/", "abc", "Content-Type: text/plain"), 200, "POST||/||3|3"),
    "an empty body": (post("/", ""), 200, "POST||/||0|0"),
    "a body on disk": (post("/", "x" * 70_000), 200, "POST||/||70000|70000"),
    "a chunked body": (
        f"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n{HOST}3\r\nabc\r\n0\r\n\r\n",
        200,
        "POST||/||-|3",
    ),
    "a line": (post("/line", "ab\ncd\n"), 200, "POST||/line||6|3"),
    "lines": (post("/lines", "ab\ncd\n"), 200, "POST||/lines||6|2"),
    "each line": (post("/each", "ab\ncd\n"), 200, "POST||/each||6|2"),
    "a stream": (f"GET /stream HTTP/1.1\r\n{HOST}", 200, "GET||/stream||-|0"),
    "written": (f"GET /write HTTP/1.1\r\n{HOST}", 200, "GET||/write||-|0"),
    "nothing": (f"GET /status HTTP/1.1\r\n{HOST}", 204, ""),
    "an error": (f"GET /error HTTP/1.1\r\n{HOST}", 500, "GET||/error||-|0"),
    "a prefix": (
        f"GET /shop/a HTTP/1.1\r\nX-Forwarded-For: 192.0.2.1\r\n"
        f"X-Forwarded-Prefix: /shop\r\n{HOST}",
        200,
        "GET|",
    ),
}


@pytest.mark.parametrize("kind", REQUESTS)
def test_the_validator_has_no_complaint(strict, kind):
    request, status, text = REQUESTS[kind]

    [reply] = strict.ask(request.encode("latin-1"), request.split()[0])

    assert reply.status == status, strict.read_log()
    assert reply.body.decode("latin-1").startswith(text)
    assert "Assertion" not in strict.read_log()
    assert "Warning" not in strict.read_log()
