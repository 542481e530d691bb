"""If this passes, there is one reading of every message, and broken ones reach no view.

The requests are in `malformed.json`, one character for each byte; a pair is a text and
how often it comes.
"""

import json
import socket
from contextlib import suppress
from pathlib import Path

import pytest

from tests.server.running import Reply, Running, read_replies

CASES = json.loads((Path(__file__).parent / "malformed.json").read_text())
REFUSALS = {400, 405, 408, 411, 413, 414, 417, 431, 501, 505}


def test_there_are_enough_cases():
    assert len(CASES) >= 60
    assert len({case["name"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_malformed_requests(running: Running, case):
    before = len(running.read_notes())

    replies = send(running, spell(case["request"]))

    entered = running.read_notes()[before:]
    assert not any("smuggled" in line for line in entered)
    if case["verdict"] == "one":
        assert [reply.status for reply in replies] == [200]
        assert entered == ["POST /"]
    else:
        assert all(reply.status in REFUSALS for reply in replies[:1])
        assert len(replies) <= 1
        assert entered == []


def spell(request: str | list) -> bytes:
    parts = [request] if isinstance(request, str) else request
    texts = [part if isinstance(part, str) else part[0] * part[1] for part in parts]
    return "".join(texts).encode("latin-1")


def send(running: Running, request: bytes) -> list[Reply]:
    """Send it, say that nothing follows, and read to the end."""

    with running.connect() as wire:
        with suppress(OSError):
            wire.sendall(request)
            wire.shutdown(socket.SHUT_WR)
        return list(read_replies(wire))


def test_the_server_still_serves(running: Running):
    assert running.get("/").status == 200
