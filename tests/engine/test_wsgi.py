"""Any WSGI app can be asked for an answer."""

from collections.abc import Iterator
from typing import Any

import pytest

from carboy.engine.wsgi import call_wsgi

OK: list[tuple[str, str]] = [("X", "1")]


def test_a_list_is_a_complete_body() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("201 CREATED", OK)
        return [b"a", b"b"]

    answer = call_wsgi(app, {})

    assert (answer.status, answer.status_line) == (201, "201 CREATED")
    assert (answer.headers, answer.body) == (OK, b"ab")


def test_an_app_may_start_when_its_body_is_read() -> None:
    def app(environ: Any, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", OK)
        yield b"a"
        yield b"b"

    answer = call_wsgi(app, {})

    assert b"".join(answer.body) == b"ab"  # type: ignore[arg-type]  # a stream


def test_what_is_written_comes_first() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        write = start_response("200 OK", OK)
        write(b"first ")
        return [b"second"]

    assert call_wsgi(app, {}).body == b"first second"


def test_an_error_may_start_the_response_anew() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", OK)
        start_response("500 INTERNAL SERVER ERROR", OK, (None, None, None))
        return [b""]

    assert call_wsgi(app, {}).status == 500


def test_to_start_twice_is_an_error() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", OK)
        start_response("200 OK", OK)
        return []

    with pytest.raises(AssertionError, match="second time"):
        call_wsgi(app, {})


def test_never_to_start_is_an_error() -> None:
    with pytest.raises(AssertionError, match="never called"):
        call_wsgi(lambda environ, start_response: iter(()), {})


def test_the_body_is_closed_with_the_answer() -> None:
    closed: list[int] = []

    class Body:
        def __iter__(self) -> Iterator[bytes]:
            return iter([b"a"])

        def close(self) -> None:
            closed.append(1)

    def app(environ: Any, start_response: Any) -> Body:
        start_response("200 OK", OK)
        return Body()

    answer = call_wsgi(app, {})
    answer.close()

    assert closed == [1]


class Body:
    """A body that counts how often it is closed."""

    def __init__(self, pieces: Any) -> None:
        self.pieces = pieces
        self.closed = 0

    def __iter__(self) -> Any:
        yield from self.pieces
        raise ValueError("no headers")

    def close(self) -> None:
        self.closed += 1


@pytest.mark.parametrize("pieces", [[], [b"a", b"b"]])
def test_a_body_that_fails_before_its_headers_is_closed(pieces: list[bytes]) -> None:
    body = Body(pieces)

    with pytest.raises(ValueError, match="no headers"):
        call_wsgi(lambda environ, start_response: body, {})

    assert body.closed == 1
