"""If this passes, nothing that a view returns reaches Rust unchecked.

The short form asks a real worker for a few thousand generated responses;
`CARBOY_FUZZ_RESPONSES=1000000` makes it the long form.
"""

import os
import random

import pytest

from carboy.server.http.checked_send import (
    CheckedHead,
    InvalidResponseError,
    check_head,
    send_bytes,
)
from tests.server import generated_responses as generated
from tests.server.running import Running, read_replies, wait_for

COUNT = int(os.environ.get("CARBOY_FUZZ_RESPONSES", "3000"))


def test_good_headers_stay_the_same_object():
    headers = [("content-length", "3"), ("x", "y")]

    assert check_head(200, headers, 3).headers is headers
    assert check_head(200, headers, None).headers is headers


@pytest.mark.parametrize(
    ("headers", "length", "expected"),
    [
        ([("content-length", "3")], 4, [("content-length", "4")]),
        ([("content-length", "3")], 0, [("content-length", "0")]),
        ([("A", "1"), ("Content-Length", "9"), ("content-length", "8")], 4,
         [("A", "1"), ("Content-Length", "4")]),
        ([("content-length", "3"), ("content-length", "3")], None,
         [("content-length", "3")]),
        ([("content-length", "many")], 4, [("content-length", "4")]),
        ([("Transfer-Encoding", "chunked")], 4, []),
        ([("Upgrade", "h2c"), ("keep-alive", "a=5"), ("A", "b")], 4, [("A", "b")]),
        ([("TE", "x"), ("Trailers", "x"), ("Proxy-Authenticate", "Basic")], 4, []),
        ([("x", "caf\xc3\xa9")], None, [("x", "caf\xe9")]),
        ([("x", "caf\xe9")], None, [("x", "caf\xe9")]),
        ([("x", "a\tb")], None, [("x", "a\tb")]),
    ],
)  # fmt: skip
def test_headers_are_normalized(headers, length, expected):
    assert check_head(200, headers, length) == (200, expected)


@pytest.mark.parametrize(
    "status", [0, 99, 100, 101, 199, 1000, 70_000, -1, True, None, "200", 200.0]
)
def test_a_status_that_is_none_is_refused(status):
    with pytest.raises(InvalidResponseError, match="200 to 999"):
        check_head(status, [], None)


@pytest.mark.parametrize("status", [200, 204, 299, 404, 599, 600, 999])
def test_any_final_status_is_sent(status):
    assert check_head(status, [], None) == (status, [])


@pytest.mark.parametrize(
    "pair",
    [
        ("", "x"),
        ("a b", "x"),
        ("a\r\nb", "x"),
        ("caf\xe9", "x"),
        ("a" * 257, "x"),
        ("a:", "x"),
        (b"a", "x"),
        (None, "x"),
        (5, "x"),
        ("a", "x\r\ny"),
        ("a", "x\ny"),
        ("a", "x\0"),
        ("a", "\x7f"),
        ("a", "\u20ac"),
        ("a", "\ud800"),
        ("a", b"x"),
        ("a", None),
        ("a", 5),
    ],
)
def test_a_header_that_would_be_dropped_or_change_the_message_is_refused(pair):
    with pytest.raises(InvalidResponseError):
        check_head(200, [("x", "y"), pair], None)


@pytest.mark.parametrize(
    "headers",
    [
        [("content-length", "many")],
        [("content-length", "-1")],
        [("content-length", "9" * 19)],
        [("content-length", "\xb2")],
        [("content-length", "1"), ("content-length", "2")],
        [("a", "b")] * 8193,
        {"a": "b"},
        (("a", "b"),),
        None,
    ],
)
def test_headers_that_cannot_be_sent_are_refused(headers):
    with pytest.raises((InvalidResponseError, TypeError)):
        check_head(200, headers, None)


def test_text_of_another_type_is_sent_as_text():
    class Text(str):
        __slots__ = ()

    head = check_head(200, [(Text("a"), Text("b"))], None)

    assert head.headers == [("a", "b")]
    assert [type(each) for each in head.headers[0]] == [str, str]


def test_a_body_that_is_no_bytes_is_refused():
    with pytest.raises(InvalidResponseError, match="got str"):
        send_bytes(None, CheckedHead(200, []), "text")


@pytest.mark.parametrize(
    "target", ["generated_responses:wsgi", "generated_responses:app"]
)
def test_no_generated_response_ends_the_worker(serve, target, tmp_path):
    """Wrong ones are a 500 with one line in the log, or a cut connection."""
    running = serve(target=target, env={"SITE_FOLDER": str(tmp_path)})
    [pid] = running.list_workers()
    first = random.randrange(10**9)
    kinds = dict.fromkeys(("good", "failed", "cut"), 0)
    wire = running.connect()

    for seed in range(first, first + COUNT // 2):
        expected = generated.make(seed, target.rpartition(":")[2]).outcome
        outcome = ask(wire, seed)
        if outcome == "cut":
            wire.close()
            wire = running.connect()
        assert outcome in expected, (seed, generated.make(seed, "").describe())
        kinds[outcome] += 1

    assert running.list_workers() == [pid], first
    assert running.get("/0").status in {200, 500}
    wait_for(
        lambda: count_failures(running) >= kinds["failed"], "each 500 to be logged"
    )
    assert count_failures(running) <= kinds["failed"] + kinds["cut"] + 1
    assert min(kinds.values()) > 0, kinds


def test_a_view_with_an_impossible_status_is_a_logged_500(serve):
    running = serve(target="generated_responses:app")
    workers = running.list_workers()

    for status in (0, 99, 1000, 100, 101, 199):
        assert running.get(f"/status/{status}").status == 500
        wait_for(lambda: f"GET '/status/{status}' failed" in running.read_log())  # noqa: B023 - called at once

    assert running.get("/status/299").status == 299
    assert running.list_workers() == workers


def ask(wire, seed: int) -> str:
    wire.sendall(f"GET /{seed} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    try:
        reply = next(read_replies(wire), None)
    except (EOFError, ValueError, IndexError, KeyError):
        reply = None
    if reply is None:
        return "cut"
    return "failed" if reply.status == 500 else "good"


def count_failures(running: Running) -> int:
    log = running.read_log()
    return log.count(" failed\n") + log.count("An event stream failed.\n")
